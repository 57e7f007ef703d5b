import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import type { TestProject } from 'vitest/node';
import { startPostgres } from '../../src/embedded/postgres.ts';
import { startTemporal } from '../../src/embedded/temporal.ts';
import { provisionTemporal } from '../../src/temporal/provision.ts';
import { browserPath } from './browser.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A superuser's URL; each stack makes a database of its own. */
    databaseUrl: string;
    temporalAddress: string;
  }
}

/** One real PostgreSQL and one real Temporal server for the whole run, in a folder that goes with it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // It unpacks itself where it was never used; two files at once would run into each other.
  await browserPath();
  const dataDir = await mkdtemp(join(tmpdir(), 'optgate-test-'));
  const postgres = await startPostgres({ dataDir });
  const temporal = await startTemporal({ dataDir, ui: false, env: process.env });
  const connection = await Connection.connect({ address: temporal.address });
  await provisionTemporal(connection, 'default');
  await connection.close();
  project.provide('databaseUrl', postgres.url);
  project.provide('temporalAddress', temporal.address);
  return async () => {
    await temporal.stop();
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
