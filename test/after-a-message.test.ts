import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addressHash } from '../src/record/contacts/contact-store.ts';
import { bySms, chooseHosted, codeTo } from './harness/bookings.ts';
import { isOptIn, someone, type Person } from './harness/people.ts';
import {
  anotherPractice,
  callsOf,
  says as textTo,
  type PracticeCalls,
} from './harness/practice-calls.ts';
import { testIdentity } from './harness/service.ts';
import { startStack, until, type Stack } from './harness/stack.ts';

/**
 * A mother gets messages about Ann on the phone by which Ben, her other child, was asked. A word after such a message
 * ("Can you come? Y or N") answers the message, and is neither Ben's yes nor his no.
 */

const number = '+12025550100';

let stack: Stack;
let practice: PracticeCalls;
let [ann, ben]: Person[] = [];
let code: string;
beforeAll(async () => {
  stack = await startStack({ settings: { sender: { ...testIdentity, displayName: 'Clinic' } } });
  practice = callsOf(stack, stack.practiceId, stack.apiKey);
});
afterAll(() => stack.stop());
beforeEach(async () => {
  ann = someone();
  ben = { ...someone(), phone: ann.phone };
  code = /YES (\d{4})/.exec((await practice.ask(ben)).text)?.[1] ?? '';
  await practice.text(ann, 'Can you come on Monday? Y or N');
});

const says = (text: string) => textTo(stack, ann!, text, number);
const bens = async () => (await practice.smsOf(ben!)).state;
const answers = async () =>
  (await stack.outbox(ann!.phone))
    .filter((text) => !isOptIn(text) && !text.text.includes('Monday'))
    .map(({ text }) => text);
const answer = () => until('it is answered', async () => (await answers())[0]);
async function answered(words: string): Promise<void> {
  await says(words);
  await answer();
}
/** Anybody may ask for a code to whatever number, on the public page. */
async function coded(person = ann!): Promise<void> {
  await chooseHosted(stack, bySms(person));
  await codeTo(stack, person.phone);
}

it.each(['Y', 'yes', 'Yes!', 'sí', 'N', 'no'])(
  '%s is no answer to the question of before',
  async (word) => {
    await says(word);
    expect(await bens()).toBe('sent');
    expect(await answer()).toMatch(
      /cannot tell which of our texts you mean|no sabemos a qué mensaje responde/,
    );
  },
);

it('a YES with its code is', async () => {
  await says('Y');
  await says(`YES ${code}`);
  expect(await bens()).toBe('accepted');
});

it('a NO with its code is', async () => {
  await says(`NO ${code}`);
  expect(await bens()).toBe('declined');
});

describe('a bare word is none either after a text of ours that came in between', () => {
  it.each<[string, () => Promise<void>]>([
    ['the answer that asks for the code', () => answered('Y')],
    ['the answer that nobody reads a text', () => answered('what time was it again')],
    ['the answer to HELP', () => answered('who is this?')],
    ['a code that a stranger had sent', coded],
  ])('%s', async (_what, between) => {
    await between();
    await says('YES');
    await says('NO');
    expect(await bens()).toBe('sent');
    await says(`YES ${code}`);
    expect(await bens()).toBe('accepted');
  });

  it('also where another practice of the number sent the message', async () => {
    const dentist = await anotherPractice(stack, `dentist-${ann!.id}`, 'Dentist');
    const cat = someone();
    const shown = /YES (\d{4})/.exec((await practice.ask(cat)).text)?.[1];
    await dentist.text(cat, 'Can you come on Monday? Y or N');
    await coded(cat);
    await textTo(stack, cat, 'YES', number);
    expect((await practice.smsOf(cat)).state).toBe('sent');
    await textTo(stack, cat, `YES ${shown}`, number);
    expect((await practice.smsOf(cat)).state).toBe('accepted');
  });

  it('also where a worker from before the times were kept noted the message', async () => {
    await notedBefore(ann!, { messageLast: true });
    await says('YES');
    await coded();
    await says('YES');
    expect(await bens()).toBe('sent');
  });
});

/** As a worker notes a text that does not know the times of messages and opt-ins. */
async function notedBefore({ phone }: Person, last: { messageLast: boolean; lastAt?: Date }) {
  const where = { addressHash: addressHash(stack.db, phone) };
  const data = { messageAt: null, askedAt: null, knownAt: null, ...last };
  await stack.db.prisma.textedFrom.updateMany({ where, data });
}

describe('where a worker from before the times were kept noted the opt-in text', () => {
  it('a YES to it counts', async () => {
    const cat = someone();
    await practice.ask(cat);
    const where = { contactId: cat.id };
    const { createdAt } = await stack.db.prisma.optInRequest.findFirstOrThrow({ where });
    // The claim began a little before the request was made.
    await notedBefore(cat, { messageLast: false, lastAt: new Date(createdAt.getTime() - 1) });
    await textTo(stack, cat, 'YES', number);
    expect((await practice.smsOf(cat)).state).toBe('accepted');
  });

  it('a YES to it is none to what was asked before', async () => {
    const cat = someone();
    await practice.ask(cat);
    const dan = { ...someone(), phone: cat.phone };
    await practice.ask(dan);
    await notedBefore(dan, { messageLast: false });
    await practice.erase(dan);
    await textTo(stack, cat, 'YES', number);
    await coded(cat);
    await textTo(stack, cat, 'YES', number);
    expect((await practice.smsOf(cat)).state).toBe('sent');
  });
});

it('words that ask for nothing are not told that a YES counts, also after our own answer', async () => {
  await answered('what time was it again');
  await says('which room');
  expect(await answers()).toHaveLength(1);
  expect((await practice.replies(ann!))[0]).toMatchObject({ unanswered: 'said_today' });
});

it('words that refuse our texts hold them', async () => {
  await says('no thanks');
  expect(await practice.smsOf(ann!)).toMatchObject({ doubtful: true });
  expect(await bens()).toBe('sent');
});

it('other words get the answer that nobody reads them right away', async () => {
  await says('we will be there at nine then');
  expect(await answer()).toContain('not read right away');
});

describe('right after another was asked', () => {
  beforeEach(async () => {
    ann = someone();
    ben = { ...someone(), phone: ann.phone };
    await practice.text(ann, 'See you on Monday');
    await practice.ask(ben);
  });

  it('words that refuse our texts hold them', async () => {
    await says('ya no quiero');
    expect(await practice.smsOf(ann!)).toMatchObject({ state: 'accepted', doubtful: true });
  });

  it('a NO declines that one, and is told that the texts about others go on', async () => {
    await says('NO');
    expect(await bens()).toBe('declined');
    expect(await practice.smsOf(ann!)).toMatchObject({ state: 'accepted' });
    expect(await answer()).toContain('Texts that you agreed to before go on');
  });
});

describe('once another contact with the number was asked, a bare word answers nothing asked before', () => {
  let [first, second]: Person[] = [];
  beforeEach(async () => {
    first = someone();
    second = { ...someone(), phone: first.phone };
    code = /YES (\d{4})/.exec((await practice.ask(second)).text)?.[1] ?? '';
    await practice.ask(first);
  });

  it.each<[string, () => Promise<unknown>]>([
    [
      'whose number was corrected',
      () => practice.call('PATCH', `/contacts/${first!.id}`, { phone: someone().phone }),
    ],
    ['who was erased', () => practice.erase(first!)],
    [
      'who was stopped by staff',
      () => practice.call('DELETE', `/contacts/${first!.id}/consents/sms`),
    ],
  ])('%s', async (_what, close) => {
    await close();
    for (const word of ['YES', 'NO']) await textTo(stack, second!, word, number);
    expect((await practice.smsOf(second!)).state).toBe('sent');
    expect((await practice.replies(second!))[0]).toMatchObject({ answered: 'which' });
    await textTo(stack, second!, `YES ${code || (await told())}`, number);
    expect((await practice.smsOf(second!)).state).toBe('accepted');
  });

  /** Asked while nobody else had the number, it showed no code; the answer tells it. */
  const told = () =>
    until('the code has arrived', async () => {
      const texts = (await stack.outbox(second!.phone)).map(({ text }) => text);
      return texts.flatMap((text) => /For our text of .*YES (\d{4})/.exec(text)?.[1] ?? [])[0];
    });
});
