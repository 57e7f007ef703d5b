import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UnsealError } from '../src/platform/db/cipher.ts';
import { readContact } from '../src/record/consent/contact-lock.ts';
import { addressHash } from '../src/record/contacts/contact-store.ts';
import { preferenceTokens } from '../src/record/links/preference-link-store.ts';
import { placeOf } from '../src/platform/db/sealed-columns.ts';
import { spreadBars } from '../src/features/consents/spread-bars.ts';
import { spreadReopening } from '../src/features/consents/spread-reopenings.ts';
import { limits } from '../src/core/limits.ts';
import { claim } from './harness/lanes.ts';
import { submit } from './harness/pages.ts';
import type { Person } from './harness/people.ts';
import { says } from './harness/practice-calls.ts';
import { nth, sharing, spread } from './harness/sharing.ts';
import { statementsOf } from './harness/statements.ts';
import { startStack, type Stack } from './harness/stack.ts';

/**
 * An address that very many contacts have, and that is opened again: by START, on a page, or by a doubt that is settled.
 * The first of them follow at once, the others in pages, and whatever is said meanwhile stands.
 */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack.stop());

const page = limits.holdersAtOnce;
const many = 5 * page;

/** Returns how many statements the reply took. */
const say = async (person: Person, text: string): Promise<number> =>
  (await statementsOf(() => says(stack, person, text, '+12025550100'))).length;
const inState = (person: Person, where: object) =>
  stack.db.prisma.channel.count({
    where: { contactId: { startsWith: `${person.id}-` }, method: 'sms', ...where },
  });
const stopped = (person: Person) => inState(person, { state: 'revoked' });
const held = (person: Person) => inState(person, { doubt: { not: null } });
const smsOf = ({ id }: Person) =>
  stack.db.prisma.channel.findFirstOrThrow({ where: { contactId: id, method: 'sms' } });

async function barred(word: string, count = many): Promise<Person> {
  const desk = await sharing(stack, count);
  await say(desk, word);
  while (await spreadBars(stack.db));
  return desk;
}
const left = () => stack.db.prisma.reopening.count();

const entriesOf = (person: Person, type: string) =>
  stack.db.prisma.ledgerEntry.groupBy({
    by: ['contactId'],
    where: { contactId: { startsWith: `${person.id}-` }, type },
    _count: true,
  });

/** The page of one of them, from a link that was texted to the number. */
async function pageOf({ id: contactId }: Person): Promise<string> {
  const ref = { practiceId: stack.practiceId, contactId };
  const contact = (await readContact(stack.db.prisma, ref))!;
  const tokens = await preferenceTokens(stack.db, stack.db.prisma, [contact], 'sms');
  return `${stack.url}/p/${tokens.get(contactId)}`;
}

describe('START from a number that very many contacts have', () => {
  it('opens it for the first of them at once, and for the others page by page, each once', async () => {
    const all = 10 * page;
    const desk = await barred('STOP', all);
    await say(desk, 'START');
    expect(await stopped(desk)).toBe(all - page);
    // Two sweepers, of which one does not know yet that it is no longer the only one.
    const sweepers = [1, 2].map(() => spreadReopening(stack.db));
    const told = (await Promise.all(sweepers)).flatMap((announcements) => announcements ?? []);
    expect(told).toHaveLength(page);
    expect(await stopped(desk)).toBe(all - 2 * page);
    // As by another process, after this one was killed.
    while (await spreadReopening(stack.db));
    expect([await stopped(desk), await inState(desk, { state: 'not_sent' })]).toEqual([0, all]);
    expect(await left()).toBe(0);
    const entries = await entriesOf(desk, 'restarted');
    expect(entries.map(({ _count }) => _count)).toEqual(Array.from({ length: all }, () => 1));
    const { body } = await stack.call<{ items: { type: string; fields: { text?: string } }[] }>(
      'GET',
      `/v1/contacts/${nth(desk, all).id}/evidence`,
    );
    expect(body.items.at(-1)).toMatchObject({ type: 'restarted', fields: { text: 'START' } });
  });

  it('is not believed of the database: what was not said, or was said of another address, opens nothing', async () => {
    const desk = await barred('STOP');
    const other = await barred('STOP', page + 1);
    const [hash, hashOfOther] = [desk, other].map(({ phone }) => addressHash(stack.db, phone));
    const { reopening } = stack.db.prisma;
    const forged = {
      id: randomUUID(),
      practiceId: stack.practiceId,
      method: 'sms',
      addressHash: hash!,
      saidEnc: stack.db.cipher.seal('{}', placeOf('messages.content', stack.practiceId, 'x')),
      after: '',
      turnAt: new Date(0),
    };
    await reopening.create({ data: forged });
    await expect(spreadReopening(stack.db)).rejects.toThrow(UnsealError);
    expect(await stopped(desk)).toBe(many);
    await reopening.deleteMany();

    await say(other, 'START');
    const moved = { addressHash: hash!, after: '' };
    await reopening.updateMany({ where: { addressHash: hashOfOther! }, data: moved });
    await expect(spreadReopening(stack.db)).rejects.toThrow('another address');
    expect(await stopped(desk)).toBe(many);
    await reopening.deleteMany();
  });

  it('is forgotten with the last person who has the number', async () => {
    const desk = await barred('STOP', page + 1);
    await say(desk, 'START');
    const others = { contactId: { startsWith: `${desk.id}-`, not: nth(desk, 1).id } };
    await stack.db.prisma.channel.updateMany({ where: others, data: { addressHash: null } });
    expect(await left()).toBe(1);
    const { status } = await stack.call('DELETE', `/v1/contacts/${nth(desk, 1).id}`);
    expect([status, await left()]).toEqual([204, 0]);
  });

  it('costs no more than for one page of contacts; nor does a YES', async () => {
    for (const [before, word] of [
      ['STOP', 'START'],
      ['not interested', 'YES'],
      ['wrong number', 'YES'],
    ] as const) {
      const few = await say(await barred(before, page), word);
      expect(await say(await barred(before, 3 * page), word)).toBeLessThan(1.5 * few);
    }
    await spread(stack);
  });

  it('and then STOP, leaves all of them stopped, whichever START had reached', async () => {
    const desk = await barred('STOP');
    await say(desk, 'START');
    await spreadReopening(stack.db);
    await say(desk, 'STOP');
    expect(await left()).toBe(0);
    await spread(stack);
    expect(await stopped(desk)).toBe(many);
  });

  it('after STOP, START and STOP, opens it for all of them', async () => {
    const desk = await barred('STOP');
    await say(desk, 'START');
    await spreadReopening(stack.db);
    await say(desk, 'STOP');
    await spreadBars(stack.db);
    await say(desk, 'START');
    await spread(stack);
    expect(await stopped(desk)).toBe(0);
  });

  it('said twice, is spread once', async () => {
    const desk = await barred('STOP');
    await say(desk, 'START');
    await say(desk, 'START');
    expect(await left()).toBe(1);
    await spread(stack);
    expect(await stopped(desk)).toBe(0);
  });

  it('leaves a contact stopped that told the practice since', async () => {
    const desk = await barred('STOP');
    const last = nth(desk, many);
    await say(desk, 'START');
    const { status } = await stack.call('DELETE', `/v1/contacts/${last.id}/consents/sms`);
    expect(status).toBe(200);
    await spread(stack);
    expect(await stopped(desk)).toBe(1);
    expect(await smsOf(last)).toMatchObject({ state: 'revoked', reason: 'by staff' });
    // The stop is remembered with the number, too.
    const { addressHash: hash } = await smsOf(last);
    expect(await stack.db.prisma.refusal.count({ where: { addressHash: hash! } })).toBe(1);
  });

  it('and then a reply that may be a stop, holds it for all of them', async () => {
    const desk = await barred('STOP');
    await say(desk, 'START');
    await say(desk, 'not interested');
    await spread(stack);
    expect([await stopped(desk), await held(desk)]).toEqual([0, many]);
  });
});

describe('“again” on the page of one of very many contacts', () => {
  it('brings back that one at once, the others in pages, and none that told the practice', async () => {
    const desk = await sharing(stack, many);
    const [own, other] = [nth(desk, many), nth(desk, many - 1)];
    expect((await stack.call('DELETE', `/v1/contacts/${other.id}/consents/sms`)).status).toBe(200);
    const preferences = await pageOf(own);
    expect((await submit(preferences, { stop: 'sms' })).status).toBe(200);
    await spread(stack);
    expect(await stopped(desk)).toBe(many);
    expect((await submit(preferences, { again: 'sms' })).status).toBe(200);
    expect((await smsOf(own)).state).toBe('not_sent');
    expect(await stopped(desk)).toBe(many - page - 1);
    await spread(stack);
    expect(await stopped(desk)).toBe(1);
    expect(await smsOf(other)).toMatchObject({ state: 'revoked', reason: 'by staff' });
  });
});

describe('“again” where several of very many contacts stopped, each on a page', () => {
  it('brings back one alone, once the others have followed the stop', async () => {
    const desk = await sharing(stack, many);
    const [own, other] = [nth(desk, many), nth(desk, 1)];
    for (const one of [own, other])
      expect((await submit(await pageOf(one), { stop: 'sms' })).status).toBe(200);
    expect((await submit(await pageOf(own), { again: 'sms' })).status).toBe(503);
    await spread(stack);
    expect(await stopped(desk)).toBe(many);
    expect((await submit(await pageOf(own), { again: 'sms' })).status).toBe(200);
    expect((await smsOf(own)).state).toBe('not_sent');
    await spread(stack);
    expect(await stopped(desk)).toBe(many - 1);
  });
});

describe('a doubt about a number that very many contacts have', () => {
  const settle = ({ id }: Person, most?: string) =>
    fetch(`${stack.url}/v1/contacts/${id}/consents/sms/settle`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${stack.apiKey}`,
        'content-type': 'application/json',
        ...(most === undefined ? {} : { 'optgate-release-at-most': most }),
      },
      body: JSON.stringify({ reason: 'called them' }),
    });
  /** Whose reply the practice does not have. */
  async function doubted(): Promise<Person> {
    const desk = await barred('not interested');
    const where = { addressHash: addressHash(stack.db, desk.phone) };
    await stack.db.prisma.inboundMessage.deleteMany({ where });
    return desk;
  }

  it('is settled by staff on one of them, and for the others in pages; all of it is counted', async () => {
    const desk = await doubted();
    const last = nth(desk, many);
    expect((await settle(last, String(many - 1))).status).toBe(409);
    expect([await held(desk), await left()]).toEqual([many, 0]);
    expect((await settle(last, String(many))).status).toBe(200);
    expect((await smsOf(last)).doubt).toBeNull();
    expect(await held(desk)).toBe(many - page - 1);
    await spread(stack);
    expect(await held(desk)).toBe(0);
    const entries = await entriesOf(desk, 'doubt_settled');
    expect(entries.map(({ _count }) => _count)).toEqual(Array.from({ length: many }, () => 1));
  });

  it('that is raised again meanwhile, holds all of them', async () => {
    const desk = await doubted();
    expect((await settle(nth(desk, 1))).status).toBe(200);
    await spreadReopening(stack.db);
    await say(desk, 'wrong number');
    await spread(stack);
    expect(await held(desk)).toBe(many);
    expect((await claim(stack, nth(desk, many), 'sms')).kind).not.toBe('sms');
  });

  it('is ended for all of them by a YES of one who agreed, wherever that one stands among them', async () => {
    const desk = await barred('not interested');
    const where = { contactId: { startsWith: `${desk.id}-`, not: nth(desk, many).id } };
    await stack.db.prisma.channel.updateMany({ where, data: { state: 'not_sent' } });
    await say(desk, 'YES');
    expect((await smsOf(nth(desk, many))).doubt).toBeNull();
    await spread(stack);
    expect(await held(desk)).toBe(0);
  });
});
