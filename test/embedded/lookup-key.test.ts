import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDatabase } from '../../src/platform/db/database.ts';
import { migrate } from '../../src/platform/db/migrate.ts';
import { tryLock } from '../../packages/local-stack/lock.ts';
import { startPostgres } from '../../packages/local-stack/postgres.ts';
import { wallClock } from '../../src/platform/clock.ts';
import { adminProgram } from '../harness/admin.ts';
import { testKey } from '../harness/service.ts';

/** The database that `npm start` brings stops with the service; the key is replaced when everything is stopped. */

let dataDir: string;
const encryptionKeys = [{ id: 'test', key: Buffer.alloc(32, 7) }];
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'optgate-lookup-'));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

async function replace(): Promise<{ code: number; output: string }> {
  const { command, args, options } = adminProgram('', ['replace-lookup-key']);
  const env = { PATH: process.env.PATH, DATA_DIR: dataDir, ENCRYPTION_KEYS: testKey };
  try {
    const { stdout } = await promisify(execFile)(command, args, { ...options, env });
    return { code: 0, output: stdout };
  } catch (error) {
    const failed = error as { code: number; stdout: string; stderr: string };
    return { code: failed.code, output: failed.stdout + failed.stderr };
  }
}

async function onDatabase<T>(use: (url: string) => Promise<T>): Promise<T> {
  const server = await startPostgres({ dataDir });
  try {
    return await use(server.url);
  } finally {
    await server.stop();
  }
}

it('starts the embedded database for as long as it takes, and not beside a service that runs', async () => {
  expect(await replace()).toMatchObject({
    code: 2,
    output: expect.stringContaining('there is no database') as string,
  });
  await onDatabase(async (url) => {
    await migrate(url);
    await (await openDatabase({ url, encryptionKeys, clock: wallClock })).close();
  });
  const lock = tryLock(join(dataDir, 'run.lock'));
  if (!lock.taken) throw new Error('somebody else is on a folder of our own');
  expect(await replace()).toMatchObject({
    code: 2,
    output: expect.stringContaining(`stop Optgate on ${dataDir} first`) as string,
  });
  lock.release();
  expect(await replace()).toMatchObject({
    code: 0,
    output: expect.stringContaining('the look-up key number 2') as string,
  });
  await onDatabase(async (url) => {
    const db = await openDatabase({ url, encryptionKeys, clock: wallClock });
    expect(await db.prisma.secret.count()).toBe(3);
    await db.close();
  });
});
