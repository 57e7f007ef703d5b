import pg from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { choosePorts } from '../../src/platform/free-ports.ts';
import { runProgram } from '../embedded/processes.ts';
import { serviceUrl } from '../harness/databases.ts';
import { register, someone, type Person } from '../harness/people.ts';
import { startStack, testKey, until, type Stack } from '../harness/stack.ts';
import { untilWorking } from '../harness/worker-process.ts';

/** An API that is asked to stop, as each deployment asks it, while a call waits for somebody else's transaction. */

let stack: Stack;
let locks: pg.Client;
beforeAll(async () => {
  stack = await startStack({ worker: false });
  locks = new pg.Client({ connectionString: stack.databaseUrl });
  await locks.connect();
});
afterAll(async () => {
  await locks.end();
  await stack.stop();
});

async function startApi() {
  const [port = 0] = await choosePorts(1);
  const api = runProgram('src/main/api.ts', {
    env: {
      NODE_OPTIONS: '',
      PORT: String(port),
      DATABASE_URL: serviceUrl(stack.databaseUrl, 'api'),
      TEMPORAL_ADDRESS: inject('temporalAddress'),
      ENCRYPTION_KEYS: testKey,
      LOG_LEVEL: 'warn',
    },
    ipc: true,
  });
  await untilWorking(api);
  const write = ({ id }: Person): Promise<number | 'cut off'> =>
    fetch(`http://127.0.0.1:${port}/v1/contacts/${id}/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${stack.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'ad_hoc', subject: 's', body: 'b' }),
    }).then(
      ({ status }) => status,
      () => 'cut off',
    );
  return { ...api, write };
}

/** Locks the contact, until `locks` ends its transaction; resolves when somebody waits for it. */
async function lock({ id }: Person): Promise<{ untilWaitedFor: () => Promise<unknown> }> {
  await locks.query('BEGIN');
  await locks.query('SELECT 1 FROM contacts WHERE id = $1 FOR UPDATE', [id]);
  const { rows } = await locks.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return {
    untilWaitedFor: () =>
      until('somebody waits', async () => {
        const [waits] = await stack.db.prisma.$queryRaw<{ n: number }[]>`
          SELECT count(*)::int AS n FROM pg_stat_activity WHERE ${rows[0]!.pid} = ANY(pg_blocking_pids(pid))`;
        return waits!.n > 0;
      }),
  };
}

it('is gone within 10 s, exit code 0, and cuts off a call that would take longer', async () => {
  const ann = someone();
  await register(stack, ann, ['email']);
  const api = await startApi();
  const { untilWaitedFor } = await lock(ann);
  const answer = api.write(ann);
  await untilWaitedFor();
  const askedAt = Date.now();
  api.child.kill('SIGTERM');
  expect(await api.exit).toEqual({ code: 0, signal: null });
  expect(Date.now() - askedAt).toBeLessThan(10_000);
  expect(await answer).toBe('cut off');
  await locks.query('ROLLBACK');
});

it('answers a call under way that ends in time', async () => {
  const bob = someone();
  await register(stack, bob, ['email']);
  const api = await startApi();
  const { untilWaitedFor } = await lock(bob);
  const answer = api.write(bob);
  await untilWaitedFor();
  api.child.kill('SIGTERM');
  await locks.query('ROLLBACK');
  expect(await answer).toBe(202);
  expect(await api.exit).toEqual({ code: 0, signal: null });
});
