import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { NativeConnectionOptions } from '@temporalio/worker';

/**
 * API key, TLS and gRPC headers from TEMPORAL_API_KEY, TEMPORAL_TLS_* and TEMPORAL_GRPC_META_*, as Temporal's own
 * environment configuration has them. Its configuration file is read only when TEMPORAL_CONFIG_FILE or TEMPORAL_PROFILE
 * asks for it: a developer's cloud profile must not change a local start. Throws where they cannot be read.
 */
export function readTemporalEnvironment(env: NodeJS.ProcessEnv): NativeConnectionOptions {
  // An empty variable means: not set. Compose files pass them so.
  const variables = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
  const fromFile = Boolean(env['TEMPORAL_CONFIG_FILE'] || env['TEMPORAL_PROFILE']);
  return loadClientConnectConfig({
    overrideEnvVars: variables,
    disableFile: !fromFile,
    ...(env['TEMPORAL_PROFILE'] ? { profile: env['TEMPORAL_PROFILE'] } : {}),
  }).connectionOptions;
}

/** Settings that cannot be read count as TLS: no connection is made with them. */
export function hasTemporalTls(env: NodeJS.ProcessEnv): boolean {
  try {
    return Boolean(readTemporalEnvironment(env).tls);
  } catch {
    return true;
  }
}
