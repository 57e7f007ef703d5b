import { hostname } from 'node:os';
import { ConfigError, type Config } from '../platform/config/config.ts';
import { UnsealError } from '../platform/db/cipher.ts';
import { openDatabase, type Database, type DatabaseTimes } from '../platform/db/database.ts';
import { claimDatabase } from '../record/practices/installation.ts';
import { acrossPractices } from '../platform/db/practice-scope.ts';
import { checkRole, type Login } from '../platform/db/roles.ts';
import { databaseLimits } from '../core/limits/database-limits.ts';
import type { SealingKey } from '../core/sealing-key.ts';
import type { Providers } from '../delivery/call.ts';
import { ProviderRates } from '../delivery/provider-rates.ts';
import type { Sending } from '../templates/render.ts';
import { developmentEncryptionKeys } from '../platform/config/sandbox-key.ts';
import type { Clock } from '../platform/clock.ts';
import type { PostWebhook } from '../features/events/webhook-sender.ts';
import { createPlivoSender } from '../channels/sms/plivo/sender.ts';
import { createResendSender } from '../channels/email/resend/sender.ts';
import { createWebhookPost } from '../features/events/webhook-post.ts';

/** The parts that more than one role is made of. */

/** Keys from the environment; in the sandbox, one that is kept in the data folder. */
export async function withEncryptionKeys(config: Config): Promise<Config> {
  if (config.encryptionKeys.length > 0) return config;
  return { ...config, encryptionKeys: await developmentEncryptionKeys(config.dataDir) };
}

/**
 * `login`: the process, which then works for one practice at a time (src/platform/db/practice-scope.ts); without it, an operator's
 * command, which works as the owner of the tables.
 */
export async function connectDatabase(
  config: Config,
  clock: Clock,
  connections: number,
  login?: Login,
  /** Of another connection of the same process: both seal with the same key. */
  sealing?: SealingKey,
): Promise<Database> {
  if (config.database.kind !== 'external')
    throw new Error(
      'DATABASE_URL is missing: `npm start` brings its own database, a single role needs one',
    );
  const db = await openDatabase({
    url: (login === 'sweeper' && config.sweeperDatabaseUrl) || config.database.url,
    scoped: login !== undefined,
    encryptionKeys: config.encryptionKeys,
    sealing,
    requireBoundValues: config.requireBoundValues,
    clock,
    connections,
    pooling: config.databasePooling,
    times: timesOf[login ?? 'admin'],
    name: processName(login ?? 'admin'),
    onOutdated: endProcess,
  }).catch((error: unknown) => {
    // What finds people is sealed too, and is opened first.
    if (error instanceof UnsealError)
      throw new ConfigError([`ENCRYPTION_KEYS does not open this database: ${error.message}`]);
    throw error;
  });
  try {
    await acrossPractices(async () => {
      if (login) await checkRole(db, login, config.mode);
      await claimDatabase(db, config.mode);
    });
  } catch (error) {
    await db.close();
    throw error;
  }
  return db;
}

/** For what locks the whole database for as long as it works, as only its own connection can. */
export function needsOwnConnection(config: Config, who: string): void {
  if (config.databasePooling !== 'session')
    throw new ConfigError([
      `${who} needs a connection to PostgreSQL itself: give it a DATABASE_URL that leads past the pooler, and no DATABASE_POOLING (docs/operations.md, "A pooler")`,
    ]);
}

/** What answers somebody, or holds a contact, ends soon; the others read far more at once. */
const timesOf: Record<Login | 'admin', Partial<DatabaseTimes>> = {
  api: {},
  worker: { lockWaitMs: databaseLimits.activityLockWaitMs },
  sweeper: { statementMs: databaseLimits.sweeperStatementMs },
  admin: { statementMs: databaseLimits.adminStatementMs },
};

/** What its operator knows a process by; PostgreSQL cuts names at 63 bytes. */
export function processName(login: Login | 'admin'): string {
  return `optgate ${login}, pid ${process.pid} on ${hostname()}`.slice(0, 63);
}

/** Nothing that it would still do could be stored; it is started again, with the new key. */
function endProcess({ message }: Error): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

export function createProviders(config: Config): Providers {
  return { email: createResendSender(config.resend), sms: createPlivoSender(config.plivo) };
}

export function createRates({ rates }: Config, db: Database): ProviderRates {
  return new ProviderRates(db, rates);
}

export function sendingOf({ http, senders, unsubscribeMailbox }: Config): Sending {
  return { publicUrl: http.publicUrl, senders, unsubscribeMailbox };
}

/** Only the sandbox may call this machine and others inside the network. */
export function createWebhooks(config: Config): PostWebhook {
  return createWebhookPost({ publicOnly: config.mode !== 'sandbox' });
}
