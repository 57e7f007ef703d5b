#!/usr/bin/env node
// Verifies one person's evidence, as `npm run admin -- ledger evidence` or GET /v1/contacts/{id}/evidence/bundle gives it:
// alone, offline, with nothing but Node and the public key. It shares no code with the service that made the evidence.
//
//   node verify-evidence.mjs BUNDLE.json --key PUBLIC_KEY [--key …] [--witness FILE …]
//
// PUBLIC_KEY: 43 characters (base64url of the 32 bytes of an Ed25519 key), the newest, got from elsewhere than the bundle.
// FILE: signed roots that somebody else has kept since. Exit 0: everything fits; 1: something does not; 2: wrong
// arguments; 3: the bundle was made by an earlier version, and was not verified.
//
// In this order: that nothing else stands in the bundle (form.mjs) · which keys to believe · which roots they signed, and the
// witnesses' copies · what is in the bundle, by the newest key's word · each entry: its link to the one before, its
// content, and its path to a signed root · that no chain of a merged contact is missing. README.md explains what that
// proves. Whatever comes from a file is printed by `shown` or `word`, so that no text can pass for a line of this program.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parse, parseJson, shown, straysIn } from './form.mjs';

/** @type {string[]} */
const problems = [];
/** Clocks of the service's processes differ by less, in ms; a day is closed this long after its end. */
const settleMs = 10 * 60_000;

const { values, positionals } = readArguments();
const bundleText = readText(positionals[0]);
const bundle = parseJson(bundleText);
if (bundle?.format === 'optgate evidence 1') {
  console.log('Made by an earlier version: cannot show that nothing was left out. Get a new one.');
  process.exit(3);
}
if (bundle?.format !== 'optgate evidence 2')
  stop(`${positionals[0]} is no evidence that this program knows`);

/** By id: what each says of itself, and from when on it signs (`since`). */
let keys = new Map();
/** In order; root number n is `roots[n - 1]`. */
let roots = [];
let newestDay = '';
try {
  problems.push(...straysIn(bundleText));
  const witnesses = (values.witness ?? []).map(readWitness);
  const records = [bundle, ...witnesses].flatMap((file) => file.keys);
  keys = believableKeys(values.key, records);
  roots = bundle.roots.map(checkRoot);
  newestDay = roots.at(-1)?.through ?? '';
  for (const witness of witnesses) compareWithWitness(witness);
  console.log(`Evidence about a contact of ${shown(bundle.practice)}`);
  const chains = bundle.chains.map(checkChain);
  checkEnd(chains);
  checkMerges(chains);
} catch (error) {
  problems.push(`it is not built as evidence is: ${shown(error.message)}`);
}

if (problems.length > 0) {
  console.log(`\nDOES NOT VERIFY:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  process.exit(1);
}
console.log(`\nEverything fits, as of ${word(bundle.madeAt)}.`);

// ---------------------------------------------------------------- keys

/**
 * The keys that were given, those that took over from them, and those that came before. A key names its predecessor in
 * words that both have signed. Newer keys are followed only from the ones given: an older key may have been given up
 * because it leaked.
 */
function believableKeys(given, records) {
  const introduced = new Map();
  for (const { number, statement, signature, previousSignature } of records) {
    const said = parse(statement);
    if (number !== said?.number)
      problems.push(`a key is introduced as number ${shown(number)}, and its own words differ`);
    if (said?.kind !== 'key' || keyId(said.publicKey) !== said.id) continue;
    if (!isSigned(said.publicKey, statement, signature)) continue;
    if ((introduced.get(said.id)?.statement ?? statement) !== statement)
      problems.push(`key ${word(said.publicKey)}: it was introduced twice, in different words`);
    // The first key of an installation may have signed whatever it says.
    const since = said.previous === null ? 0 : Date.parse(said.at);
    introduced.set(said.id, { ...said, since, statement, previousSignature });
  }
  const inOrder = [...introduced.values()].toSorted((a, b) => a.number - b.number);
  const believed = new Map();
  for (const publicKey of given) {
    const key = introduced.get(keyId(publicKey));
    if (key) believed.set(key.id, key);
    else
      problems.push(
        `the key ${publicKey} is not introduced: neither in the bundle nor by a witness`,
      );
  }
  for (const key of inOrder) {
    const before = believed.get(key.previous);
    if (!before || !isSigned(before.publicKey, key.statement, key.previousSignature ?? ''))
      continue;
    believed.set(key.id, key);
    if ([...believed.values()].some((other) => other !== key && other.previous === key.previous))
      problems.push(`two keys took over from ${word(before.publicKey)}: verify with the newest`);
  }
  for (const key of inOrder.toReversed()) {
    const before = introduced.get(key.previous);
    if (believed.has(key.id) && before) believed.set(before.id, before);
  }
  return believed;
}

// ---------------------------------------------------------------- roots

/**
 * Each names the one before it, and none is missing: so the newest, which the end of the bundle names, stands for all.
 * That is what a root of a key that was replaced is believed by.
 */
function checkRoot({ statement, key, signature }, index, all) {
  const root = parse(statement) ?? {};
  const say = (problem) => problems.push(`root ${index + 1}: ${problem}`);
  if (!isBelieved(key, statement, signature)) say('its signature does not fit');
  else if (root.practice !== bundle.practice || !['day', 'from_here_on'].includes(root.kind))
    say('it is of another practice, or no root');
  else if (!(Date.parse(root.signedAt) > keys.get(key).since - settleMs))
    say('it is dated before the key that signed it');
  else if (!(root.signedAt?.slice(0, 10) > root.through))
    say('it was signed before its day was over');
  const before = index === 0 ? undefined : all[index - 1];
  const last = before ? parse(before.statement) : { total: 0 };
  const follows = before
    ? root.through === (root.kind === 'day' ? dayAfter(last.through) : last.through)
    : root.kind === 'from_here_on';
  if (root.number !== index + 1 || root.previous !== (before ? sha256(before.statement) : ''))
    say('it does not follow the root before it, or one is missing');
  else if (!follows || root.total !== last.total + root.entries)
    say('its day or its count does not follow from the root before it');
  else if (before && keys.get(key)?.number < keys.get(before.key)?.number)
    say('its key had been replaced before');
  return { ...root, statement };
}

function readWitness(file) {
  const lines = readText(file).split('\n');
  const read = lines.filter((line) => line.trim() !== '').map((line) => parse(line) ?? {});
  if (read.some(({ root, soFar, key }) => !(root ?? soFar ?? key)?.statement))
    problems.push(`the witness ${shown(file)}: a line cannot be read`);
  return {
    file,
    keys: read.flatMap(({ key }) => key ?? []),
    roots: read.flatMap(({ root }) => root ?? []),
  };
}

/** Somebody else's copy: all its roots are in the bundle, word for word, and it has those that are relied on. */
function compareWithWitness(witness) {
  const say = (problem) => problems.push(`the witness ${shown(witness.file)}: ${problem}`);
  const seen = new Set();
  for (const { key, statement, signature } of witness.roots) {
    const { practice, number } = parse(statement) ?? {};
    if (practice !== bundle.practice) continue;
    if (!isBelieved(key, statement, signature))
      say(`its root ${shown(number)} has a signature that does not fit`);
    else if (!roots[number - 1]) say(`it has seen root ${shown(number)}, which the bundle lacks`);
    else if (roots[number - 1].statement !== statement) say(`it has seen another root ${number}`);
    else seen.add(number);
  }
  if (seen.size === 0) say('it has no root of this practice');
  const proofs = bundle.chains.flatMap(({ entries }) =>
    entries.flatMap(({ proof }) => proof ?? []),
  );
  for (const number of new Set(proofs.map(({ root }) => root)))
    if (!seen.has(number)) say(`it has not seen root ${shown(number)}`);
}

// ---------------------------------------------------------------- entries

/** What the end of the bundle must say about the chain, and what its entries say about merges. */
function checkChain({ contact, entries }) {
  console.log(`\nContact ${shown(contact)}`);
  const read = entries.map((entry) => ({ ...entry, said: parse(entry.leaf) ?? {} }));
  const lastErasure = read.findLastIndex(({ said }) => said.type === 'erased');
  const chain = { contact, seq: read.length, hash: '', erased: lastErasure !== -1, joined: [] };
  let latest = 0;
  read.forEach((entry, index) => {
    const { said } = entry;
    const say = (problem) => problems.push(`${shown(contact)}, entry ${index + 1}: ${problem}`);
    if (said.practice !== bundle.practice || said.contact !== contact)
      say('it is about somebody else');
    if (said.seq !== index + 1) say('an entry before it is missing');
    if (latest > Date.parse(said.writtenAt) + settleMs)
      say('it was written before the entry before it');
    latest = Math.max(latest, Date.parse(said.writtenAt) || 0);
    chain.hash = checkLink(entry, chain.hash, say);
    const content = checkContent(entry, index < lastErasure, say);
    const proven = checkProof(entry, say);
    const method = said.method === null ? '' : ` (${word(said.method)})`;
    const written = said.writtenAt === undefined ? '' : `, written ${word(said.writtenAt)}`;
    console.log(
      `  ${index + 1}. ${word(said.at)} ${word(said.type)}${method}: ${proven}${written}`,
    );
    for (const [name, value] of Object.entries(content?.fields ?? {}))
      console.log(`       ${word(name)}: ${shown(value)}`);
    if (!content) console.log('       its content was erased');
    if (said.type === 'merged') chain.joined.push(content ? content.fields.from : undefined);
    // An erasure names those that were merged, whose own entries say nothing any more.
    const names = said.type === 'erased' ? content?.fields.mergedFrom?.split(' ') : undefined;
    if (names?.length === chain.joined.length) chain.joined = names;
    if (said.type === 'assigned') chain.into = content?.fields.mergedInto ?? chain.into;
  });
  return chain;
}

/** The hash that the next entry must name. */
function checkLink({ leaf, said }, previous, say) {
  if (said.kind === 'entry') {
    if (said.previous !== previous) say('it does not follow the entry before it');
    return leafHash(leaf);
  }
  // From before signing: linked by their contents alone.
  if (said.kind !== 'unsigned_entry' || said.hash !== sha256(previous, said.commitment))
    say('it does not follow the entry before it');
  return said.hash;
}

/** Its content; undefined: erased. */
function checkContent({ said, salt, content }, erasedLater, say) {
  if (content === undefined || salt === undefined) {
    if (!erasedLater) say('its content is missing, and no later entry records its erasure');
    return undefined;
  }
  if (sha256(salt, content) !== said.commitment) say('its content was changed');
  const opened = parse(content);
  for (const name of ['id', 'type', 'method', 'at'])
    if (opened?.[name] !== said[name]) say(`its ${name} does not match its content`);
  return opened;
}

/** Describes what its root proves. An entry may only be without one where no root could have it yet. */
function checkProof({ leaf, said, proof }, say) {
  const day = said.writtenAt?.slice(0, 10);
  if (!proof) {
    if (said.kind !== 'entry') say('it is neither signed nor under a root');
    else if (!(day > newestDay)) say(`no root has it, and roots go on to ${word(newestDay)}`);
    else if (!(Date.parse(said.writtenAt) <= Date.parse(bundle.madeAt) + settleMs))
      say('it was written after the bundle was made');
    return 'under no root yet; only the key that signed this bundle vouches for it';
  }
  const root = roots[proof.root - 1];
  if (!root) {
    say(`root ${shown(proof.root)} is missing`);
    return 'no root';
  }
  const isDay = root.kind === 'day' && said.kind === 'entry' && day === root.through;
  const isBefore = root.kind === 'from_here_on' && said.kind === 'unsigned_entry';
  if (!isDay && !isBefore) say(`root ${proof.root} does not cover its day`);
  if (treeRootBy(leafHash(leaf), proof.index, root.entries, proof.path) !== root.tree)
    say(`it is not under root ${proof.root}`);
  return isBefore
    ? `from before signing; unchanged since ${word(root.signedAt)}, not proven before`
    : `under root ${proof.root}, signed ${word(root.signedAt)}`;
}

/** The newest key signed what is in the bundle. A key that was replaced may have leaked: it ends nothing any more. */
function checkEnd(chains) {
  const { statement, key, signature } = bundle.end;
  if (!isBelieved(key, statement, signature)) problems.push('end: its signature does not fit');
  else if ([...keys.values()].some(({ number }) => number > keys.get(key).number))
    problems.push('end: the key that signed it was replaced by a newer one');
  const last = roots.at(-1);
  const expected = {
    kind: 'evidence',
    practice: bundle.practice,
    contact: chains[0]?.contact,
    at: bundle.madeAt,
    root: { number: roots.length, hash: sha256(last?.statement ?? '') },
    chains: chains.map(({ contact, seq, hash }) => ({ contact, seq, hash })),
  };
  if (!last || chains.length === 0 || JSON.stringify(expected) !== JSON.stringify(parse(statement)))
    problems.push('end: it was signed about other chains, entries or roots than these');
}

/** A merge makes two chains one person's: each names the other, so that neither can be left out. */
function checkMerges(chains) {
  const found = new Map(chains.map((chain) => [chain.contact, chain]));
  for (const { contact, joined } of chains)
    for (const source of joined.filter((id) => id !== undefined)) {
      const { into, erased } = found.get(source) ?? {};
      const say = (problem) => problems.push(`${shown(contact)}: ${shown(source)} ${problem}`);
      if (!found.has(source)) say('was merged into it, and is left out');
      else if (into === undefined ? !erased : into !== contact)
        say('was merged into it, and does not name it');
    }
  const merges = chains.flatMap(({ joined }) => joined);
  const named = merges.filter((source) => source !== undefined);
  if (
    found.size !== chains.length ||
    new Set(named).size !== named.length ||
    merges.length !== chains.length - 1
  )
    problems.push('the chains are not those of one contact and of all that were merged into it');
}

// ---------------------------------------------------------------- RFC 6962

function leafHash(text) {
  return createHash('sha256').update(Buffer.of(0)).update(text).digest('base64url');
}

/** The root that a leaf leads to by the hashes beside its way (RFC 9162, section 2.1.3.2); undefined: no such way. */
function treeRootBy(leaf, index, size, path) {
  if (!(Number.isInteger(index) && index >= 0 && index < size)) return undefined;
  let hash = leaf;
  let [at, last] = [index, size - 1];
  for (const beside of path) {
    if (last === 0) return undefined;
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(beside, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    } else hash = nodeHash(hash, beside);
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  return last === 0 ? hash : undefined;
}

function nodeHash(left, right) {
  const [l, r] = [Buffer.from(left, 'base64url'), Buffer.from(right, 'base64url')];
  return createHash('sha256').update(Buffer.of(1)).update(l).update(r).digest('base64url');
}

// ---------------------------------------------------------------- the rest

/** Names and times as they are; anything that could be more than one word as a JSON string. */
function word(value) {
  return /^[\w.:+-]{1,64}$/.test(value) ? value : shown(value);
}

function dayAfter(day) {
  return new Date(Date.parse(day) + 24 * 60 * 60_000).toISOString().slice(0, 10);
}

function sha256(...parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('base64url');
}

function keyId(publicKey) {
  return createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('base64url');
}

function isBelieved(id, statement, signature) {
  return keys.has(id) && isSigned(keys.get(id).publicKey, statement, signature);
}

function isSigned(publicKey, statement, signature) {
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
  return verify(null, Buffer.from(statement), key, Buffer.from(signature, 'base64url'));
}

function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    return stop(error.message);
  }
}

function readArguments() {
  try {
    const options = {
      key: { type: 'string', multiple: true },
      witness: { type: 'string', multiple: true },
    };
    // A key may begin with "-", and is a value all the same.
    const text = process.argv.slice(2).join('\n');
    const args = text.replaceAll(/^(--\w+)\n/gm, '$1=').split('\n');
    const given = parseArgs({ args, options, allowPositionals: true });
    const keysFit = given.values.key?.every((key) => /^[A-Za-z0-9_-]{43}$/.test(key));
    if (given.positionals.length === 1 && keysFit) return given;
  } catch {
    // Said below.
  }
  return stop('usage: node verify-evidence.mjs BUNDLE.json --key PUBLIC_KEY [--witness FILE]');
}

function stop(message) {
  console.error(message);
  process.exit(2);
}
