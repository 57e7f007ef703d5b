import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../src/core/limits.ts';
import { moveTime } from './harness/moved-time.ts';
import { arrived, isOptIn, queue, register, someone, type Person } from './harness/people.ts';
import { anotherPractice } from './harness/practice-calls.ts';
import { startStack, until, type Stack } from './harness/stack.ts';

/** One mailbox or number gets so many opt-ins in a day and no more, however many contacts and practices have it. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

const opted = async (person: Person): Promise<number> =>
  (await arrived(stack, person)).filter(isOptIn).length;

type Channel = { state: string; reason?: string };

const smsOf = async ({ id }: Person): Promise<Channel> =>
  (await stack.call<{ channels: { sms: Channel } }>('GET', `/v1/contacts/${id}`)).body.channels.sms;

const household = (count: number, phone = someone().phone): Person[] =>
  Array.from({ length: count }, () => ({ ...someone(), phone }));

/** Registered with something due now, and asked or postponed. */
async function due(people: readonly Person[]): Promise<void> {
  for (const person of people) {
    await register(stack, person, ['sms']);
    await queue(stack, person, 'hello');
  }
  await until('each is asked or waits', async () => {
    const channels = await Promise.all(people.map(smsOf));
    return channels.every(({ state, reason }) => state === 'sent' || reason === 'asked_often');
  });
}

describe('one number, and many contacts that have it', () => {
  const people = household(limits.questionsPerDay + 2);
  const [last] = people.slice(-1) as [Person];
  beforeAll(() => due(people));

  it('gets a large family’s worth of questions, and the others wait', async () => {
    expect(await opted(last)).toBe(limits.questionsPerDay);
    const channels = await Promise.all(people.map(smsOf));
    expect(channels.filter(({ reason }) => reason === 'asked_often')).toHaveLength(2);
  });

  it('gets no more by hand: staff read when', async () => {
    const waiting = (await Promise.all(people.map(async (p) => ({ p, ...(await smsOf(p)) })))).find(
      ({ reason }) => reason === 'asked_often',
    )!.p;
    const { status, headers } = await stack.call('POST', `/v1/contacts/${waiting.id}/opt-in`, {});
    expect(status).toBe(429);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(20 * 3_600);
  });

  it('gets no more after an erasure either', async () => {
    expect((await stack.call('DELETE', `/v1/contacts/${people[0]!.id}`)).status).toBeLessThan(300);
    await due(household(1, last.phone));
    expect(await opted(last)).toBe(limits.questionsPerDay);
  });

  it('gets the others once the day is over', async () => {
    const [, ...kept] = people;
    const waiting = await Promise.all(kept.map(async (p) => ({ p, ...(await smsOf(p)) })));
    const late = waiting.filter(({ reason }) => reason === 'asked_often').map(({ p }) => p);
    for (const { id } of late) await moveTime(stack, id, limits.questionMs + 60_000);
    await until('they are asked', async () => {
      const channels = await Promise.all(late.map(smsOf));
      return channels.every(({ state, reason }) => state === 'sent' && reason === undefined);
    });
  });
});

it('a contact whose number is changed back and forth is asked no more often', async () => {
  const [ann, other] = [someone(), someone()];
  await register(stack, ann, ['sms']);
  for (let turn = 0; turn < limits.questionsPerDay + 1; turn += 1)
    for (const phone of [ann.phone, other.phone]) {
      await stack.call('PATCH', `/v1/contacts/${ann.id}`, { phone });
      await stack.call('POST', `/v1/contacts/${ann.id}/opt-in`, {});
      await until('asked or postponed', async () => {
        const { state, reason } = await smsOf(ann);
        return state === 'sent' || reason === 'asked_often';
      });
    }
  expect([await opted(ann), await opted(other)]).toEqual([
    limits.questionsPerDay,
    limits.questionsPerDay,
  ]);
});

it('a mailbox spelt in many ways is one mailbox', async () => {
  const ann = someone();
  const [name, host] = ann.email.split('@') as [string, string];
  const spelt = Array.from({ length: limits.questionsPerDay + 1 }, (_, n) => ({
    ...someone(),
    email: `${name}+${n}@${host}`,
  }));
  for (const person of spelt) {
    await register(stack, person, ['email']);
    await queue(stack, person, 'hello');
  }
  await until('one waits', async () => {
    const asked = await Promise.all(spelt.map(opted));
    const waits = await stack.db.prisma.channel.count({
      where: { contactId: { in: spelt.map(({ id }) => id) }, reason: 'asked_often' },
    });
    return waits === 1 && asked.reduce((sum, n) => sum + n, 0) === limits.questionsPerDay;
  });
});

it('many practices together reach a limit too, and none uses up what is another’s', async () => {
  const [ann] = household(1) as [Person];
  let askedFrom = 0;
  const askFrom = async (id: string, count: number): Promise<void> => {
    const practice = await anotherPractice(stack, id, id, `+1202555017${askedFrom++}`);
    for (const person of household(count, ann.phone)) {
      await practice.register(person);
      await practice.call('POST', `/contacts/${person.id}/opt-in`, {});
    }
    const waiting = { practiceId: practice.id, purpose: 'opt_in', method: 'sms' };
    await until(`the questions of ${id} left or wait`, async () => {
      const rows = await stack.db.prisma.delivery.findMany({ where: waiting });
      return (
        rows.length === count &&
        rows.every(({ sentAt, dueAt, createdAt }) => sentAt !== null || dueAt > createdAt)
      );
    });
  };
  await askFrom('one', limits.questionsPerDay + 1);
  expect(await opted(ann)).toBe(limits.questionsPerDay);
  await askFrom('two', limits.questionsPerDay);
  expect(await opted(ann)).toBe(limits.mailboxQuestionsPerDay);
  await askFrom('three', 2);
  expect(await opted(ann)).toBe(limits.mailboxQuestionsPerDay + 1);
});
