import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKey, createPractice } from '../src/record/practices/practice-store.ts';
import {
  acceptBoth,
  contents,
  decide,
  lightOf,
  linkOf,
  optIns,
  queue,
  register,
  registerWithConsent,
  reply,
  someone,
  type Person,
} from './harness/people.ts';
import { startStack, until, type Stack } from './harness/stack.ts';

/** Acts that the practice can undo for ten seconds, and acts that need a reason. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

type Refusal = { error: { code: string } };
const stop = (person: Person, method: string) =>
  stack.call('DELETE', `/v1/contacts/${person.id}/consents/${method}`);
const undoStop = (person: Person, method: string) =>
  stack.call<Refusal>('POST', `/v1/contacts/${person.id}/consents/${method}/restore`);
const undoCancel = (id: string) => stack.call<Refusal>('POST', `/v1/messages/${id}/restore`);
const stateOf = async (person: Person, method: string) =>
  (await lightOf(stack, person)).channels[method];
const evidenceOf = async (person: Person) =>
  (
    await stack.call<{
      intact: boolean;
      items: { type: string; method?: string; fields: Record<string, string> }[];
    }>('GET', `/v1/contacts/${person.id}/evidence`)
  ).body;
const message = async (id: string) =>
  (
    await stack.call<{ status: string; deliveries: { status: string; reason?: string }[] }>(
      'GET',
      `/v1/messages/${id}`,
    )
  ).body;

async function laterIn<T>(ms: number, act: () => Promise<T>): Promise<T> {
  stack.time.offsetMs += ms;
  try {
    return await act();
  } finally {
    stack.time.offsetMs -= ms;
  }
}

describe('a stop by staff', () => {
  it('taken back within ten seconds leaves the channel as it was, what waited goes out, and the ledger holds both', async () => {
    const ann = someone();
    await registerWithConsent(stack, ann, ['sms']);
    const before = await stateOf(ann, 'sms');
    expect((await stop(ann, 'sms')).status).toBe(200);
    await queue(stack, ann, 'waits for the undo');
    expect((await lightOf(stack, ann)).light).toBe('red');
    expect((await undoStop(ann, 'sms')).status).toBe(200);
    expect(await stateOf(ann, 'sms')).toEqual(before);
    await until('it arrived', async () => (await contents(stack, ann, 'sms')).length === 1);
    const { items, intact } = await evidenceOf(ann);
    expect(intact).toBe(true);
    expect(items.map(({ type }) => type).slice(-2)).toEqual(['revoked', 'stop_undone']);
  });

  it('gives an open link back its yes', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    await queue(stack, ann, 'hello');
    const [asked] = await optIns(stack, ann, 1);
    await stop(ann, 'email');
    expect(await decide(linkOf(asked!), 'accept')).not.toBe(500);
    expect((await stateOf(ann, 'email'))?.state).toBe('revoked');
    const bob = someone();
    await register(stack, bob, ['email']);
    await queue(stack, bob, 'hello');
    const [his] = await optIns(stack, bob, 1);
    await stop(bob, 'email');
    expect((await undoStop(bob, 'email')).status).toBe(200);
    expect((await stateOf(bob, 'email'))?.state).toBe('sent');
    await decide(linkOf(his!), 'accept');
    await until('it arrived', async () => (await contents(stack, bob, 'email')).length === 1);
  });

  it('cannot be taken back later, nor twice, nor where there was none', async () => {
    const ann = someone();
    await registerWithConsent(stack, ann, ['sms']);
    await stop(ann, 'sms');
    const late = await laterIn(14_000, () => undoStop(ann, 'sms'));
    expect([late.status, late.body.error.code]).toEqual([409, 'nothing_to_undo']);
    const bob = someone();
    await registerWithConsent(stack, bob, ['sms']);
    expect((await undoStop(bob, 'sms')).body.error.code).toBe('nothing_to_undo');
    await stop(bob, 'sms');
    const pressed = await Promise.all([undoStop(bob, 'sms'), undoStop(bob, 'sms')]);
    expect(pressed.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect((await stateOf(bob, 'sms'))?.state).toBe('accepted');
  });

  it.each([
    [
      'the person texted',
      async (ann: Person) =>
        void (await stack.control('/inbound', {
          from: ann.phone,
          to: '+12025550100',
          text: 'STOP',
        })),
    ],
    [
      'other staff waived it',
      async (ann: Person) =>
        void (await stack.call('POST', `/v1/contacts/${ann.id}/waivers`, {
          method: 'sms',
          reason: 'landline',
        })),
    ],
    [
      'the number was changed',
      async (ann: Person) =>
        void (await stack.call('PATCH', `/v1/contacts/${ann.id}`, { phone: someone().phone })),
    ],
  ])('is not taken back once %s', async (_what, act) => {
    const ann = someone();
    await registerWithConsent(stack, ann, ['sms']);
    await stop(ann, 'sms');
    const before = await lightOf(stack, ann);
    await act(ann);
    await until('it counts', async () => {
      const texts = await stack.db.prisma.inboundMessage.count({ where: { contactId: ann.id } });
      return texts > 0 || (await lightOf(stack, ann)).version > before.version;
    });
    const now = await stateOf(ann, 'sms');
    expect((await undoStop(ann, 'sms')).body.error.code).toMatch(/changed_meanwhile|nothing_to/);
    expect(await stateOf(ann, 'sms')).toEqual(now);
  });
});

describe('a stop by staff of one of several contacts with a number', () => {
  /** Ann agreed, and Bob has her number and was asked; his code. */
  async function shared(): Promise<{ ann: Person; bob: Person; code: string }> {
    const ann = someone();
    const bob = { ...someone(), phone: ann.phone };
    await registerWithConsent(stack, ann, ['sms']);
    await register(stack, bob, ['sms']);
    await queue(stack, bob, 'for Bob');
    const [asked] = await optIns(stack, bob, 1);
    await until('it is asked', async () => (await stateOf(bob, 'sms'))?.state === 'sent');
    return { ann, bob, code: /YES (\d{4})/.exec(asked!.text)![1]! };
  }
  const says = async (bob: Person, word: string, state: string): Promise<void> => {
    await reply(stack, bob, word);
    await until('it counts', async () => (await stateOf(bob, 'sms'))?.state === state);
  };
  /** Of a contact that is registered with the number now. */
  async function newWith({ phone }: Person): Promise<string | undefined> {
    const cat = { ...someone(), phone };
    await register(stack, cat, ['sms']);
    return (await stateOf(cat, 'sms'))?.state;
  }

  it.each<[string, (bob: Person, code: string) => Promise<unknown>, string]>([
    ['a no of another', (bob, code) => says(bob, `NO ${code}`, 'declined'), 'declined'],
    ['a stop of another by staff', (bob) => stop(bob, 'sms'), 'revoked'],
  ])(
    'taken back, leaves %s as it was, for the next contact with the number',
    async (_what, act, state) => {
      const { ann, bob, code } = await shared();
      await act(bob, code);
      await stop(ann, 'sms');
      expect((await undoStop(ann, 'sms')).status).toBe(200);
      expect((await stateOf(ann, 'sms'))?.state).toBe('accepted');
      expect(await newWith(ann)).toBe(state);
    },
  );

  it('taken back, leaves nothing where nothing was said before', async () => {
    const { ann } = await shared();
    await stop(ann, 'sms');
    expect((await undoStop(ann, 'sms')).status).toBe(200);
    expect(await newWith(ann)).toBe('not_sent');
  });

  it('taken back, leaves a later stop of another by staff', async () => {
    const { ann, bob } = await shared();
    await stop(ann, 'sms');
    await stop(bob, 'sms');
    expect((await undoStop(ann, 'sms')).status).toBe(200);
    expect(await newWith(ann)).toBe('revoked');
  });

  it('is not taken back once another said no', async () => {
    const { ann, bob, code } = await shared();
    await stop(ann, 'sms');
    await says(bob, `NO ${code}`, 'declined');
    expect((await undoStop(ann, 'sms')).body.error.code).toBe('changed_meanwhile');
    expect((await stateOf(ann, 'sms'))?.state).toBe('revoked');
    expect(await newWith(ann)).toBe('revoked');
  });
});

describe('a message that was cancelled', () => {
  async function held(): Promise<{ ann: Person; id: string }> {
    const ann = someone();
    await registerWithConsent(stack, ann, ['sms']);
    const id = `m-${ann.id}`;
    const sendAt = new Date(Date.now() + 5_000).toISOString();
    await stack.call('POST', `/v1/contacts/${ann.id}/messages`, {
      id,
      kind: 'ad_hoc',
      body: 'first',
      sendAt,
    });
    return { ann, id };
  }

  it('does not leave while it is cancelled, and leaves once when it is restored', async () => {
    const { ann, id } = await held();
    expect((await stack.call('DELETE', `/v1/messages/${id}`)).status).toBe(200);
    expect((await message(id)).status).toBe('cancelled');
    expect((await undoCancel(id)).status).toBe(200);
    expect((await message(id)).status).toBe('queued');
    await until('it arrived', async () => (await contents(stack, ann, 'sms')).length === 1);
    expect((await undoCancel(id)).body.error.code).toBe('nothing_to_undo');
    const other = await held();
    await stack.call('DELETE', `/v1/messages/${other.id}`);
    const late = await laterIn(14_000, () => undoCancel(other.id));
    expect(late.body.error.code).toBe('nothing_to_undo');
    await queue(stack, other.ann, 'a later one');
    await until('that arrived', async () => (await contents(stack, other.ann, 'sms')).length === 1);
    expect((await message(other.id)).status).toBe('cancelled');
  });

  it('is restored once, however many press, and not where a newer one took its place', async () => {
    const { id } = await held();
    await stack.call('DELETE', `/v1/messages/${id}`);
    const pressed = await Promise.all([undoCancel(id), undoCancel(id)]);
    expect(pressed.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const other = await held();
    await stack.call('DELETE', `/v1/messages/${other.id}`);
    await stack.call('POST', `/v1/contacts/${other.ann.id}/messages`, {
      kind: 'ad_hoc',
      body: 'instead',
      supersedes: other.id,
    });
    expect((await undoCancel(other.id)).body.error.code).toBe('changed_meanwhile');
    expect((await message(other.id)).status).toBe('cancelled');
  });

  it('follows what changed meanwhile: a channel that was waived carries nothing', async () => {
    const { ann, id } = await held();
    await stack.call('DELETE', `/v1/messages/${id}`);
    await stack.call('POST', `/v1/contacts/${ann.id}/waivers`, { method: 'sms', reason: 'no' });
    expect((await undoCancel(id)).status).toBe(200);
    expect((await message(id)).deliveries).toMatchObject([
      { status: 'suppressed', reason: 'channel_waived' },
    ]);
  });

  it('of a contact not registered yet is sent after the registration, when it was restored', async () => {
    const ann = someone();
    await stack.client.workflow.signalWithStart('contact', {
      workflowId: stack.workflowId(ann.id),
      taskQueue: stack.taskQueue,
      signal: 'sendMessage',
      signalArgs: [{ messageId: `raw-${ann.id}`, kind: 'ad_hoc', subject: 's', body: 'b' }],
    });
    const id = `raw-${ann.id}`;
    await until('it is stored', async () => (await message(id)).status === 'queued');
    await stack.call('DELETE', `/v1/messages/${id}`);
    expect((await message(id)).status).toBe('cancelled');
    await register(stack, ann, ['sms']);
    expect((await undoCancel(id)).status).toBe(200);
    expect((await message(id)).status).toBe('queued');
  });

  it('of another practice is not there', async () => {
    const { ann, id } = await held();
    await stack.call('DELETE', `/v1/messages/${id}`);
    await stop(ann, 'sms');
    const stranger = stack.own('stranger');
    await createPractice(stack.db, { id: stranger, name: 'Other' });
    const { key } = await createKey(stack.db, stranger, 'x');
    const as = { authorization: `Bearer ${key}` };
    for (const path of [
      `/v1/messages/${id}/restore`,
      `/v1/contacts/${ann.id}/consents/sms/restore`,
    ])
      expect((await stack.call('POST', path, undefined, as)).status).toBe(404);
    expect((await message(id)).status).toBe('cancelled');
    expect((await stateOf(ann, 'sms'))?.state).toBe('revoked');
  });
});

describe('after a no', () => {
  const ask = (person: Person, body: object) =>
    stack.call<Refusal & { channels: Record<string, { status: string }> }>(
      'POST',
      `/v1/contacts/${person.id}/opt-in`,
      body,
    );

  async function declined(): Promise<Person> {
    const ann = someone();
    await register(stack, ann, ['sms']);
    await queue(stack, ann, 'hello');
    await optIns(stack, ann, 1);
    await reply(stack, ann, 'NO');
    await until('the no counts', async () => (await stateOf(ann, 'sms'))?.state === 'declined');
    return ann;
  }

  it('asking again is refused without a reason, by HTTP and by the update, and nothing is sent', async () => {
    const ann = await declined();
    for (const body of [{}, { methods: ['sms'] }]) {
      const { status, body: said } = await ask(ann, body);
      expect([status, said.error.code]).toEqual([409, 'declined']);
    }
    for (const reason of ['', '   ', 'x'.repeat(501), 5])
      expect((await ask(ann, { methods: ['sms'], reason })).status).toBe(422);
    const update = await stack.client.workflow
      .getHandle(stack.workflowId(ann.id))
      .executeUpdate<Record<string, string>, [object]>('sendOptIn', { args: [{}] });
    expect(update).toEqual({ sms: 'declined' });
    await queue(stack, ann, 'one more');
    expect(await optIns(stack, ann, 1)).toHaveLength(1);
    expect((await stateOf(ann, 'sms'))?.state).toBe('declined');
  });

  it('a reason asks once more; the evidence keeps reason and no, and nothing else learns the reason', async () => {
    const ann = await declined();
    const reason = 'Called the desk and wants reminders after all';
    const { status, body } = await ask(ann, { methods: ['sms'], reason });
    expect([status, body.channels.sms?.status]).toEqual([202, 'queued']);
    await optIns(stack, ann, 2);
    await until('asked', async () => (await stateOf(ann, 'sms'))?.state === 'sent');
    const { items } = await evidenceOf(ann);
    const types = items.map(({ type }) => type);
    expect(types.slice(types.indexOf('declined'))).toEqual([
      'declined',
      'asked_again',
      'opt_in_sent',
    ]);
    expect(items.find(({ type }) => type === 'asked_again')?.fields).toMatchObject({ reason });
    expect(stack.logLines.join()).not.toContain(reason);
    const rows = await stack.db.prisma.ledgerEntry.findMany({ where: { contactId: ann.id } });
    expect(JSON.stringify(rows)).not.toContain('wants reminders');
    await reply(stack, ann, 'YES');
    await until('yes', async () => (await stateOf(ann, 'sms'))?.state === 'accepted');
  });

  it('an opt-in that had not left does not leave any more', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    await queue(stack, ann, 'hello');
    const [first] = await optIns(stack, ann, 1);
    await stack.call('PATCH', '/v1/settings', { messagingEnabled: true });
    await stack.control('/faults', {
      channel: 'email',
      kind: 'status',
      status: 429,
      retryAfterSeconds: 2,
      count: 1,
    });
    stack.time.offsetMs += 6 * 60_000;
    try {
      expect((await ask(ann, { methods: ['email'] })).status).toBe(202);
      await decide(linkOf(first!), 'decline');
      await until('the second is off its lane', async () => {
        const rows = await stack.db.prisma.delivery.findMany({
          where: { contactId: ann.id, purpose: 'opt_in', status: { in: ['queued', 'sending'] } },
        });
        return rows.length === 0;
      });
      expect((await stateOf(ann, 'email'))?.state).toBe('declined');
    } finally {
      stack.time.offsetMs = 0;
    }
  });
});

it('a yes everywhere is not disturbed by an undo of nothing', async () => {
  const ann = someone();
  await register(stack, ann);
  await queue(stack, ann, 'hello');
  await acceptBoth(stack, ann);
  expect((await undoStop(ann, 'email')).status).toBe(409);
  expect((await lightOf(stack, ann)).light).toBe('green');
});
