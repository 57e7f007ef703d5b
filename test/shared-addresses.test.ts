import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressHash } from '../src/record/contacts/contact-store.ts';
import { createPractice } from '../src/record/practices/practice-store.ts';
import { spreadBars } from '../src/features/consents/spread-bars.ts';
import { limits } from '../src/core/limits.ts';
import { claim } from './harness/lanes.ts';
import { someone, type Person } from './harness/people.ts';
import { says } from './harness/practice-calls.ts';
import { nth, sharing as sharingOf, spread } from './harness/sharing.ts';
import { statementsOf } from './harness/statements.ts';
import { startStack, type Stack } from './harness/stack.ts';

/**
 * A placeholder or a front desk's number that very many contacts have, and a number that very many practices send from:
 * a stop is in force at once, and its cost does not grow with either.
 */

const lent = '+12025550111';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false, env: { SMS_FROM: lent } });
});
afterAll(() => stack.stop());

const sharing = (count: number) => sharingOf(stack, count);
/** Returns how many statements the reply took. */
const say = async (person: Person, text: string, to = '+12025550100'): Promise<number> =>
  (await statementsOf(() => says(stack, person, text, to))).length;
const inState = (person: Person, where: object) =>
  stack.db.prisma.channel.count({
    where: { contactId: { startsWith: `${person.id}-` }, method: 'sms', ...where },
  });

describe('a number that very many contacts have', () => {
  const many = 5 * limits.holdersAtOnce;

  it('is stopped for a contact that could not be asked, as for the others', async () => {
    const desk = await sharing(limits.holdersAtOnce + 2);
    const [seen, last] = [1, 2].map((n) => nth(desk, limits.holdersAtOnce + n)) as [Person, Person];
    await stack.db.prisma.channel.updateMany({
      where: { contactId: { in: [seen.id, last.id] }, method: 'sms' },
      data: { state: 'failed', reason: 'refused by the provider' },
    });
    await say(desk, 'STOP');
    expect((await claim(stack, seen, 'sms')).kind).toBe('again');
    expect(await inState(desk, { state: 'failed' })).toBe(1);
    await spread(stack);
    expect(await inState(desk, { state: 'revoked' })).toBe(limits.holdersAtOnce + 2);
  });

  it('is stopped at once for all of them; their records follow in pages', async () => {
    const desk = await sharing(many);
    await say(desk, 'STOP');
    const followed = await inState(desk, { state: 'revoked' });
    expect(followed).toBe(limits.holdersAtOnce);
    // One of the others, whose message is due.
    const last = { ...desk, id: `${desk.id}-${String(many).padStart(5, '0')}` };
    expect((await claim(stack, last, 'sms')).kind).toBe('again');
    const lane = { contactId: last.id, method: 'sms' };
    expect(await stack.db.prisma.channel.findFirst({ where: lane })).toMatchObject({
      state: 'revoked',
    });
    await spread(stack);
    expect(await inState(desk, { state: 'revoked' })).toBe(many);
    const entries = await stack.db.prisma.ledgerEntry.groupBy({
      by: ['contactId'],
      where: { contactId: { startsWith: `${desk.id}-` }, type: 'revoked' },
      _count: true,
    });
    expect(entries.map(({ _count }) => _count)).toEqual(Array.from({ length: many }, () => 1));
  });

  it('costs a stop and a doubt no more than a number that one page of contacts have', async () => {
    for (const word of ['STOP', 'not interested']) {
      const few = await say(await sharing(limits.holdersAtOnce), word);
      // Some of the signals' own statements come after the answer.
      expect(await say(await sharing(many), word)).toBeLessThan(1.5 * few);
    }
    await spread(stack);
  });

  it('answers in the time of one page where five thousand have it', async () => {
    // Written a moment ago: the database has not counted them yet.
    const [few, crowd] = [await sharing(limits.holdersAtOnce), await sharing(5_000)];
    const ms = async (desk: Person, text: string): Promise<number> => {
      const beganAt = performance.now();
      await say(desk, text);
      return performance.now() - beganAt;
    };
    for (const text of ['when do you open?', 'YES', 'not interested', 'STOP', 'START']) {
      const page = await ms(few, text);
      const all = await ms(crowd, text);
      // Where each contact is looked for among all of them, it takes ten times as long.
      expect([text, all < 2 * page + 1_000]).toEqual([text, true]);
    }
    const lane = nth(crowd, 5_000);
    expect((await claim(stack, lane, 'sms')).kind).toBe('again');
  });

  it('is opened for nobody by one contact’s consent before all of them have followed', async () => {
    const desk = await sharing(many);
    await say(desk, 'STOP');
    stack.time.offsetMs += 60_000;
    const record = () =>
      stack.call('POST', `/v1/contacts/${desk.id}-00001/consents`, {
        method: 'sms',
        address: desk.phone,
        source: 'paper',
        obtainedAt: stack.db.clock.now().toISOString(),
        evidence: 'form 7',
      });
    expect((await record()).status).toBe(503);
    expect(await inState(desk, { state: 'accepted' })).toBe(many - limits.holdersAtOnce);
    await spread(stack);
    expect((await record()).status).toBeLessThan(300);
    expect(await inState(desk, { state: 'revoked' })).toBe(many - 1);
    stack.time.offsetMs -= 60_000;
  });

  it('is held for all of them by a reply that may be a stop', async () => {
    const desk = await sharing(many);
    await say(desk, 'not interested');
    await spread(stack);
    expect(await inState(desk, { doubt: { not: null } })).toBe(many);
  });

  it('is open for all of them after START, whichever of them the stop had reached', async () => {
    const desk = await sharing(many);
    await say(desk, 'STOP');
    await spreadBars(stack.db);
    await say(desk, 'START');
    await spread(stack);
    expect(await inState(desk, { state: 'revoked' })).toBe(0);
  });
});

describe('a number that very many practices send from', () => {
  const practices = 1_000;

  it('costs a stop, a doubt and START no more than a number that two send from', async () => {
    const costs = async (): Promise<number[]> => {
      const counts: number[] = [];
      for (const word of ['STOP', 'START', 'not interested', 'START'])
        counts.push(await say(someone(), word, lent));
      return counts;
    };
    for (const id of ['lent-1', 'lent-2']) await createPractice(stack.db, { id, name: id });
    const few = await costs();
    await stack.db.prisma.$executeRaw`
      INSERT INTO practices (id, name, settings, created_at)
      SELECT 'lent-' || n, 'P', '{}', now() FROM generate_series(3, ${practices}::int) n`;
    const many = await costs();
    for (const [index, count] of many.entries()) expect(count).toBeLessThanOrEqual(few[index]!);
  });

  it('is stopped at each of them, also for a contact who gets the number later', async () => {
    const ann = someone();
    await say(ann, 'STOP', lent);
    const bars = await stack.db.prisma.suppression.count({
      where: { addressHash: addressHash(stack.db, ann.phone), kind: 'stopped', liftedAt: null },
    });
    expect(bars).toBe(practices);
    await say(ann, 'START', lent);
    const left = await stack.db.prisma.suppression.count({
      where: { addressHash: addressHash(stack.db, ann.phone), liftedAt: null },
    });
    expect(left).toBe(0);
  });
});
