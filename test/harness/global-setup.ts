import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import type { TestProject } from 'vitest/node';
import { startPostgres } from '../../packages/local-stack/postgres.ts';
import { startTemporal } from '../../packages/local-stack/start-temporal.ts';
import { provisionTemporal } from '../../src/platform/temporal/provision.ts';
import { browserPath } from './browser.ts';
import { prepareDatabases } from './databases.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A superuser's URL; each stack makes a database of its own. */
    databaseUrl: string;
    temporalAddress: string;
  }
}

/** Bytes that the data of a run takes at most, with room. */
const runBytes = 8 * 1024 ** 3;

/**
 * In memory where there is room: the data goes with the run, and a disk that has to keep hundreds of databases safe makes
 * both servers wait, at times for more than a minute.
 */
async function roomyFolder(): Promise<string> {
  const memory = '/dev/shm';
  const { bavail, bsize } = await statfs(memory).catch(() => ({ bavail: 0, bsize: 0 }));
  return bavail * bsize > runBytes ? memory : tmpdir();
}

/** One real PostgreSQL and one real Temporal server for the whole run, in a folder that goes with it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // It unpacks itself where it was never used; two files at once would run into each other.
  await browserPath();
  const dataDir = await mkdtemp(join(await roomyFolder(), 'optgate-test-'));
  const postgres = await startPostgres({ dataDir });
  const temporal = await startTemporal({ dataDir, ui: false, env: process.env });
  const connection = await Connection.connect({ address: temporal.address });
  await provisionTemporal(connection, 'default');
  await connection.close();
  await prepareDatabases(postgres.url);
  project.provide('databaseUrl', postgres.url);
  project.provide('temporalAddress', temporal.address);
  return async () => {
    await temporal.stop();
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
