import type { NativeConnectionOptions } from '@temporalio/worker';
import { ConfigError, type Config } from '../config/config.ts';
import { readTemporalEnvironment } from '../config/temporal-environment.ts';

/** Fits `Connection` of the client and `NativeConnection` of the worker. */
export type TemporalConnectOptions = Required<Pick<NativeConnectionOptions, 'address'>> &
  Pick<NativeConnectionOptions, 'tls' | 'apiKey' | 'metadata'>;

/** Address from our configuration, the rest from Temporal's own variables. */
export function connectOptions(config: Config, env: NodeJS.ProcessEnv): TemporalConnectOptions {
  if (config.temporal.kind !== 'external')
    throw new ConfigError([
      'TEMPORAL_ADDRESS is missing: `npm start` brings its own Temporal server, a single role needs one',
    ]);
  let found: NativeConnectionOptions;
  try {
    found = readTemporalEnvironment(env);
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
