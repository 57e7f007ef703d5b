import { PrismaPg } from '@prisma/adapter-pg';
import { Prisma, PrismaClient } from './generated/client.ts';
import { randomBytes } from 'node:crypto';
import type { EncryptionKey } from '../config.ts';
import type { Clock } from '../ports/clock.ts';
import { createCipher, createLookup, type Cipher, type Lookup } from './cipher.ts';
import { openLedgerKeys, type LedgerKeys } from './ledger-keys.ts';

/** A transaction, or the client itself where one statement is enough. */
export type Sql = Prisma.TransactionClient;

/** What every store works with. */
export type Database = {
  prisma: PrismaClient;
  cipher: Cipher;
  lookup: Lookup;
  ledgerKeys: LedgerKeys;
  clock: Clock;
  close(): Promise<void>;
};

/**
 * Longer transactions hold a lane or a contact: in ms. A thousand consents in one call wait for whoever looks at these
 * contacts right now, and took more than 10 s on a busy machine. Waits for a connection: in ms.
 */
const transactionMs = 30_000;
const connectionWaitMs = 10_000;
/** A process that is frozen in mid-transaction must not keep others out of a contact for longer: in ms. */
const idleInTransactionMs = 6_000;
/** Who waits longer than this for a lock fails and tries again, rather than queue up behind it: in ms. */
const lockWaitMs = 8_000;

export async function openDatabase(options: {
  url: string;
  encryptionKeys: readonly EncryptionKey[];
  clock: Clock;
  /** Connections of this process. */
  connections?: number;
}): Promise<Database> {
  const adapter = new PrismaPg({
    connectionString: options.url,
    max: options.connections ?? 10,
    connectionTimeoutMillis: connectionWaitMs,
    idle_in_transaction_session_timeout: idleInTransactionMs,
    lock_timeout: lockWaitMs,
  });
  const prisma = new PrismaClient({
    adapter,
    transactionOptions: { timeout: transactionMs, maxWait: connectionWaitMs },
    // Query errors would print parameters; errors are reported where they are handled.
    log: [],
  });
  const cipher = createCipher(options.encryptionKeys);
  try {
    const lookup = createLookup(await lookupKey(prisma, cipher));
    const ledgerKeys = await openLedgerKeys(prisma, options.encryptionKeys, options.clock.now());
    return {
      prisma,
      cipher,
      lookup,
      ledgerKeys,
      clock: options.clock,
      close: () => prisma.$disconnect(),
    };
  } catch (error) {
    await prisma.$disconnect();
    throw error;
  }
}

/** The look-up key must outlive a rotation of the encryption keys, so it is stored, wrapped by them. */
async function lookupKey(prisma: PrismaClient, cipher: Cipher): Promise<Buffer> {
  const context = 'secrets.lookup';
  const valueEnc = cipher.seal(randomBytes(32).toString('base64'), context);
  await prisma.secret.createMany({ data: [{ name: 'lookup', valueEnc }], skipDuplicates: true });
  const stored = await prisma.secret.findUniqueOrThrow({ where: { name: 'lookup' } });
  return Buffer.from(cipher.open(stored.valueEnc, context), 'base64');
}

export { Prisma };
