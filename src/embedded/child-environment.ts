import type { Config } from '../config.ts';
import { developmentEncryptionKeys } from '../keys.ts';

/** How Temporal's own environment configuration begins: it describes a server of the person's, not the one we start. */
const temporalConnectionVariables = /^TEMPORAL_(API_KEY|TLS|GRPC_META|PROFILE|CONFIG_FILE)/;

/** The environment for roles: what we started is as concrete to them as an external service. */
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
