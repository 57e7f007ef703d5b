import { PrismaPg } from '@prisma/adapter-pg';
import { Prisma, PrismaClient } from './generated/client.ts';
import type { EncryptionKey } from '../config/config.ts';
import { databaseLimits, type Pooling } from '../../core/limits/database-limits.ts';
import type { SealingKey } from '../../core/sealing-key.ts';
import type { Clock } from '../clock.ts';
import { createCipher, type Cipher } from './cipher.ts';
import { DatabaseClock } from './database-clock.ts';
import { openLedgerKeys, type LedgerKeys } from './ledger-keys.ts';
import { createLookup, type Lookup } from './lookup.ts';
import { createLookupGuard, type LookupKeyError } from './lookup-guard.ts';
import { loadLookupKeys } from './lookup-keys.ts';
import { PracticePool } from './practice-pool.ts';
import { acrossPractices } from './practice-scope.ts';

/** A transaction, or the client itself where one statement is enough. */
export type Sql = Prisma.TransactionClient;

/** Dependencies of every store. */
export type Database = {
  prisma: PrismaClient;
  cipher: Cipher;
  /** Which encryption key the cipher seals with. */
  sealing: SealingKey;
  lookup: Lookup;
  ledgerKeys: LedgerKeys;
  clock: Clock;
  /** Whether it takes changes: a server that only reads is one that another has taken the place of. */
  isWritable(): Promise<boolean>;
  close(): Promise<void>;
};

/** Of one process: in ms, where they are not those of `databaseLimits`. */
export type DatabaseTimes = {
  transactionMs: number;
  statementMs: number;
  lockWaitMs: number;
  connectionWaitMs: number;
};

export async function openDatabase(options: {
  url: string;
  encryptionKeys: readonly EncryptionKey[];
  /** Which of them seals; absent: the first. */
  sealing?: SealingKey | undefined;
  clock: Clock;
  /** Values that are not bound to their row do not open. */
  requireBoundValues?: boolean;
  /** Every statement belongs to a practice (practice-scope.ts): for processes that work for practices. */
  scoped?: boolean;
  /** Connections of this process. */
  connections?: number;
  times?: Partial<DatabaseTimes>;
  /** What is between the service and PostgreSQL. */
  pooling?: Pooling | undefined;
  /** What the database's operator sees of this process. */
  name?: string;
  /** The look-up key was replaced, by which this process can find nothing any more: it has no connection, and gets none. */
  onOutdated?: (error: LookupKeyError) => void;
}): Promise<Database> {
  const guard = createLookupGuard(options.onOutdated ?? (() => undefined), options.pooling);
  const { transactionMs, statementMs, lockWaitMs, connectionWaitMs } = {
    ...databaseLimits,
    ...options.times,
  };
  const connections = options.connections ?? databaseLimits.apiConnections;
  const pool = new PracticePool(
    {
      connectionString: options.url,
      max: connections,
      connectionTimeoutMillis: connectionWaitMs,
      application_name: options.name ?? 'optgate',
      ...guard.pool,
    },
    {
      limits: {
        statement_timeout: String(statementMs),
        lock_timeout: String(lockWaitMs),
        idle_in_transaction_session_timeout: String(databaseLimits.idleInTransactionMs),
      },
      scoped: options.scoped ?? false,
      admission: guard.admission,
      ...(options.scoped ? { shares: databaseLimits.shares } : {}),
    },
    (sqlState) => guard.hear(sqlState),
  );
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool, { disposeExternalPool: true }),
    transactionOptions: { timeout: transactionMs, maxWait: connectionWaitMs },
    // Query errors would print parameters; errors are reported where they are handled.
    log: [],
  });
  const clock = clockOf(pool, options.clock);
  const sealing = options.sealing ?? { id: options.encryptionKeys[0]?.id ?? '' };
  const cipher = createCipher(options.encryptionKeys, {
    requireBound: options.requireBoundValues ?? false,
    sealing,
  });
  try {
    const lookupKeys = await acrossPractices(() => loadLookupKeys(prisma, cipher));
    if (clock instanceof DatabaseClock) await clock.begin();
    const ledgerKeys = await acrossPractices(() =>
      openLedgerKeys(prisma, options.encryptionKeys, clock.now()),
    );
    guard.expect(lookupKeys.length);
    return {
      prisma,
      cipher,
      sealing,
      lookup: createLookup(lookupKeys),
      ledgerKeys,
      clock,
      async isWritable() {
        const [row] = await acrossPractices(
          () => prisma.$queryRaw<{ is: boolean }[]>`
            SELECT current_setting('transaction_read_only') = 'off' AS is`,
        );
        if (!row!.is) pool.retire();
        return row!.is;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }

  async function close(): Promise<void> {
    if (clock instanceof DatabaseClock) clock.stop();
    await prisma.$disconnect();
  }
}

/** The database's, where the given one is not to be taken by its word. */
function clockOf(pool: PracticePool, given: Clock): Clock {
  const { movedMs } = given;
  if (!movedMs) return given;
  return new DatabaseClock(async () => {
    const { rows } = await acrossPractices(() =>
      pool.query({ text: 'VALUES (extract(epoch FROM clock_timestamp())::float8 * 1000)' }),
    );
    return Number(Object.values(rows[0])[0]);
  }, movedMs);
}

export { Prisma };
