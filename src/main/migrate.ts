import { Connection } from '@temporalio/client';
import { connectDatabase, needsOwnConnection, withEncryptionKeys } from './compose.ts';
import { ConfigError, loadConfig, type Config } from '../platform/config/config.ts';
import { adoptLinks } from '../record/links/link-adopt.ts';
import { adoptAll, hasPractices } from '../features/evidence/adopt.ts';
import { migrate, MigrationError } from '../platform/db/migrate.ts';
import { ensureLogin, type Login } from '../platform/db/roles.ts';
import { rehashNumbers } from '../features/keys/rehash-numbers.ts';
import { wallClock } from '../platform/clock.ts';
import { readArguments } from '../platform/arguments.ts';
import { configExitCode } from './role.ts';
import { connectOptions } from '../platform/temporal/connection.ts';
import { provisionTemporal, ProvisioningError } from '../platform/temporal/provision.ts';

/**
 * `npm run migrate`: brings the database's schema and Temporal's namespace and search attributes up to date, then ends.
 * Before a new version's API and workers start; as often as one likes. `--own-cluster`: Temporal is ours alone. With
 * `API_DATABASE_PASSWORD` and its relatives it also makes the roles that the processes connect with (src/platform/db/roles.ts).
 */

/** The migration that starts signing the ledger: existing entries are taken over once, as they are. */
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

/** The migration that starts sealing links: those on their way are taken over once, as they are. */
const bringsSealedLinks = '20261201060100_bound_links';

async function sealLinks(given: Config): Promise<void> {
  const db = await connectDatabase(await withEncryptionKeys(given), wallClock, 2);
  try {
    // Before the seals, which hold hashes.
    console.log(`migrate: ${await rehashNumbers(db)} numbers are looked up by their other form`);
    console.log(`migrate: ${await adoptLinks(db)} links are sealed with their rows`);
  } finally {
    await db.close();
  }
}

const { 'own-cluster': ownCluster } = readArguments({
  command: 'npm run migrate',
  does: 'Brings the schema of the database, and the namespace and search attributes of Temporal, up to date; then ends.',
  options: { 'own-cluster': { type: 'boolean', default: false } },
  meaning: { '--own-cluster': 'Temporal is for Optgate alone' },
  environment: {
    DATABASE_URL: 'PostgreSQL, needed; as the owner of the schema',
    TEMPORAL_ADDRESS: 'Temporal, needed',
    ENCRYPTION_KEYS: 'id:base64 list, as the roles have it',
    'API_DATABASE_PASSWORD, …': 'makes the roles that the processes connect with (docs/tenancy.md)',
  },
});

process.once('disconnect', () => process.exit(1));
try {
  const config = loadConfig(process.env, 'operator');
  if (config.database.kind !== 'external')
    throw new ConfigError([
      'DATABASE_URL is missing: `npm start` brings its own database, a single role needs one',
    ]);
  needsOwnConnection(config, '`npm run migrate`');
  const options = connectOptions(config, process.env);
  const applied = await migrate(config.database.url);
  for (const name of applied) console.log(`migrate: applied ${name}`);
  // An empty database has no key yet; its first role brings it.
  if (applied.includes(bringsSigning) && (await hasPractices(config.database.url)))
    await adoptLedger(config);
  if (applied.includes(bringsSealedLinks) && (await hasPractices(config.database.url)))
    await sealLinks(config);
  for (const [login, password] of Object.entries(config.loginPasswords)) {
    await ensureLogin(config.database.url, login as Login, password);
    console.log(`migrate: optgate_${login} may connect`);
  }
  const connection = await Connection.connect(options);
  await provisionTemporal(connection, config.temporal.namespace, {
    ownCluster,
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
