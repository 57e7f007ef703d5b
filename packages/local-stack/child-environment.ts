import { randomBytes } from 'node:crypto';
import type { Config } from '../../src/platform/config/config.ts';
import { ensureLogin, type Login } from '../../src/platform/db/roles.ts';
import { developmentEncryptionKeys } from '../../src/platform/config/sandbox-key.ts';

/** How Temporal's own environment configuration begins: it describes a server of the person's, not the one we start. */
const temporalConnectionVariables = /^TEMPORAL_(API_KEY|TLS|GRPC_META|PROFILE|CONFIG_FILE)/;

/** The environment for roles: they see the services we started like external ones. */
export async function childEnvironment(
  config: Config,
  env: NodeJS.ProcessEnv,
  started: {
    databaseUrl: string;
    temporal: { address: string };
    uiUrl: string | undefined;
  },
): Promise<NodeJS.ProcessEnv> {
  const inherited = Object.entries(env).filter(
    ([name]) => config.temporal.kind === 'external' || !temporalConnectionVariables.test(name),
  );
  const keys =
    config.encryptionKeys.length > 0
      ? config.encryptionKeys
      : await developmentEncryptionKeys(config.dataDir);
  return {
    ...Object.fromEntries(inherited),
    DATA_DIR: config.dataDir,
    DATABASE_URL: started.databaseUrl,
    TEMPORAL_ADDRESS: started.temporal.address,
    TEMPORAL_NAMESPACE: config.temporal.namespace,
    ENCRYPTION_KEYS: keys.map(({ id, key }) => `${id}:${key.toString('base64')}`).join(','),
    ...(started.uiUrl ? { TEMPORAL_UI_URL: started.uiUrl } : {}),
  };
}

/**
 * The environment of each role: on a database of our own, each connects as itself (src/platform/db/roles.ts), with a password of
 * this run. After the migrations, which make the groups that the logins belong to.
 */
export async function roleEnvironments(
  { database, sweeperDatabaseUrl }: Config,
  env: NodeJS.ProcessEnv,
  databaseUrl: string,
): Promise<Record<'sandbox' | 'api' | 'worker', NodeJS.ProcessEnv>> {
  if (database.kind === 'external') return { sandbox: env, api: env, worker: env };
  const urlOf = (login: Login): Promise<string> =>
    ensureLogin(databaseUrl, login, randomBytes(24).toString('hex'));
  return {
    sandbox: env,
    api: { ...env, DATABASE_URL: await urlOf('api') },
    worker: {
      ...env,
      DATABASE_URL: await urlOf('worker'),
      SWEEPER_DATABASE_URL: sweeperDatabaseUrl ?? (await urlOf('sweeper')),
    },
  };
}
