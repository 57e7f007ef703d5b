import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { storeMessages } from '../src/record/messages/message-store.ts';
import { startSweeper } from '../src/delivery/sweeper.ts';
import { arrived, isOptIn, optIns, register, someone, type Person } from './harness/people.ts';
import { isAtRest } from './harness/moved-time.ts';
import { startStack, until, type Stack } from './harness/stack.ts';

/** A signal that never reached its workflow: the API died after its commit, or Temporal did not answer. */

const minute = 60_000;
const day = 24 * 60 * minute;

let stack: Stack;
let sweeper: ReturnType<typeof startSweeper>;
beforeAll(async () => {
  stack = await startStack();
  const { db, workflows } = stack;
  sweeper = startSweeper({ db, workflows, logger: pino({ level: 'silent' }), everyMs: 100 });
});
afterAll(async () => {
  await sweeper.stop();
  await stack.stop();
});
beforeEach(() => {
  stack.time.offsetMs = 0;
});

/** Stored and committed; nobody was signalled. */
async function storeUnsaid(person: Person, dueInMs: number): Promise<void> {
  const due = Date.now() + dueInMs;
  const input = {
    id: `unsaid-${person.id}`,
    kind: 'appointment_reminder' as const,
    subject: 's',
    body: 'b',
    sendAt: new Date(due).toISOString(),
    eventAt: new Date(due + day).toISOString(),
  };
  const { db, practiceId } = stack;
  const stored = await db.prisma.$transaction((sql) =>
    storeMessages(db, sql, practiceId, [{ contactId: person.id, input }], {
      source: 'http',
      unknownContacts: 'refuse',
    }),
  );
  expect(stored.ok).toBe(true);
}

async function registered(): Promise<Person> {
  const ann = someone();
  await register(stack, ann, ['email']);
  await until('its workflow is at rest', () => isAtRest(stack, stack.workflowId(ann.id)));
  return ann;
}

const lane = (person: Person) =>
  stack.db.prisma.channel.findFirstOrThrow({ where: { contactId: person.id, method: 'email' } });

it('is noticed by the sweeper within a minute, though the message is due in ten days', async () => {
  const ann = await registered();
  await storeUnsaid(ann, 10 * day);
  expect((await lane(ann)).wokenAt).not.toBeNull();
  stack.time.offsetMs = minute;
  await until('its workflow has looked', async () => (await lane(ann)).wokenAt === null);
});

it('is no reason to ask late: the person is asked as long before as the practice wants', async () => {
  expect((await stack.call('PATCH', '/v1/settings', { optInLead: 'P3D' })).status).toBe(200);
  const ann = await registered();
  await storeUnsaid(ann, 10 * day);
  const { lookAt } = await lane(ann);
  expect(Math.round((lookAt!.getTime() - Date.now()) / day)).toBe(7);
  // As if the wake-up had been noticed by a workflow that was then lost with its timer.
  await stack.db.prisma.channel.updateMany({
    where: { contactId: ann.id },
    data: { wokenAt: null },
  });
  expect((await arrived(stack, ann)).filter(isOptIn)).toEqual([]);
  stack.time.offsetMs = 7 * day + minute;
  await optIns(stack, ann, 1);
});

it('is not sent for contacts that are put again as they are', async () => {
  const people = Array.from({ length: 5 }, someone);
  const put = (more: object = {}) =>
    stack.call(
      'PUT',
      '/v1/contacts',
      people.map(({ id, email }) => ({
        id,
        name: 'Ann Example',
        role: 'client',
        methods: ['email'],
        email,
        ...more,
      })),
    );
  const events = () =>
    Promise.all(
      people.map(async ({ id }) => {
        await until('its workflow is at rest', () => isAtRest(stack, stack.workflowId(id)));
        const { historyLength } = await stack.client.workflow
          .getHandle(stack.workflowId(id))
          .describe();
        return historyLength;
      }),
    );
  expect((await put()).status).toBe(200);
  const before = await events();
  expect((await put()).status).toBe(200);
  expect(await events()).toEqual(before);
  // Where anything is new, each is looked at.
  expect((await put({ timeZone: 'America/Denver' })).status).toBe(200);
  const after = await events();
  for (const [n, count] of after.entries()) expect(count).toBeGreaterThan(before[n]!);
});
