import {
  createHash,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';

/**
 * Roots are signed with Ed25519, so that an auditor needs no secret. The signing key is derived from the first of
 * ENCRYPTION_KEYS (HKDF-SHA256): the database does not hold it, and it is rotated with that key. A public key is known
 * by its hash. At a rotation, when both keys are there, the new one vouches for the one before it and the other way
 * round; so a root that an older key signed still verifies after that key is gone, and an auditor can follow from one
 * to the other.
 */

export type SigningKey = { id: string; publicKey: string; privateKey: KeyObject };

/** The prefix of the 32 bytes of a private key in PKCS #8 (RFC 8410, section 7). */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

export function signingKeyOf(encryptionKey: Buffer): SigningKey {
  const seed = hkdfSync('sha256', encryptionKey, '', 'optgate: signs the ledger', 32);
  const privateKey = createPrivateKey({
    key: Buffer.concat([pkcs8Prefix, Buffer.from(seed)]),
    format: 'der',
    type: 'pkcs8',
  });
  const publicKey = createPublicKey(privateKey).export({ format: 'jwk' }).x!;
  return { id: keyIdOf(publicKey), publicKey, privateKey };
}

export function keyIdOf(publicKey: string): string {
  return createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('base64url');
}

export function signText(key: SigningKey, text: string): string {
  return sign(null, Buffer.from(text), key.privateKey).toString('base64url');
}

/** `publicKey`: 32 bytes, base64url. */
export function verifyText(publicKey: string, text: string, signature: string): boolean {
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: publicKey },
    format: 'jwk',
  });
  return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'));
}

/** A key of the list, with the words that it and the one before it signed. */
export type KeyRecord = {
  number: number;
  statement: string;
  signature: string;
  /** Null: the first, or the one before was not there any more to vouch for it. */
  previousSignature: string | null;
};

export type KeyStatement = {
  kind: 'key';
  number: number;
  id: string;
  publicKey: string;
  /** The id of the key that it takes over from; null: none. */
  previous: string | null;
  at: string;
};

/** The record of a key that signs from `at` on, after `previous`. */
export function introduceKey(
  key: SigningKey,
  number: number,
  previous: SigningKey | undefined,
  at: Date,
): KeyRecord {
  const statement = JSON.stringify({
    kind: 'key',
    number,
    id: key.id,
    publicKey: key.publicKey,
    previous: previous?.id ?? null,
    at: at.toISOString(),
  } satisfies KeyStatement);
  return {
    number,
    statement,
    signature: signText(key, statement),
    previousSignature: previous ? signText(previous, statement) : null,
  };
}

/**
 * The trusted public keys, by id: those derived from the environment, their predecessors by their own word, and the
 * successor that the environment's first key names (another process was given a newer one). A record added by anybody
 * else leads nowhere.
 */
export function trustedKeys(
  ours: readonly SigningKey[],
  records: readonly KeyRecord[],
): Map<string, string> {
  const trusted = new Map(ours.map(({ id, publicKey }) => [id, publicKey]));
  const read = records.flatMap(readRecord);
  for (const { id, publicKey } of successors(ours[0], read)) trusted.set(id, publicKey);
  // From the newest back: each trusted key names its predecessor.
  for (const { said } of read.toSorted((a, b) => b.said.number - a.said.number)) {
    const before = read.find((other) => other.said.id === said.previous);
    if (trusted.has(said.id) && before) trusted.set(before.said.id, before.said.publicKey);
  }
  return trusted;
}

/** True: the environment's first key has vouched for a newer one, and signs nothing any more. */
export function isReplaced(ours: readonly SigningKey[], records: readonly KeyRecord[]): boolean {
  return successors(ours[0], records.flatMap(readRecord)).length > 0;
}

/**
 * The ids of the keys that are introduced as an auditor needs it: in words that they have signed, and so has the one
 * before, where it is in the list.
 */
export function introducedKeys(records: readonly KeyRecord[]): Set<string> {
  const read = records.flatMap(readRecord);
  const fits = ({ record, said }: (typeof read)[number]): boolean => {
    const before = read.find((other) => other.said.id === said.previous);
    const { statement, previousSignature } = record;
    return !before || verifyText(before.said.publicKey, statement, previousSignature ?? '');
  };
  return new Set(read.filter(fits).map(({ said }) => said.id));
}

/** The keys that took over from one, in order, each vouched for by the one before. */
function successors(
  key: SigningKey | undefined,
  read: readonly { record: KeyRecord; said: KeyStatement }[],
): Pick<SigningKey, 'id' | 'publicKey'>[] {
  const found: Pick<SigningKey, 'id' | 'publicKey'>[] = [];
  for (const { record, said } of read.toSorted((a, b) => a.said.number - b.said.number)) {
    const newest = found.at(-1) ?? key;
    if (newest === undefined || said.previous !== newest.id || record.previousSignature === null)
      continue;
    if (verifyText(newest.publicKey, record.statement, record.previousSignature))
      found.push({ id: said.id, publicKey: said.publicKey });
  }
  return found;
}

/** Undefined unless the key that it names has signed it. */
function readRecord(record: KeyRecord): { record: KeyRecord; said: KeyStatement }[] {
  try {
    const said = JSON.parse(record.statement) as KeyStatement;
    const fits =
      said.kind === 'key' &&
      said.number === record.number &&
      keyIdOf(said.publicKey) === said.id &&
      verifyText(said.publicKey, record.statement, record.signature);
    return fits ? [{ record, said }] : [];
  } catch {
    return [];
  }
}
