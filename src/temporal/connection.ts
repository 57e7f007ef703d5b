import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { NativeConnectionOptions } from '@temporalio/worker';
import { ConfigError, type Config } from '../config.ts';

/** Fits `Connection` of the client and `NativeConnection` of the worker. */
export type TemporalConnectOptions = Required<Pick<NativeConnectionOptions, 'address'>> &
  Pick<NativeConnectionOptions, 'tls' | 'apiKey' | 'metadata'>;

/**
 * Address from our configuration; API key, TLS and gRPC headers from TEMPORAL_API_KEY, TEMPORAL_TLS_* and
 * TEMPORAL_GRPC_META_*, as Temporal's own environment configuration has them. Its configuration file is read only when
 * TEMPORAL_CONFIG_FILE or TEMPORAL_PROFILE asks for it: a developer's cloud profile must not change a local start.
 */
export function connectOptions(config: Config, env: NodeJS.ProcessEnv): TemporalConnectOptions {
  if (config.temporal.kind !== 'external')
    throw new ConfigError([
      'TEMPORAL_ADDRESS is missing: `npm start` brings its own Temporal server, a single role needs one',
    ]);
  // An empty variable means: not set. Compose files pass them so.
  const variables = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
  const fromFile = Boolean(env['TEMPORAL_CONFIG_FILE'] || env['TEMPORAL_PROFILE']);
  let found: NativeConnectionOptions;
  try {
    found = loadClientConnectConfig({
      overrideEnvVars: variables,
      disableFile: !fromFile,
      ...(env['TEMPORAL_PROFILE'] ? { profile: env['TEMPORAL_PROFILE'] } : {}),
    }).connectionOptions;
  } catch (error) {
    throw new ConfigError([
      `the TEMPORAL_* settings cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    ]);
  }
  return {
    address: config.temporal.address,
    ...(found.tls === undefined ? {} : { tls: found.tls }),
    ...(found.apiKey === undefined ? {} : { apiKey: found.apiKey }),
    ...(found.metadata === undefined ? {} : { metadata: found.metadata }),
  };
}
