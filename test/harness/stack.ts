import { inject } from 'vitest';
import { startService, type Service } from './service.ts';

export { testAdminKey, testKey, type OutboxEntry } from './service.ts';
export { until } from './until.ts';

export type Stack = Service;

/** The whole service in this process, over the servers of this test run. */
export function startStack(options: Parameters<typeof startService>[1] = {}): Promise<Stack> {
  return startService(
    { databaseUrl: inject('databaseUrl'), temporalAddress: inject('temporalAddress') },
    options,
  );
}
