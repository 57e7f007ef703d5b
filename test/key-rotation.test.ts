import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import pg from 'pg';
import { pino } from 'pino';
import { ConfigError, type EncryptionKey } from '../src/platform/config/config.ts';
import { beat } from '../src/features/keys/key-roll.ts';
import { newEncryptionKey, parseEncryptionKeys } from '../src/platform/config/encryption-keys.ts';
import { NotRotatedError, retire, rotateKeys } from '../src/features/keys/key-rotation.ts';
import { keysInUse } from '../src/features/keys/key-use.ts';
import { startSweeper } from '../src/delivery/sweeper.ts';
import { someRuns } from '../src/signals/renew-runs.ts';
import { runAdmin } from './harness/admin.ts';
import { openOwn } from './harness/own-database.ts';
import {
  contents,
  decide,
  greenPeople,
  lightOf,
  linkOf,
  optIns,
  queue,
  register,
  someone,
  type Person,
} from './harness/people.ts';
import { startStack, testKey, until, type Stack } from './harness/stack.ts';

/**
 * The encryption key is rotated under a contact that sleeps, waiting for an answer, and a practice's dispatcher that
 * sleeps until a reminder is due: their histories hold what the old key sealed.
 */

const newKey = newEncryptionKey('new');
const [oldId, newId] = ['test', 'new'];
const day = 24 * 60 * 60 * 1_000;

/** The stacks of this file, one after the other over the same database and the same workflows. */
let stack: Stack;
const restart = async (keys: string): Promise<void> => {
  await stack.stop();
  stack = await startStack({
    over: stack,
    env: { ENCRYPTION_KEYS: keys },
    watchKeysEveryMs: 100,
  });
};
const runs = () => ({ client: stack.client, taskQueue: stack.taskQueue });
const keysOf = (text: string): EncryptionKey[] => parseEncryptionKeys(text.split(','), []);
const rotate = (keys = `${newKey},${testKey}`, more = {}) =>
  rotateKeys({ db: stack.db, keys: keysOf(keys), runs: runs(), say: () => undefined, ...more });
const runOf = async (workflowId: string): Promise<string> =>
  (await stack.client.workflow.getHandle(workflowId).describe()).runId;
const historyOf = async (workflowId: string): Promise<string> =>
  historyToJSON(await stack.client.workflow.getHandle(workflowId).fetchHistory());

/** Does `work` while a row of the contact is locked. */
async function whileLocked<T>(
  table: string,
  contactId: string,
  work: (holder: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: stack.databaseUrl });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query(`SELECT 1 FROM ${table} WHERE contact_id = $1 FOR UPDATE`, [contactId]);
    return await work(client);
  } finally {
    await client.end();
  }
}

/** … until somebody waits for it. */
const lockBriefly = (table: string, contactId: string, work: () => Promise<void>) =>
  whileLocked(table, contactId, async (client) => {
    const done = work();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await until('somebody waits', async () => {
      const [waits] = await stack.db.prisma.$queryRaw<{ n: number }[]>`
        SELECT count(*)::int AS n FROM pg_stat_activity WHERE ${rows[0]!.pid} = ANY(pg_blocking_pids(pid))`;
      return waits!.n > 0;
    });
    await client.query('COMMIT');
    await done;
  });

const ann = someone();
let bob: Person;
let link = '';

beforeAll(async () => {
  stack = await startStack({ watchKeysEveryMs: 100 });
  await register(stack, ann, ['email']);
  await queue(stack, ann, 'for ann');
  const [asked] = await optIns(stack, ann, 1);
  link = new URL(linkOf(asked!)).pathname;
  [bob] = (await greenPeople(stack, 1)) as [Person];
  const later = { kind: 'ad_hoc', body: 'later', sendAt: new Date(Date.now() + 300 * day) };
  const { status } = await stack.call('POST', `/v1/contacts/${bob.id}/messages`, later);
  if (status !== 202) throw new Error(`the reminder was answered ${status}`);
  const handle = stack.client.workflow.getHandle(`dispatch/${stack.practiceId}`);
  await until('the dispatcher sleeps', async () =>
    (await handle.fetchHistory()).events!.at(-1)?.timerStartedEventAttributes
      ? true
      : (await handle.fetchHistory()).events!.some((event) => event.timerStartedEventAttributes),
  );
});
afterAll(() => stack.stop());

describe('before a new key is there', () => {
  it('the one there is is needed, and is not retired', async () => {
    const { keys } = await keysInUse(stack.db, runs());
    expect(keys).toMatchObject([{ key: { id: oldId }, seals: true, signals: 0 }]);
    // Both, and bob's own.
    expect(keys[0]!.workflows).toBe(3);
    expect(keys[0]!.values).toBeGreaterThan(5);
    await expect(retire({ db: stack.db, runs: runs() }, oldId)).rejects.toThrow('seals');
  });

  it('a process with another one alone does not start, nor does one that means another by its name', async () => {
    const holder = { id: crypto.randomUUID(), name: 'elsewhere' };
    for (const keys of [
      keysOf(newKey),
      keysOf(`${oldId}:${Buffer.alloc(32, 5).toString('base64')}`),
    ])
      await expect(beat(stack.db, { ...holder, keys }, { id: '' })).rejects.toThrow(ConfigError);
  });

  it('nothing rotates while a running process lacks it, and it is said which', async () => {
    await expect(rotate()).rejects.toThrow(/nothing was changed[\s\S]*stack .*lacks "new"/);
    const done = await runAdmin(stack.databaseUrl, ['reencrypt'], `${newKey},${testKey}`);
    expect(done).toMatchObject({ code: 1 });
    expect(done.output).toContain('nothing was changed');
    const { keys } = await keysInUse(stack.db, undefined);
    expect(keys.find(({ key }) => key.id === newId)?.values ?? 0).toBe(0);
  });
});

describe('a new key that not all have yet', () => {
  const early = {
    id: crypto.randomUUID(),
    name: 'restarted early',
    keys: keysOf(`${newKey},${testKey}`),
  };

  it('is not sealed with: one that has it first seals as the others do', async () => {
    const sealing = { id: newId };
    await beat(stack.db, early, sealing);
    expect(sealing.id).toBe(oldId);
    const status = await runAdmin(stack.databaseUrl, ['keys', 'status'], `${newKey},${testKey}`);
    expect(status.output).toContain('restarted early: has new, test; seals with test');
  });

  it('is changed over to when all have it first, and then nothing seals with the old one', async () => {
    await restart(`${newKey},${testKey}`);
    await until('both seal with it', async () => {
      const sealing = { id: '' };
      await beat(stack.db, early, sealing);
      return sealing.id === newId && stack.db.sealing.id === newId;
    });
    await stack.db.prisma.process.deleteMany({ where: { id: early.id } });
    await until(
      'the old one is left',
      async () =>
        (await stack.db.prisma.encryptionKey.findFirstOrThrow({ where: { id: oldId } })).leftAt,
    );
    const carl = someone();
    await register(stack, carl, ['email']);
    const { nameEnc } = await stack.db.prisma.contact.findFirstOrThrow({ where: { id: carl.id } });
    expect(nameEnc).toMatch(/^new\./);
  });

  it('the old one is still needed, by what it sealed before', async () => {
    await expect(retire({ db: stack.db, runs: runs() }, oldId)).rejects.toThrow(
      /is still needed: \d+ values of the database, \d+ running workflows/,
    );
  });
});

describe('a rotation', () => {
  const sleepers = () => [stack.workflowId(ann.id), `dispatch/${stack.practiceId}`];
  let before: string[];
  beforeAll(async () => {
    before = await Promise.all(sleepers().map(runOf));
  });

  it('of which a row stays locked says so, having moved the rest, and the old key is still needed', async () => {
    const sealing = { id: newId };
    // With a short wait for locks, or the test would take a while for each value.
    const db = await openOwn(stack, { sealing, times: { lockWaitMs: 200 } });
    const rotated = whileLocked('channels', ann.id, () =>
      rotateKeys({ db, keys: stack.config.encryptionKeys, runs: runs(), say: () => undefined }),
    );
    await expect(rotated).rejects.toThrow(NotRotatedError);
    await expect(rotated).rejects.toThrow(/1 with "test".*1 in rows.*held.*Repeat/);
    await db.close();
    const { keys } = await keysInUse(stack.db, runs());
    expect(keys.find(({ key }) => key.id === oldId)).toMatchObject({ values: 1 });
    await expect(retire({ db: stack.db, runs: runs() }, oldId)).rejects.toThrow(
      'is still needed: 1 values of the database',
    );
  });

  it('moves the database and the running workflows, while messages are sent', async () => {
    const traffic = (async () => {
      for (let n = 1; n <= 10; n += 1) await queue(stack, bob, `during ${n}`);
    })();
    await lockBriefly('channels', ann.id, rotate);
    await traffic;
    for (const [index, id] of sleepers().entries()) {
      expect(await runOf(id)).not.toBe(before[index]);
      expect(await historyOf(id)).not.toContain(Buffer.from(oldId).toString('base64'));
    }
    await until(
      'all of bob’s arrived',
      async () => (await contents(stack, bob, 'email')).length >= 10,
    );
    expect(await contents(stack, bob, 'email')).toEqual(
      Array.from({ length: 10 }, (_, n) => `during ${n + 1}`),
    );
    const { keys } = await keysInUse(stack.db, runs());
    expect(keys.find(({ key }) => key.id === oldId)).toMatchObject({ values: 0, workflows: 0 });
    expect((await lightOf(stack, ann)).light).toBe('red');
  });

  it('names workflows that were not renewed', async () => {
    await until('the dispatcher is among them', async () =>
      (await someRuns(runs(), new Date())).includes(`dispatch/${stack.practiceId}`),
    );
  });

  it('without it a process does not start, until it is retired', async () => {
    const holder = { id: crypto.randomUUID(), name: 'too early', keys: keysOf(newKey) };
    await expect(beat(stack.db, holder, { id: '' })).rejects.toThrow(
      '"test", which is still needed',
    );
    await retire({ db: stack.db, runs: runs() }, oldId);
    await beat(stack.db, holder, { id: '' });
    await stack.db.prisma.process.deleteMany({ where: { id: holder.id } });
  });

  it('is survived by both: a yes and a new message leave with the new key alone', async () => {
    await restart(newKey);
    expect(await decide(`${stack.url}${link}`, 'accept')).toBe(200);
    await until('ann’s left', async () => (await contents(stack, ann, 'email')).length === 1);
    await queue(stack, bob, 'afterwards');
    await until('bob’s left', async () =>
      (await contents(stack, bob, 'email')).includes('afterwards'),
    );
    await expect(rotate(newKey)).resolves.toBeUndefined();
    await expect(rotate(testKey)).rejects.toThrow(NotRotatedError);
  });
});

describe('a worker that lacks the key of a history', () => {
  it('goes on with nobody, and holds nobody once another has it', async () => {
    const eve = someone();
    await register(stack, eve, ['email']);
    await queue(stack, eve, 'for eve');
    const [asked] = await optIns(stack, eve, 1);
    const workflowIds = [stack.workflowId(eve.id), `dispatch/${stack.practiceId}`];
    await stack.stopWorkers();
    await stack.startWorker(undefined, keysOf(newEncryptionKey('stranger')));
    expect(await decide(linkOf(asked!), 'accept')).toBe(200);
    await queue(stack, bob, 'meanwhile');
    for (const id of workflowIds)
      await until(`the task of ${id} fails`, async () =>
        (await historyOf(id)).includes('EVENT_TYPE_WORKFLOW_TASK_FAILED'),
      );
    await stack.stopWorkers();
    await stack.startWorker();
    await until('eve’s left', async () => (await contents(stack, eve, 'email')).length === 1);
    await until('bob’s left', async () =>
      (await contents(stack, bob, 'email')).includes('meanwhile'),
    );
    for (const id of workflowIds) expect(await historyOf(id)).not.toMatch(/NON_DETERMINISTIC/);
  });
});

describe('a signal that was sealed with a key that no worker has', () => {
  const late = newEncryptionKey('late');
  const dora = someone();
  const signals: [name: string, args: object][] = [
    ['sendMessage', { messageId: 'late-1', kind: 'ad_hoc', subject: 's', body: 'precious' }],
    ['sendMessage', { messageId: 'late-0' }],
    ['acceptChannel', { method: 'email', consentId: crypto.randomUUID() }],
    ['sendMessage', { messageId: 'late-2', kind: 'no such kind', body: 'x' }],
  ];
  const waiting = () =>
    stack.db.prisma.rejectedSignal.count({ where: { contactId: dora.id, waitsForKey: 'late' } });

  it('is kept as it came, and says so', async () => {
    await register(stack, dora, ['email']);
    const { createTemporalClient } = await import('../src/signals/workflow-client.ts');
    const producer = createTemporalClient({
      connection: stack.client.connection as never,
      namespace: 'default',
      encryptionKeys: keysOf(late),
    });
    for (const [signal, args] of signals)
      await producer.workflow.signalWithStart('contact', {
        workflowId: stack.workflowId(dora.id),
        taskQueue: stack.taskQueue,
        signal,
        signalArgs: [args],
      });
    await until('all wait', async () => (await waiting()) === signals.length);
    const { body } = await stack.call<{ items: object[] }>('GET', '/v1/rejected-signals');
    expect(body.items).toContainEqual(
      expect.objectContaining({
        reason: 'undecodable: unknown encryption key',
        payload: { undecodable: 'unknown encryption key' },
      }),
    );
    expect(await stack.db.prisma.message.count({ where: { contactId: dora.id } })).toBe(0);
  });

  it('becomes its message when a worker has the key, and what it is no message for stays listed', async () => {
    await restart(`${newKey},${late}`);
    const workflowId = stack.workflowId(dora.id);
    const { createTakeLate } = await import('../src/signals/late-signals.ts');
    const { createOpenSealed } = await import('../src/signals/sealed-signals.ts');
    const failures: Error[] = [];
    const sweeper = startSweeper({
      db: stack.db,
      workflows: stack.workflows,
      logger: pino({ level: 'silent' }),
      everyMs: 200,
      takeLate: createTakeLate({
        db: stack.db,
        tell: stack.workflows.tell,
        openSealed: createOpenSealed(stack.config.encryptionKeys, 'default'),
        requireEncodedSignals: true,
        requireBoundSignals: true,
        keyIds: stack.config.encryptionKeys.map(({ id }) => id),
        onFailure: (error) => failures.push(error),
      }),
    });
    try {
      await until('none waits', async () => (await waiting()) === 0);
      expect(
        await stack.db.prisma.message.findMany({ where: { contactId: dora.id } }),
      ).toMatchObject([{ id: 'late-1' }]);
      const rejected = await stack.db.prisma.rejectedSignal.findMany({
        where: { contactId: dora.id },
      });
      expect(rejected.map(({ reason }) => reason)).toEqual([expect.stringContaining('/kind')]);
      expect(failures).toEqual([]);
      // Its history says that they were left sealed: the replay of a worker that opens them takes the path of then.
      const [asked] = await optIns(stack, dora, 1);
      await decide(linkOf(asked!), 'accept');
      await until('it left', async () => (await contents(stack, dora, 'email')).length === 1);
      expect(await historyOf(workflowId)).not.toMatch(/NON_DETERMINISTIC|UNHANDLED_FAILURE/);
    } finally {
      await sweeper.stop();
    }
  });
});
