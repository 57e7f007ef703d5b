import { UsageError, type LocalDatabase } from './admin-command.ts';
import { needsOwnConnection } from '../compose.ts';
import type { Config } from '../../platform/config/config.ts';
import { createCipher } from '../../platform/db/cipher.ts';
import { NotReplacedError, replaceLookupKey } from '../../features/keys/replace-lookup-key.ts';

/** The one command of `npm run admin` that wants everything stopped (docs/operations.md, "Replace the look-up key"). */

export const lookupUsage = `  replace-lookup-key                          hashes what people are found by with a new key; stop every API and worker first`;

export async function lookupCommand(
  config: Config,
  local: LocalDatabase | undefined,
): Promise<void> {
  needsOwnConnection(config, '`replace-lookup-key`');
  const { encryptionKeys, requireBoundValues: requireBound } = config;
  const cipher = createCipher(encryptionKeys, { requireBound });
  const replace = async (url: string): Promise<void> => {
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
  };
  const { database, dataDir } = config;
  if (database.kind === 'external') return replace(database.url);
  if (!local) throw new UsageError('there is no database: set DATABASE_URL');
  const { port } = database;
  return local.whileStopped({ dataDir, ...(port === undefined ? {} : { port }) }, replace);
}
