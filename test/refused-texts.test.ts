import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { applyReply } from '../src/features/replies/sms-reply.ts';
import { someone, type Person } from './harness/people.ts';
import {
  anotherPractice,
  callsOf,
  says as textTo,
  type PracticeCalls,
} from './harness/practice-calls.ts';
import { testIdentity } from './harness/service.ts';
import { passedOn } from './harness/signed-webhooks.ts';
import { startStack, until, type Stack } from './harness/stack.ts';

/** A refusal by text: an answer while a request is open, and else a doubt about what is texted already. */

const number = '+12025550100';

let stack: Stack;
let practice: PracticeCalls;
let ann: Person;
beforeAll(async () => {
  stack = await startStack({ settings: { sender: { ...testIdentity, displayName: 'Clinic' } } });
  practice = callsOf(stack, stack.practiceId, stack.apiKey);
});
afterAll(() => stack.stop());
beforeEach(() => {
  ann = someone();
});

const says = (text: string) => textTo(stack, ann, text, number);
const newest = async () => (await practice.replies(ann))[0]!;

/** Neither a message nor an opt-in leaves: the lane waits for the doubt. */
async function isHeld(): Promise<void> {
  expect(await practice.smsOf(ann)).toMatchObject({ doubtful: true });
  await practice.call('POST', `/contacts/${ann.id}/messages`, { kind: 'ad_hoc', body: 'secret' });
  await until('it waits for the doubt', async () => {
    const { items } = await practice.call<{
      items: { deliveries: { waitingFor?: string }[] }[];
    }>('GET', `/contacts/${ann.id}/messages?status=queued`);
    return items.some(({ deliveries }) =>
      deliveries.some(({ waitingFor }) => waitingFor === 'doubtful_stop'),
    );
  });
  expect((await stack.outbox(ann.phone)).filter(({ text }) => text.includes('secret'))).toEqual([]);
}

describe('a refusal from somebody whom nothing is asked', () => {
  it.each([
    'no thanks',
    'No quiero',
    'por favor ya no',
    'ya no los quiero',
    'I dont want any',
    'ya les dije que no',
    'sí cancelen',
    'I never subscribed',
    "nah I'm good",
    'not interested',
  ])('holds what is texted already: %s', async (text) => {
    await practice.text(ann, 'one');
    await says(text);
    const reply = await newest();
    expect(reply).toMatchObject({
      meaning: 'doubtful_stop',
      doubt: 'unsure',
      answered: 'doubtful',
    });
    expect(reply).not.toHaveProperty('handledAt');
    const entry = (await practice.evidence(ann)).find(({ type }) => type === 'doubted');
    expect(entry).toMatchObject({ fields: { doubt: 'unsure', text } });
    await isHeld();
  });

  it('holds at every practice that texts from the number, as each doubt does', async () => {
    const other = await anotherPractice(stack, 'dentist', 'Dentist');
    await other.text(ann, 'from the dentist');
    await practice.text(ann, 'one');
    await says('no thanks');
    expect(await other.smsOf(ann)).toMatchObject({ doubtful: true });
    expect(await other.replies(ann)).toEqual([]);
    expect(JSON.stringify(await other.evidence(ann))).not.toContain('no thanks');
    await isHeld();
  });

  it('ends with START, and what was held leaves', async () => {
    await practice.text(ann, 'one');
    await says('no thanks');
    await isHeld();
    await says('START');
    await until('it arrives', async () =>
      (await stack.outbox(ann.phone)).some(({ text }) => text.includes('secret')),
    );
  });
});

describe('a NO and nothing else', () => {
  it('after a message may answer that one, and is for staff to read', async () => {
    await practice.text(ann, 'Can you come at 3?');
    await says('No');
    expect(await newest()).toMatchObject({ meaning: 'no', answered: 'not_read' });
    expect(await practice.smsOf(ann)).not.toHaveProperty('doubtful');
  });

  it('after our own question, answered yes before, takes the yes back', async () => {
    await practice.ask(ann);
    await says('YES');
    await says('NO');
    expect(await newest()).toMatchObject({ meaning: 'doubtful_stop', answered: 'doubtful' });
    await isHeld();
  });

  it('said again after it was told that nobody reads it, holds', async () => {
    await practice.text(ann, 'one');
    await says('No');
    await until('it was told', async () => (await stack.outbox(ann.phone)).length === 2);
    await says('No');
    expect(await newest()).toMatchObject({ meaning: 'doubtful_stop' });
  });
});

describe('a refusal while a request is open', () => {
  it.each(['No', 'no thanks', 'No quiero'])('declines: %s', async (text) => {
    await practice.ask(ann);
    await says(text);
    expect(await newest()).toMatchObject({ meaning: 'no', answered: 'declined' });
    expect(await practice.smsOf(ann)).toMatchObject({ state: 'declined' });
    expect(await practice.smsOf(ann)).not.toHaveProperty('doubtful');
  });

  it('holds where a yes answered it in the meantime', async () => {
    await practice.ask(ann);
    const say = (text: string, providerId: string) =>
      stack.db.prisma.$transaction((sql) =>
        applyReply(
          stack.db,
          sql,
          { ...passedOn, from: ann.phone, to: number, text, providerId },
          {},
        ),
      );
    const senders = { smsFrom: number };
    let refusal: Promise<unknown> = Promise.resolve();
    await stack.db.prisma.$transaction(async (sql) => {
      const yes = {
        from: ann.phone,
        to: number,
        text: 'YES',
        providerId: `yes-${ann.id}`,
        ...passedOn,
      };
      await applyReply(stack.db, sql, yes, senders);
      refusal = say('no thanks', `no-${ann.id}`);
      await until('the refusal waits', async () => {
        const rows = await stack.db.prisma.$queryRaw<object[]>`
          SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
        return rows.length > 0;
      });
    });
    await refusal;
    expect(await practice.smsOf(ann)).toMatchObject({ state: 'accepted', doubtful: true });
  });
});
