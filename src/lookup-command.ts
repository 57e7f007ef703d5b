import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from './admin-command.ts';
import { needsOwnConnection } from './compose.ts';
import type { Config } from './config.ts';
import { createCipher } from './db/cipher.ts';
import { NotReplacedError, replaceLookupKey } from './db/replace-lookup-key.ts';
import { tryLock } from './embedded/lock.ts';
import { startPostgres } from './embedded/postgres.ts';
import { endLeftRun } from './embedded/run-state.ts';

/** The one command of `npm run admin` that wants everything stopped (docs/operations.md, "Replace the look-up key"). */

export const lookupUsage = `  replace-lookup-key                          hashes what people are found by with a new key; stop every API and worker first`;

export async function lookupCommand(config: Config): Promise<void> {
  needsOwnConnection(config, '`replace-lookup-key`');
  const { encryptionKeys, requireBoundValues: requireBound } = config;
  const cipher = createCipher(encryptionKeys, { requireBound });
  await withOfflineDatabase(config, async (url) => {
    try {
      const startedAt = Date.now();
      const keys = await replaceLookupKey({
        url,
        cipher,
        onProgress: (table, rows) => console.log(`${table}: ${rows}`),
      });
      const seconds = Math.ceil((Date.now() - startedAt) / 1_000);
      console.log(
        `replaced in ${seconds} s; sealed with key "${encryptionKeys[0]!.id}", the look-up key number ${keys}. Start the service again`,
      );
    } catch (error) {
      if (!(error instanceof NotReplacedError)) throw error;
      console.error(error.message);
      process.exitCode = 1;
    }
  });
}

/** The database that `npm start` brings is started for as long as it takes, since it stops with the service. */
async function withOfflineDatabase(
  { database, dataDir }: Config,
  use: (url: string) => Promise<void>,
): Promise<void> {
  if (database.kind === 'external') return use(database.url);
  if (!existsSync(join(dataDir, 'postgres')))
    throw new UsageError('there is no database: set DATABASE_URL or DATA_DIR');
  const lock = tryLock(join(dataDir, 'run.lock'), { api: 'npm run admin -- replace-lookup-key' });
  if (!lock.taken)
    throw new UsageError(
      `nothing was replaced: stop Optgate on ${dataDir} first (pid ${lock.holder.pid}); its database is started by this command`,
    );
  const tell = (text: string): void => console.log(text);
  try {
    await endLeftRun(dataDir, tell);
    const server = await startPostgres({
      dataDir,
      ...(database.port === undefined ? {} : { port: database.port }),
      onNotice: tell,
    });
    try {
      await use(server.url);
    } finally {
      await server.stop();
    }
  } finally {
    lock.release();
  }
}
