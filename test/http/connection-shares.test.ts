import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readContact } from '../../src/record/consent/contact-lock.ts';
import type { Sql } from '../../src/platform/db/database.ts';
import { createKey, createPractice } from '../../src/record/practices/practice-store.ts';
import { unsubscribeTokens } from '../../src/record/links/unsubscribe-store.ts';
import { register, someone, type Person } from '../harness/people.ts';
import { inPractice } from '../../src/platform/db/practice-scope.ts';
import { postPlivo, postResend } from '../harness/signed-webhooks.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';

/** One practice's calls leave connections to the database for everybody else. */

let stack: Stack;
let otherKey: string;
beforeAll(async () => {
  stack = await startStack({ worker: false });
  await createPractice(stack.db, { id: stack.own('other'), name: 'Other' });
  ({ key: otherKey } = await createKey(stack.db, stack.own('other'), 'x'));
});
afterAll(() => stack.stop());

/** What `hold` locks stays locked while `work` goes on. */
async function whileHeld<T>(
  hold: (sql: Sql) => PromiseLike<unknown>,
  work: () => Promise<T>,
): Promise<T> {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((done) => (end = done));
  let locked: () => void = () => undefined;
  const isLocked = new Promise<void>((done) => (locked = done));
  const lock = stack.db.prisma.$transaction(async (sql) => {
    await hold(sql);
    locked();
    // Else the database ends a transaction that does nothing.
    const awake = setInterval(() => void sql.$queryRaw`SELECT 1`.catch(() => undefined), 1_000);
    await ended;
    clearInterval(awake);
  });
  await isLocked;
  try {
    return await work();
  } finally {
    end();
    await lock;
  }
}

/** While `work` goes on, the practice's row is locked: each call that changes its settings keeps its connection. */
const whileLocked = <T>(work: () => Promise<T>): Promise<T> =>
  whileHeld(
    (sql) =>
      sql.$queryRaw`SELECT 1 FROM practices WHERE id = ${stack.practiceId} FOR NO KEY UPDATE`,
    work,
  );

const change = () => stack.call('PATCH', '/v1/settings', { optInEnabled: true });
const ofOther = () =>
  fetch(`${stack.url}/v1/settings`, { headers: { authorization: `Bearer ${otherKey}` } });

it('neither other practices nor people’s pages and health checks wait behind calls that all wait', async () => {
  const calls: Promise<number>[] = [];
  let ended = 0;
  const answered = await whileLocked(async () => {
    for (let n = 0; n < 60; n += 1)
      calls.push(
        change().then(({ status }) => {
          ended += 1;
          return status;
        }),
      );
    await until('some wait for the row', async () => (await waitingForLocks()) > 2);
    const all = await Promise.all([
      ofOther(),
      fetch(`${stack.url}/healthz`),
      fetch(`${stack.url}/o/${'x'.repeat(32)}`),
    ]);
    // With all connections held, they would be answered when the first of these calls gave up.
    expect(ended).toBe(0);
    return all.map(({ status }) => status);
  });
  expect(answered).toEqual([200, 200, 404]);
  for (const status of await Promise.all(calls)) expect([200, 503]).toContain(status);
});

async function waitingForLocks(): Promise<number> {
  const [row] = await stack.db.prisma.$queryRaw<{ waiting: bigint }[]>`
    SELECT count(*) AS waiting FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  return Number(row!.waiting);
}

it('a call that gets no connection in time is answered 503 and when to come again', async () => {
  const calls: ReturnType<typeof stack.call>[] = [];
  await whileLocked(async () => {
    for (let n = 0; n < 20; n += 1) calls.push(change());
    await until('one was turned away', async () => {
      const first = await Promise.race([...calls, delay(50)]);
      return first !== undefined;
    });
    const reads = await Promise.all([1, 2].map(() => stack.call('GET', '/v1/templates')));
    for (const { status } of reads) expect([200, 503]).toContain(status);
  });
  for (const { status, headers, body } of await Promise.all(calls)) {
    expect([200, 503]).toContain(status);
    if (status === 200) continue;
    expect(body).toMatchObject({ error: { code: 'unavailable' } });
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  }
  const statuses = (await Promise.all(calls)).map(({ status }) => status);
  expect(statuses).toContain(503);
});

it('practices’ calls and people’s pages do not wait behind a flood of providers’ reports', async () => {
  let reports: Promise<number>[] = [];
  let answered = 0;
  // Each report writes down that it came.
  const others = await whileHeld(
    (sql) => sql.$executeRaw`LOCK TABLE webhook_events IN EXCLUSIVE MODE`,
    async () => {
      reports = Array.from({ length: 60 }, (_, n) =>
        postPlivo(stack, `status/${'x'.repeat(32)}`, {
          From: `+120255501${10 + (n % 4)}`,
          MessageUUID: `m-${n}`,
          Status: 'delivered',
        }),
      );
      for (const report of reports) void report.then(() => (answered += 1));
      await until('some wait for the table', async () => (await waitingForLocks()) > 2);
      const all = await Promise.all([
        stack.call('GET', '/v1/settings'),
        fetch(`${stack.url}/o/${'x'.repeat(32)}`),
      ]);
      expect(answered).toBe(0);
      return all;
    },
  );
  expect(others.map(({ status }) => status)).toEqual([200, 404]);
  for (const status of await Promise.all(reports)) expect([404, 503]).toContain(status);
});

/** Posts an event of an email. `id`: of the event. */
const postEmail = (type: string, from: string, id?: string): Promise<number> => {
  const created_at = new Date().toISOString();
  const data = { email_id: `email-${from}`, created_at, from, to: ['a@b.example'], subject: 's' };
  return postResend(stack, { type, created_at, data }, 'application/json', id);
};

/** While `work` goes on, 30 events of this type wait: another transaction writes down the same one. */
async function whileEventsWait(
  type: string,
  from: (n: number) => string,
  work: () => Promise<number[]>,
): Promise<number[]> {
  const id = `msg_of_a_transaction_that_goes_on_${type}`;
  const row = { provider: 'resend', eventId: id, receivedAt: new Date(), processedAt: new Date() };
  const statuses: number[] = [];
  let waiting: Promise<void>[] = [];
  const answers = await whileHeld(
    (sql) => sql.webhookEvent.create({ data: row }),
    async () => {
      waiting = Array.from({ length: 30 }, async (_, n) => {
        statuses.push(await postEmail(type, from(n), id));
      });
      await until('they wait', async () => (await waitingForLocks()) > 1);
      const all = await work();
      expect(statuses).toEqual([]);
      return all;
    },
  );
  await Promise.all(waiting);
  return answers;
}

it('a complaint, and reports about other senders, do not wait behind reports that all wait', async () => {
  const crowd = ['Practice <a@one.example>', 'b@two.example'];
  const others = await whileEventsWait(
    'email.delivered',
    (n) => crowd[n % crowd.length]!,
    () =>
      Promise.all([
        postEmail('email.complained', crowd[0]!),
        postEmail('email.delivered', 'c@three.example'),
      ]),
  );
  expect(others).toEqual([200, 200]);
});

it('a STOP does not wait behind mails that all wait, whichever domains they come from', async () => {
  const stop = { From: someone().phone, To: '+12025550100', Text: 'STOP', Type: 'sms' };
  const answers = await whileEventsWait(
    'email.received',
    (n) => `someone@domain-${n}.example`,
    () =>
      Promise.all(
        [1, 2].map((n) => postPlivo(stack, 'inbound', { ...stop, MessageUUID: `stop-${n}` })),
      ),
  );
  expect(answers).toEqual([200, 200]);
});

it('neither a stop nor a reply to another number waits behind replies that all wait', async () => {
  const uuid = 'a-text-that-another-transaction-writes-down';
  const row = {
    provider: 'plivo',
    eventId: `inbound:${uuid}`,
    receivedAt: new Date(),
    processedAt: new Date(),
  };
  const text = (words: string, to: string, id: string) =>
    postPlivo(stack, 'inbound', {
      From: someone().phone,
      To: to,
      Text: words,
      MessageUUID: id,
      Type: 'sms',
    });
  const statuses: number[] = [];
  let waiting: Promise<void>[] = [];
  const others = await whileHeld(
    (sql) => sql.webhookEvent.create({ data: row }),
    async () => {
      waiting = Array.from({ length: 60 }, async () => {
        statuses.push(await text('hello there', '+12025550100', uuid));
      });
      await until('they wait', async () => (await waitingForLocks()) > 1);
      const all = await Promise.all([
        text('STOP', '+12025550100', 'a-stop-to-the-same-number'),
        text('hello there', '+12025550122', 'a-text-to-another-number'),
        text('STOP', '+12025550122', 'a-stop-to-another-number'),
      ]);
      expect(statuses).toEqual([]);
      return all;
    },
  );
  await Promise.all(waiting);
  expect(others).toEqual([200, 200, 200]);
});

it('nothing else waits behind pages, replies and reports that all wait for one contact', async () => {
  const [ann, bob] = [someone(), someone()];
  await register(stack, ann, ['email', 'sms']);
  const contact = { name: 'Bob', role: 'client', methods: ['email'], email: bob.email };
  const asOther = { authorization: `Bearer ${otherKey}` };
  await stack.call('PUT', `/v1/contacts/${bob.id}`, contact, asOther);
  const [pageOfAnn, pageOfBob] = [
    await pageOf(stack.practiceId, ann),
    await pageOf(stack.own('other'), bob),
  ];
  const page = () => fetch(pageOfAnn, { method: 'POST' });
  const word = (n: number) =>
    postPlivo(stack, 'inbound', {
      From: ann.phone,
      To: '+12025550100',
      Text: 'STOP',
      MessageUUID: `word-${n}`,
      Type: 'sms',
    });
  const statuses: number[] = [];
  let waiting: Promise<void>[] = [];
  const others = await whileHeld(
    (sql) => sql.$queryRaw`SELECT 1 FROM contacts WHERE id = ${ann.id} FOR UPDATE`,
    async () => {
      waiting = Array.from({ length: 40 }, async (_, n) => {
        if (n % 2 === 0) statuses.push((await page()).status);
        // A stop waits for a moment only.
        else expect([200, 503]).toContain(await word(n));
      });
      await until('some wait for the contact', async () => (await waitingForLocks()) > 3);
      const all = await Promise.all([
        ofOther(),
        stack.call('GET', '/v1/settings'),
        fetch(`${stack.url}/readyz`),
        fetch(pageOfBob),
      ]);
      expect(statuses).toEqual([]);
      return all;
    },
  );
  await Promise.all(waiting);
  expect(others.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  for (const status of statuses) expect([200, 303, 503]).toContain(status);
  expect(statuses.some((status) => status < 400)).toBe(true);
});

it('a person’s stop does not wait for pages of other practices whose contacts are all locked', async () => {
  const crowding = ['crowd-1', 'crowd-2', 'crowd-3'].map((name) => stack.own(name));
  const pages = await Promise.all(
    [...crowding, stack.own('quiet')].map(async (id) => {
      await createPractice(stack.db, { id, name: id });
      const { key } = await createKey(stack.db, id, 'x');
      const person = someone();
      const body = { name: 'Ann', role: 'client', methods: ['email'], email: person.email };
      const headers = { authorization: `Bearer ${key}` };
      expect((await stack.call('PUT', `/v1/contacts/${person.id}`, body, headers)).status).toBe(
        201,
      );
      return pageOf(id, person);
    }),
  );
  const quiet = pages.pop()!;
  const statuses: number[] = [];
  let waiting: Promise<void>[] = [];
  const stopped = await whileHeld(
    (sql) => sql.$queryRaw`SELECT 1 FROM contacts WHERE practice_id = ANY(${crowding}) FOR UPDATE`,
    async () => {
      // More of them than pages have connections.
      waiting = Array.from({ length: 30 }, async (_, n) => {
        statuses.push((await fetch(pages[n % pages.length]!, { method: 'POST' })).status);
      });
      await until('they wait for their contacts', async () => (await waitingForLocks()) > 3);
      const answer = await fetch(quiet, { method: 'POST' });
      expect(statuses).toEqual([]);
      return answer;
    },
  );
  expect(stopped.status).toBeLessThan(400);
  await Promise.all(waiting);
  for (const status of statuses) expect([200, 303, 503]).toContain(status);
});

/** The page on which somebody stops emails. */
async function pageOf(practiceId: string, { id }: Person): Promise<string> {
  const tokens = await inPractice(practiceId, () =>
    stack.db.prisma.$transaction(async (sql) =>
      unsubscribeTokens(stack.db, sql, [(await readContact(sql, { practiceId, contactId: id }))!]),
    ),
  );
  return `${stack.url}/u/${tokens.get(id)}`;
}
