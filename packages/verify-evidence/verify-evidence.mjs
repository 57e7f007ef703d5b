#!/usr/bin/env node
// Verifies one person's evidence, as `npm run admin -- ledger evidence` or GET /v1/contacts/{id}/evidence/bundle gives it:
// alone, offline, with nothing but Node and the public key. It shares no code with the service that made the evidence.
//
//   node verify-evidence.mjs BUNDLE.json --key PUBLIC_KEY [--key …] [--witness FILE …]
//
// PUBLIC_KEY: 43 characters (base64url of the 32 bytes of an Ed25519 key), got from elsewhere than the bundle. FILE: signed
// roots that somebody else has kept since. Exit 0: everything fits; 1: something does not; 2: wrong arguments.
//
// In this order: which keys to believe · which roots they signed · where each chain ends, by their word · each entry: its
// link to the one before, what it said, and its way up to a signed root. README.md says what that proves.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

/** @type {string[]} */
const problems = [];

const { values, positionals } = readArguments();
const bundle = readJson(positionals[0]);
if (bundle?.format !== 'optgate evidence 1')
  stop(`${positionals[0]} is no evidence that this program knows`);

const keys = believableKeys(values.key, bundle.keys);
const roots = signedRoots(bundle.roots);
for (const chain of bundle.chains) checkChain(chain);
for (const file of values.witness ?? []) compareWithWitness(file);

if (problems.length > 0) {
  console.log(`\nDOES NOT VERIFY:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  process.exit(1);
}
console.log(`\nEverything fits, as of ${bundle.madeAt}.`);

// ---------------------------------------------------------------- keys

/**
 * The keys that were given, those that took over from them, and those that came before. A key names its predecessor in
 * words that both have signed. Newer keys are followed only from the ones given: an older key may have been given up
 * because it leaked.
 */
function believableKeys(given, records) {
  const believed = new Map(given.map((key) => [keyId(key), key]));
  const introductions = records.flatMap((record) => {
    const said = parse(record.statement);
    const own = said?.kind === 'key' && keyId(said.publicKey) === said.id;
    return own && isSigned(said.publicKey, record.statement, record.signature)
      ? [{ record, said }]
      : [];
  });
  const newestFirst = introductions.toSorted((a, b) => b.said.number - a.said.number);
  for (const { record, said } of newestFirst.toReversed()) {
    const before = believed.get(said.previous);
    if (before && isSigned(before, record.statement, record.previousSignature ?? ''))
      believed.set(said.id, said.publicKey);
  }
  for (const { said } of newestFirst) {
    const before = introductions.find((other) => other.said.id === said.previous);
    if (believed.has(said.id) && before) believed.set(before.said.id, before.said.publicKey);
  }
  return believed;
}

// ---------------------------------------------------------------- roots

/** By number. What is not signed by a believable key, or is of another practice, is not among them. */
function signedRoots(signed) {
  const found = new Map();
  for (const { statement, key, signature } of signed) {
    const root = parse(statement);
    if (!isBelieved(key, statement, signature))
      problems.push(`root ${root?.number}: its signature does not fit`);
    else if (root.practice !== bundle.practice || !['day', 'from_here_on'].includes(root.kind))
      problems.push(`root ${root.number}: it is of another practice, or no root`);
    else found.set(root.number, { ...root, statement });
  }
  return found;
}

/** Somebody else's copy: no root may stand there in other words. */
function compareWithWitness(file) {
  const seen = readText(file)
    .split('\n')
    .flatMap((line) => parse(line)?.root ?? [])
    .filter(({ key, statement, signature }) => isBelieved(key, statement, signature))
    .map(({ statement }) => ({ ...parse(statement), statement }))
    .filter(({ practice }) => practice === bundle.practice);
  for (const { number, statement } of roots.values()) {
    const theirs = seen.filter((root) => root.number === number);
    if (theirs.length === 0) problems.push(`root ${number}: the witness ${file} has not seen it`);
    if (theirs.some((root) => root.statement !== statement))
      problems.push(`root ${number}: the witness ${file} has seen another one`);
  }
}

// ---------------------------------------------------------------- entries

function checkChain({ contact, entries, end }) {
  console.log(`\nContact ${contact}`);
  const read = entries.map((entry) => ({ ...entry, said: parse(entry.leaf) ?? {} }));
  const lastErasure = read.findLastIndex(({ said }) => said.type === 'erased');
  let previous = '';
  read.forEach((entry, index) => {
    const { said } = entry;
    const say = (problem) => problems.push(`${contact}, entry ${index + 1}: ${problem}`);
    if (said.practice !== bundle.practice || said.contact !== contact)
      say('it is about somebody else');
    if (said.seq !== index + 1) say('an entry before it is missing');
    const hash = checkLink(entry, previous, say);
    const content = checkContent(entry, index < lastErasure, say);
    const proven = checkProof(entry, say);
    previous = hash;
    console.log(
      `  ${said.seq}. ${said.at} ${said.type}${said.method ? ` (${said.method})` : ''}: ${proven}`,
    );
    for (const [name, value] of Object.entries(content?.fields ?? {}))
      console.log(`       ${name}: ${value}`);
    if (!content) console.log('       what it said was erased');
  });

  const last = parse(end.statement);
  const fits =
    last?.kind === 'end' &&
    last.practice === bundle.practice &&
    last.contact === contact &&
    last.seq === entries.length &&
    last.hash === previous &&
    last.at === bundle.madeAt;
  if (!fits || !isBelieved(end.key, end.statement, end.signature))
    problems.push(`${contact}: nobody signed that the chain ends there`);
}

/** The hash that the next entry must name. */
function checkLink({ leaf, said }, previous, say) {
  if (said.kind === 'entry') {
    if (said.previous !== previous) say('it does not follow the entry before it');
    return leafHash(leaf);
  }
  // From before entries were signed: linked by what they said alone.
  if (said.kind !== 'unsigned_entry' || said.hash !== sha256(previous, said.commitment))
    say('it does not follow the entry before it');
  return said.hash;
}

/** What it said; undefined: erased. */
function checkContent({ said, salt, content }, erasedLater, say) {
  if (content === undefined || salt === undefined) {
    if (!erasedLater) say('what it said is missing, and no later entry says that it was erased');
    return undefined;
  }
  if (sha256(salt, content) !== said.commitment) say('what it said was changed');
  const opened = parse(content);
  for (const name of ['id', 'type', 'method', 'at'])
    if (opened?.[name] !== said[name]) say(`its ${name} is not what was said`);
  return opened;
}

/** In words, what its root proves. */
function checkProof({ leaf, said, proof }, say) {
  if (!proof) {
    if (said.kind !== 'entry') say('it is neither signed nor under a root');
    return 'under no root yet; part of the chain that was signed with this bundle';
  }
  const root = roots.get(proof.root);
  if (!root) {
    say(`root ${proof.root} is missing`);
    return 'no root';
  }
  const isDay =
    root.kind === 'day' && said.kind === 'entry' && said.writtenAt?.slice(0, 10) === root.through;
  const isBefore = root.kind === 'from_here_on' && said.kind === 'unsigned_entry';
  if (!isDay && !isBefore) say(`root ${root.number} does not cover its day`);
  if (treeRootBy(leafHash(leaf), proof.index, root.entries, proof.path) !== root.tree)
    say(`it is not under root ${root.number}`);
  return isBefore
    ? `from before signing; unchanged since ${root.signedAt}, not proven before`
    : `under root ${root.number}, signed ${root.signedAt}`;
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

function sha256(...parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('base64url');
}

function keyId(publicKey) {
  return createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('base64url');
}

function isBelieved(id, statement, signature) {
  const publicKey = keys.get(id);
  return publicKey !== undefined && isSigned(publicKey, statement, signature);
}

function isSigned(publicKey, statement, signature) {
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
  return verify(null, Buffer.from(statement), key, Buffer.from(signature, 'base64url'));
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readJson(file) {
  return parse(readText(file));
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
    const given = parseArgs({ options, allowPositionals: true });
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
