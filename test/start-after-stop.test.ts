import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { spreadBars } from '../src/features/consents/spread-bars.ts';
import { spreadReopening } from '../src/features/consents/spread-reopenings.ts';
import { limits } from '../src/core/limits.ts';
import { claim } from './harness/lanes.ts';
import type { Person } from './harness/people.ts';
import { says } from './harness/practice-calls.ts';
import { nth, sharing, spread } from './harness/sharing.ts';
import { startStack, type Stack } from './harness/stack.ts';

/** STOP and then START, before the stop has reached all of the very many contacts who have the number. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack.stop());

const count = 2.5 * limits.holdersAtOnce;
const say = (person: Person, text: string) => says(stack, person, text, '+12025550100');
const inState = (person: Person, where: object) =>
  stack.db.prisma.channel.count({
    where: { contactId: { startsWith: `${person.id}-` }, method: 'sms', ...where },
  });
/** How many are to be asked again, are stopped, and are held; and the words left to spread. */
const outcome = async (desk: Person) => ({
  askedAgain: await inState(desk, { state: 'not_sent', epoch: 2 }),
  stopped: await inState(desk, { state: 'revoked' }),
  held: await inState(desk, { doubt: { not: null } }),
  left: await stack.db.prisma.reopening.count(),
});
const all = { askedAgain: count, stopped: 0, held: 0, left: 0 };

describe('START at once after STOP', () => {
  it.each([
    ['before the stop has spread', async () => undefined],
    ['after a page of the stop', async () => void (await spreadBars(stack.db))],
  ])('counts for each of them %s', async (_, meanwhile) => {
    const desk = await sharing(stack, count);
    await say(desk, 'STOP');
    await meanwhile();
    await say(desk, 'START');
    await spread(stack);
    expect(await outcome(desk)).toEqual(all);
    const { body } = await stack.call<{ items: { type: string }[] }>(
      'GET',
      `/v1/contacts/${nth(desk, count).id}/evidence`,
    );
    expect(body.items.at(-1)?.type).toBe('restarted');
    expect((await claim(stack, nth(desk, count), 'sms')).kind).not.toBe('sms');
  });

  it('counts for each of them where reopenings are spread first', async () => {
    const desk = await sharing(stack, count);
    await say(desk, 'STOP');
    await say(desk, 'START');
    while (await spreadReopening(stack.db));
    await spread(stack);
    expect(await outcome(desk)).toEqual(all);
  });

  it('said twice, and with a word that may be a stop behind it, counts for each of them', async () => {
    const desk = await sharing(stack, count);
    for (const word of ['STOP', 'START', 'START', 'not interested']) await say(desk, word);
    await spread(stack);
    expect(await outcome(desk)).toEqual({ ...all, held: count });
  });

  it('and STOP again, leaves each of them stopped', async () => {
    const desk = await sharing(stack, count);
    for (const word of ['STOP', 'START', 'STOP']) await say(desk, word);
    await spread(stack);
    expect(await outcome(desk)).toEqual({ ...all, askedAgain: 0, stopped: count });
  });

  it('leaves one as it is who has agreed since', async () => {
    const desk = await sharing(stack, count);
    for (const word of ['STOP', 'START']) await say(desk, word);
    const last = nth(desk, count);
    await stack.db.prisma.channel.updateMany({
      where: { contactId: last.id, method: 'sms' },
      data: { state: 'accepted', acceptedAt: new Date() },
    });
    await spread(stack);
    expect(await inState(desk, { state: 'accepted' })).toBe(1);
    expect(await outcome(desk)).toEqual({ ...all, askedAgain: count - 1 });
  });
});

it('an answer to earlier words does not leave after a STOP', async () => {
  const desk = await sharing(stack, 1);
  await say(desk, 'HELP');
  await say(desk, 'please stop texting me');
  const answers = await stack.db.prisma.delivery.findMany({
    where: { contactId: nth(desk, 1).id, purpose: 'answer' },
    orderBy: { arrival: 'asc' },
  });
  expect(answers.map(({ status }) => status)).toEqual(['cancelled', 'queued']);
});
