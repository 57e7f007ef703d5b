import { afterAll, beforeAll, expect, it } from 'vitest';
import { countEvents } from '../../src/record/practices/event-days.ts';
import { prune } from '../../src/delivery/prune.ts';
import { sampleQueues } from '../../src/features/statistics/statistics-store.ts';
import { limits } from '../../src/core/limits.ts';
import {
  acceptBoth,
  contents,
  decide,
  linkOf,
  optIns,
  queue,
  register,
  reply,
  someone,
} from '../harness/people.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';

/** What became of opt-ins and messages, day by day, and how long the queue was. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
  await stack.call('PATCH', '/v1/settings', { timeZone: 'Pacific/Kiritimati' });
});
afterAll(() => stack.stop());

type Statistics = {
  days: { day: string; counts: Record<string, number> }[];
  queue: { at: string; queued: number }[];
};
const statistics = async (): Promise<Statistics> =>
  (await stack.call<Statistics>('GET', '/v1/statistics')).body;

const dayIn = (timeZone: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone }).format(stack.db.clock.now());

it('counts what happened on days of the practice’s own time zone', async () => {
  const [yes, no, stop] = [someone(), someone(), someone()];
  for (const person of [yes, no, stop]) {
    await register(stack, person, person === stop ? ['sms'] : ['email', 'sms']);
    await queue(stack, person, 'hello');
  }
  await acceptBoth(stack, yes);
  await until('it arrived', async () => (await contents(stack, yes, 'sms')).length === 1);
  const byEmail = (await optIns(stack, no, 2)).find(({ channel }) => channel === 'email');
  await decide(linkOf(byEmail!), 'decline');
  await optIns(stack, stop, 1);
  await reply(stack, stop, 'STOP');
  const counts = await until('all is counted', async () => {
    const today = (await statistics()).days.at(-1)!.counts;
    return today['optin.revoked'] === 1 && today['message.sent'] === 2 && today;
  });
  expect(counts).toMatchObject({
    'optin.sent': 5,
    'optin.accepted': 2,
    'optin.declined': 1,
    'optin.revoked': 1,
    'optin.failed': 0,
    'message.sent': 2,
    'message.failed': 0,
  });
  const { days } = await statistics();
  expect(days).toHaveLength(limits.statisticsDays);
  expect(days.at(-1)!.day).toBe(dayIn('Pacific/Kiritimati'));
  expect(new Set(days.map(({ day }) => day)).size).toBe(days.length);
  expect(days.map(({ day }) => day)).toEqual(days.map(({ day }) => day).toSorted());
});

it('notes the queue every ten minutes, ends in what waits now, and forgets what is old', async () => {
  const ann = someone();
  await register(stack, ann, ['email']);
  const before = (await statistics()).queue.at(-1)!.queued;
  await stack.db.prisma.queueSample.deleteMany();
  await sampleQueues(stack.db);
  await sampleQueues(stack.db);
  await queue(stack, ann, 'one', 'two');
  const queued = async () => (await statistics()).queue.map((one) => one.queued);
  expect(await queued()).toEqual([before, before + 2]);
  stack.time.offsetMs += limits.queueSampleEveryMs + 1_000;
  try {
    await sampleQueues(stack.db);
    expect(await queued()).toEqual([before, before + 2, before + 2]);
    stack.time.offsetMs += limits.queueSampleMs;
    await sampleQueues(stack.db);
    await prune(stack.db, 0);
    expect(await queued()).toHaveLength(2);
  } finally {
    stack.time.offsetMs = 0;
  }
});

it('counts each event once, whether it was counted before or not', async () => {
  const { db, practiceId } = stack;
  const { prisma } = db;
  const happen = (hoursAgo: number) => prisma.$executeRaw`
    INSERT INTO events (practice_id, type, at) VALUES (${practiceId}, 'message.unknown', now() - make_interval(hours => ${hoursAgo}))`;
  const unknown = async (): Promise<number> =>
    (await statistics()).days.reduce((sum, { counts }) => sum + counts['message.unknown']!, 0);
  const counted = () => prisma.eventDay.count({ where: { practiceId } });
  const countNow = async (): Promise<void> => {
    await prisma.practice.updateMany({ data: { countedAt: null } });
    await countEvents(db, Date.now() + 10_000);
  };
  for (const hours of [0, 30, 100]) await happen(hours);
  expect(await unknown()).toBe(3);
  // What is still being written is left for the next time.
  await until('they are counted', async () => {
    await countNow();
    const { countedTurn } = await prisma.practice.findFirstOrThrow({ where: { id: practiceId } });
    return (await prisma.event.count({ where: { practiceId, turn: { gte: countedTurn } } })) === 0;
  });
  expect(await counted()).toBeGreaterThan(0);
  expect(await unknown()).toBe(3);
  await happen(1);
  expect(await unknown()).toBe(4);
  await countNow();
  expect(await unknown()).toBe(4);
  const days = (await statistics()).days.length;
  await stack.call('PATCH', '/v1/settings', { timeZone: 'Pacific/Midway' });
  expect(await counted()).toBe(0);
  expect(await unknown()).toBe(4);
  await countNow();
  expect([await unknown(), (await statistics()).days.length]).toEqual([4, days]);
});
