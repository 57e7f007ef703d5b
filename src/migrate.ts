import { Connection } from '@temporalio/client';
import { connectDatabase, withEncryptionKeys } from './compose.ts';
import { ConfigError, loadConfig, type Config } from './config.ts';
import { adoptAll, hasPractices } from './db/ledger-adopt.ts';
import { migrate, MigrationError } from './db/migrate.ts';
import { wallClock } from './ports/clock.ts';
import { configExitCode } from './role.ts';
import { connectOptions } from './temporal/connection.ts';
import { provisionTemporal, ProvisioningError } from './temporal/provision.ts';

/**
 * `npm run migrate`: brings the database's schema and Temporal's namespace and search attributes up to date, then ends.
 * Before a new version's API and workers start; as often as one likes. `--own-cluster`: Temporal is ours alone.
 */

/** The migration from which on the ledger is signed: once, what is there is taken over as it is. */
const bringsSigning = '20261129200000_signed_ledger';

async function adoptLedger(given: Config): Promise<void> {
  const db = await connectDatabase(await withEncryptionKeys(given), wallClock, 2);
  try {
    await adoptAll(db, (practiceId, adopted) =>
      console.log(
        `migrate: the ledger of ${practiceId} is signed from here on (${adopted} before)`,
      ),
    );
  } finally {
    await db.close();
  }
}

process.once('disconnect', () => process.exit(1));
try {
  const config = loadConfig(process.env);
  if (config.database.kind !== 'external')
    throw new ConfigError([
      'DATABASE_URL is missing: `npm start` brings its own database, a single role needs one',
    ]);
  const options = connectOptions(config, process.env);
  const applied = await migrate(config.database.url);
  for (const name of applied) console.log(`migrate: applied ${name}`);
  // An empty database has no key yet; its first role brings it.
  if (applied.includes(bringsSigning) && (await hasPractices(config.database.url)))
    await adoptLedger(config);
  const connection = await Connection.connect(options);
  await provisionTemporal(connection, config.temporal.namespace, {
    ownCluster: process.argv.includes('--own-cluster'),
  });
  await connection.close();
  process.exit(0);
} catch (error) {
  const expected =
    error instanceof ConfigError ||
    error instanceof MigrationError ||
    error instanceof ProvisioningError;
  console.error(expected ? error.message : error);
  process.exit(error instanceof ConfigError ? configExitCode : 1);
}
