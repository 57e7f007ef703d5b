import type { EncryptionKey } from '../config/config.ts';
import {
  introduceKey,
  introducedKeys,
  isReplaced,
  signingKeyOf,
  signText,
  trustedKeys,
  verifyText,
  type KeyRecord,
  type KeyStatement,
} from '../../core/ledger/keys.ts';
import type { PrismaClient } from './generated/client.ts';

/** The keys that sign the ledger's roots: the secret ones from the environment, the public ones from `ledger_keys`. */
export type LedgerKeys = {
  /** With the first of ENCRYPTION_KEYS. */
  sign(statement: string): { keyId: string; signature: string };
  /** False: another statement, another key, or one that is not vouched for. */
  verify(statement: string, keyId: string, signature: string): Promise<boolean>;
  /** Every public key that is vouched for, in order, as an auditor needs them. */
  records(): Promise<KeyRecord[]>;
  /** The ids of the keys whose records are there as they were signed. */
  introduced(): Promise<Set<string>>;
  /**
   * What keeps this process from signing. `replaced`: ENCRYPTION_KEYS of another one begins with a newer key.
   * `not_introduced`: the list of keys does not have the record of this one, as it was signed.
   */
  hindrance(): Promise<'replaced' | 'not_introduced' | undefined>;
};

export async function openLedgerKeys(
  prisma: PrismaClient,
  encryptionKeys: readonly EncryptionKey[],
  now: Date,
): Promise<LedgerKeys> {
  const ours = encryptionKeys.map(({ key }) => signingKeyOf(key));
  const current = ours[0]!;
  const load = (): Promise<KeyRecord[]> =>
    prisma.ledgerKey.findMany({ orderBy: { number: 'asc' } });

  const stored = await load();
  if (!stored.some((record) => idOf(record) === current.id)) {
    const before = stored
      .toReversed()
      .map((record) => ours.find(({ id }) => id === idOf(record)))
      .find((key) => key !== undefined);
    // Another process that introduces it at the same moment says the same, but for the time.
    await prisma.ledgerKey.createMany({
      data: [introduceKey(current, (stored.at(-1)?.number ?? 0) + 1, before, now)],
      skipDuplicates: true,
    });
  }

  let records = await load();
  let trusted = trustedKeys(ours, records);
  const refresh = async (): Promise<void> => {
    records = await load();
    trusted = trustedKeys(ours, records);
  };
  return {
    sign: (statement) => ({ keyId: current.id, signature: signText(current, statement) }),
    async verify(statement, keyId, signature) {
      // Another process may have been given a newer key since.
      if (!trusted.has(keyId)) await refresh();
      const publicKey = trusted.get(keyId);
      return publicKey !== undefined && verifyText(publicKey, statement, signature);
    },
    async records() {
      await refresh();
      return records.filter((record) => trusted.has(idOf(record) ?? ''));
    },
    async hindrance() {
      await refresh();
      if (isReplaced(ours, records)) return 'replaced';
      return introducedKeys(records).has(current.id) ? undefined : 'not_introduced';
    },
    async introduced() {
      await refresh();
      return introducedKeys(records);
    },
  };
}

/** Undefined: the text is not a key record. */
function idOf(record: KeyRecord): string | undefined {
  try {
    return (JSON.parse(record.statement) as KeyStatement).id;
  } catch {
    return undefined;
  }
}
