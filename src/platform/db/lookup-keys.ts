import { randomBytes } from 'node:crypto';
import type { Cipher } from './cipher.ts';
import type { PrismaClient } from './generated/client.ts';
import { placeOf } from './sealed-columns.ts';

/**
 * The look-up keys are stored in `secrets`, sealed by the encryption keys, since they outlive a rotation of those.
 *
 * Until it was replaced for the first time there is one, `lookup`. From then on there are `lookup.1`, `lookup.2`, … in
 * their order, and `lookup` is empty: a release that knows one key only would find nobody's STOP with it, and does not
 * start on an empty one.
 */

const single = 'lookup';
const numbered = (number: number): string => `${single}.${number}`;

export type StoredSecret = { name: string; valueEnc: string };

/** Made by the first process that there is. */
export async function loadLookupKeys(prisma: PrismaClient, cipher: Cipher): Promise<Buffer[]> {
  const first = seal(cipher, single, randomBytes(32));
  await prisma.secret.createMany({ data: [first], skipDuplicates: true });
  return openLookupKeys(await prisma.secret.findMany(), cipher);
}

/** In their order. Throws where one is missing: hashes that leave it out find nothing. */
export function openLookupKeys(secrets: readonly StoredSecret[], cipher: Cipher): Buffer[] {
  const stored = new Map(secrets.map(({ name, valueEnc }) => [name, valueEnc]));
  const count = secrets.filter(({ name }) => name.startsWith(`${single}.`)).length;
  const names = count === 0 ? [single] : Array.from({ length: count }, (_, n) => numbered(n + 1));
  return names.map((name) => {
    const sealed = stored.get(name);
    if (!sealed || (name !== single && stored.get(single) !== ''))
      throw new Error('the look-up keys in the table secrets are not as they were stored');
    return Buffer.from(cipher.open(sealed, placeOf('secrets.lookup', name)), 'base64');
  });
}

/** How several keys are stored, all sealed by the first of the encryption keys. */
export function sealLookupKeys(keys: readonly Buffer[], cipher: Cipher): StoredSecret[] {
  return [
    { name: single, valueEnc: '' },
    ...keys.map((key, index) => seal(cipher, numbered(index + 1), key)),
  ];
}

function seal(cipher: Cipher, name: string, key: Buffer): StoredSecret {
  return { name, valueEnc: cipher.seal(key.toString('base64'), placeOf('secrets.lookup', name)) };
}

/** How many keys there are. */
export const lookupKeysCount = `
  SELECT GREATEST(count(*), 1)::int AS keys FROM secrets WHERE name LIKE '${single}.%'`;
