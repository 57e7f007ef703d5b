import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  contents,
  decide,
  isOptIn,
  lightOf,
  linkOf,
  optIns,
  queue,
  register,
  reply,
  someone,
  type Person,
} from './harness/people.ts';
import { startStack, until, type OutboxEntry, type Stack } from './harness/stack.ts';
import { limits } from '../src/core/limits.ts';

const sender = {
  displayName: 'Test Practice',
  emailFrom: 'hello@practice.example',
  smsFrom: '+12025550100',
  supportPhone: '+1 202 555 0177',
};

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ settings: { sender } });
});
afterAll(() => stack.stop());

type Inbound = {
  id: string;
  contactId?: string;
  text: string;
  meaning: string;
  doubtful?: boolean;
  asked?: boolean;
  answered?: string;
  unanswered?: string;
  handledAt?: string;
  nextAppointmentAt?: string;
};

/** The reply, once it is stored: whatever it leads to was decided with it. */
async function say(person: Person, text: string): Promise<Inbound> {
  const before = (await inbound(person)).length;
  await reply(stack, person, text);
  return until(`"${text}" is stored`, async () => {
    const replies = await inbound(person);
    return replies.length > before && replies[0];
  });
}

/** Newest first. */
async function inbound(person: Person): Promise<Inbound[]> {
  const { body } = await stack.call<{ items: (Inbound & { from: string })[] }>(
    'GET',
    '/v1/inbound?limit=200',
  );
  return body.items.filter(({ from }) => from === person.phone);
}

async function asked(person: Person): Promise<void> {
  await register(stack, person, ['sms']);
  await queue(stack, person, 'one');
  await optIns(stack, person, 1);
  await until(
    'it is recorded',
    async () => (await lightOf(stack, person)).channels.sms?.state === 'sent',
  );
}

/** Green, and its first message arrived. */
async function consented(person: Person): Promise<void> {
  await asked(person);
  await reply(stack, person, 'YES');
  await until('one arrived', async () => (await contents(stack, person, 'sms')).length === 1);
}

/** What was decided to be answered, whether it has left or not. */
function answers(...people: Person[]) {
  return stack.db.prisma.delivery.findMany({
    where: { purpose: 'answer', contactId: { in: people.map(({ id }) => id) } },
    orderBy: { arrival: 'asc' },
  });
}

/** The answer's text, once it has arrived. */
async function answered(person: Person, count = 1): Promise<string> {
  const texts = await until(`${count} answers`, async () => {
    const found = (await contents(stack, person, 'sms')).filter((text) => text.includes(': '));
    return found.length >= count && found;
  });
  expect(texts).toHaveLength(count);
  return texts.at(-1)!;
}

async function quietWebhooks(): Promise<void> {
  await until('all webhooks have come', async () => {
    const answer = await fetch(`${stack.sandbox.url}/webhooks`);
    return ((await answer.json()) as { pending: number }).pending === 0;
  });
}

describe('an opt-out in own words', () => {
  it.each(['REVOKE', 'opt out', 'please stop texting me', 'take me off your list'])(
    '%j is confirmed once, also when the provider repeats its webhook',
    async (text) => {
      const ann = someone();
      await consented(ann);
      await stack.control('/faults', { channel: 'sms', kind: 'duplicate_webhook' });
      await reply(stack, ann, text);
      expect(await answered(ann)).toBe(
        'Test Practice: you are unsubscribed and will get no more texts from us. Changed your mind? Reply START.',
      );
      await quietWebhooks();
      await fetch(`${stack.sandbox.url}/faults`, { method: 'DELETE' });
      expect(await answers(ann)).toHaveLength(1);
      expect(await inbound(ann)).toHaveLength(2);
      expect(await lightOf(stack, ann)).toMatchObject({ channels: { sms: { state: 'revoked' } } });
      // Said again, there is nothing left to confirm.
      await say(ann, text);
      expect(await answers(ann)).toHaveLength(1);
    },
  );

  it.each(['STOP', ' quit ', 'End', 'CANCEL', 'Unsubscribe', 'stopall'])(
    '%j is answered by the provider, and not by us',
    async (text) => {
      const ann = someone();
      await asked(ann);
      await say(ann, text);
      expect((await lightOf(stack, ann)).channels.sms?.state).toBe('revoked');
      expect(await answers(ann)).toEqual([]);
    },
  );

  it('of a number that the provider does not look after is answered by us, whatever the word', async () => {
    const ann = { ...someone(), phone: '+4915112345601' };
    await asked(ann);
    await say(ann, 'STOP');
    expect(await answered(ann)).toContain('you are unsubscribed');
  });

  it.each(["Don't stop!", "can't stop by today", 'please cancel my appointment'])(
    '%j revokes nothing, waits for staff, and is answered with a number to call',
    async (text) => {
      const ann = someone();
      await consented(ann);
      expect(await say(ann, text)).toMatchObject({ meaning: 'unclear', contactId: ann.id });
      expect(await lightOf(stack, ann)).toMatchObject({ light: 'green' });
      expect(await answered(ann)).toBe(
        'Test Practice: texts to this number are not read right away. Please call +1 202 555 0177.',
      );
    },
  );

  it('of a shared number stops everybody there, and is answered once', async () => {
    const [ann, bob] = await sharingTwo();
    await say(ann, 'no more texts please');
    for (const person of [ann, bob])
      expect((await lightOf(stack, person)).channels.sms?.state).toBe('revoked');
    await answered(ann);
    expect(await answers(ann, bob)).toHaveLength(1);
  });

  it('of a number that nobody has is kept, and not answered', async () => {
    const ann = someone();
    await stack.control('/inbound', { from: ann.phone, to: sender.smsFrom, text: 'opt out' });
    await until('it is stored', async () => (await inbound(ann)).length === 1);
    expect((await stack.outbox(ann.phone)).length).toBe(0);
    await register(stack, ann, ['sms']);
    expect((await lightOf(stack, ann)).channels.sms?.state).toBe('revoked');
  });
});

/** Two contacts with one number, both asked. */
async function sharingTwo(): Promise<[Person, Person, OutboxEntry[]]> {
  const [ann, bob] = [someone(), someone()];
  bob.phone = ann.phone;
  for (const person of [ann, bob]) await register(stack, person, ['sms']);
  for (const person of [ann, bob]) await queue(stack, person, `for ${person.id}`);
  const entries = await until('both are asked', async () => {
    const found = (await stack.outbox(ann.phone)).filter(isOptIn);
    return found.length === 2 && found;
  });
  for (const person of [ann, bob])
    await until(
      'it is recorded',
      async () => (await lightOf(stack, person)).channels.sms?.state === 'sent',
    );
  return [ann, bob, entries];
}

describe('HELP', () => {
  it('is answered with the sender, a number to call and how to stop, also before any yes', async () => {
    const ann = someone();
    await asked(ann);
    expect(await say(ann, 'Help!')).toMatchObject({
      meaning: 'help',
      handledAt: expect.any(String),
    });
    expect(await answered(ann)).toBe(
      'Test Practice: for help call +1 202 555 0177. Reply STOP to get no more texts. Msg & data rates may apply.',
    );
    expect((await lightOf(stack, ann)).channels.sms?.state).toBe('sent');
  });

  it('is answered to a green contact that the dispatcher looks after, in the language of the word', async () => {
    const ann = someone();
    await consented(ann);
    await until('it is handed over', async () => {
      const lane = await stack.db.prisma.channel.findFirst({
        where: { contactId: ann.id, method: 'sms' },
      });
      return lane?.dispatched;
    });
    // Its own workflow sleeps: the dispatcher got the signal to send the answer.
    const workflow = stack.client.workflow.getHandle(stack.workflowId(ann.id));
    await until('it sleeps', async () => {
      const { raw } = await workflow.describe();
      return !raw.pendingWorkflowTask && (raw.pendingActivities ?? []).length === 0;
    });
    await say(ann, 'AYUDA');
    expect(await answered(ann)).toContain('para recibir ayuda llame al +1 202 555 0177');
  });

  it('is answered after a stop, by the practice that owns the number', async () => {
    const ann = someone();
    await consented(ann);
    await say(ann, 'revoke');
    await say(ann, 'help');
    expect(await answered(ann, 2)).toContain('for help call');
  });

  it('is owed also where the provider has stopped the number; nothing else is answered, and staff see why', async () => {
    const ann = someone();
    await consented(ann);
    expect(await say(ann, 'STOP')).toMatchObject({ answered: 'provider' });
    expect(await say(ann, 'where do I park?')).toMatchObject({ unanswered: 'stopped_at_provider' });
    expect(await say(ann, 'HELP')).toMatchObject({ answered: 'help' });
    // Refused before the number is open again: otherwise both answers would arrive.
    await until('the provider has refused it', async () => {
      const [answer, ...more] = await answers(ann);
      expect(more).toEqual([]);
      return answer?.status === 'failed';
    });
    // The provider takes a word of its own back, and says so.
    expect(await say(ann, 'START')).toMatchObject({ answered: 'provider' });
    expect(await say(ann, 'HELP')).toMatchObject({ answered: 'help' });
    expect(await answered(ann)).toContain('for help call');
  });

  it('is answered from another number of the practice than the one that the provider stopped', async () => {
    const ann = someone();
    await consented(ann);
    await say(ann, 'STOP');
    const moved = { ...sender, smsFrom: '+12025550101' };
    await stack.allot({ smsFrom: [moved.smsFrom] });
    expect((await stack.call('PATCH', '/v1/settings', { sender: moved })).status).toBe(200);
    try {
      const from = { from: ann.phone, to: moved.smsFrom };
      await stack.control('/inbound', { ...from, text: 'where do I park?' });
      const read = await until('it is stored', async () =>
        (await inbound(ann)).find(({ text }) => text === 'where do I park?'),
      );
      expect(read).not.toHaveProperty('unanswered');
      expect(read).toHaveProperty('answered');
    } finally {
      await stack.call('PATCH', '/v1/settings', { sender });
    }
  });

  it('is answered three times, and then no more until the person acts: at the other end may be a machine', async () => {
    const ann = someone();
    await asked(ann);
    for (let time = 0; time < limits.answersUnheeded + 2; time += 1) await say(ann, 'HELP');
    expect(await answers(ann)).toHaveLength(limits.answersUnheeded);
    expect((await inbound(ann))[0]).toMatchObject({ unanswered: 'unheeded' });
    await say(ann, 'no');
    await say(ann, 'HELP');
    expect(await answers(ann)).toHaveLength(limits.answersUnheeded + 2);
  });
});

describe('YES', () => {
  it('that could be meant for two is asked for the code, and the code says whose it is', async () => {
    const [ann, bob, entries] = await sharingTwo();
    expect(await say(ann, 'Yes')).toMatchObject({ meaning: 'yes' });
    expect(await answered(ann)).toContain('reply YES and the 4-digit code');
    await say(ann, 'YES');
    await answered(ann, 2);
    for (const person of [ann, bob])
      expect((await lightOf(stack, person)).channels.sms?.state).toBe('sent');

    const codes = entries.map(({ text }) => /YES (\d{4})/.exec(text)?.[1]);
    const wrong = ['0000', '0001', '0002'].find((code) => !codes.includes(code))!;
    await say(ann, `YES ${wrong}`);
    expect(await answered(ann, 3)).toContain('that code fits no open request');

    const request = await stack.db.prisma.optInRequest.findFirstOrThrow({
      where: { contactId: bob.id },
    });
    expect(codes).toContain(request.code);
    await say(bob, `YES ${request.code}`);
    await until('his arrived', async () =>
      (await contents(stack, bob, 'sms')).includes(`for ${bob.id}`),
    );
    expect((await lightOf(stack, ann)).channels.sms?.state).toBe('sent');
    // Only one is left to be meant; but the last text was his message, and a yes may be about that.
    await say(ann, `yes ${codes.find((code) => code !== request.code)}`);
    await until('hers arrived', async () =>
      (await contents(stack, ann, 'sms')).includes(`for ${ann.id}`),
    );
    expect(await answers(ann, bob)).toHaveLength(3);
  });

  it('with a code is not guessed at where only one was asked', async () => {
    const ann = someone();
    await asked(ann);
    const { code } = await stack.db.prisma.optInRequest.findFirstOrThrow({
      where: { contactId: ann.id },
    });
    await say(ann, `yes ${code === '0000' ? '0001' : '0000'}`);
    expect(await answered(ann)).toContain('or only YES if it has none');
    expect((await lightOf(stack, ann)).channels.sms?.state).toBe('sent');
  });

  it.each([
    ['Yes, this is Maria Lopez', 'sent'],
    ['Yes, this is Annie', 'accepted'],
    ['Yes, Ann Example', 'accepted'],
  ])('counts for the person who was asked, and not for another: %s', async (text, state) => {
    const ann = someone();
    await asked(ann);
    const kept = await say(ann, text);
    expect((await lightOf(stack, ann)).channels.sms?.state).toBe(state);
    // Staff read what did not count.
    expect(kept.handledAt === undefined).toBe(state === 'sent');
  });

  it('to nobody’s question is not answered', async () => {
    const ann = someone();
    await register(stack, ann, ['sms']);
    await stack.control('/inbound', { from: ann.phone, to: sender.smsFrom, text: 'YES' });
    await until('it is stored', async () => (await inbound(ann)).length === 1);
    expect(await answered(ann)).toContain('not read right away');
  });

  it('said twice is taken once, and needs no second answer', async () => {
    const ann = someone();
    await consented(ann);
    await say(ann, 'yes');
    expect(await answers(ann)).toEqual([]);
  });
});

describe('NO', () => {
  it('is confirmed once, with how to change one’s mind, and a later YES counts', async () => {
    const ann = someone();
    await asked(ann);
    expect(await say(ann, 'No')).toMatchObject({ meaning: 'no', handledAt: expect.any(String) });
    expect(await answered(ann)).toBe(
      'Test Practice: you said no, so we will not text you. Changed your mind? Reply YES. Questions? Call +1 202 555 0177.',
    );
    expect((await lightOf(stack, ann)).channels.sms?.state).toBe('declined');
    await say(ann, 'YES');
    expect((await lightOf(stack, ann)).channels.sms?.state).toBe('accepted');
  });
});

describe('what is not understood', () => {
  it('is answered while a request is open: yes or no, once a day, and shown to staff first', async () => {
    const ann = someone();
    await asked(ann);
    for (const text of ['hmm', 'my appointment is at 3']) await say(ann, text);
    expect(await answered(ann)).toBe(
      'Test Practice: to agree, reply YES. To refuse, reply NO. Questions? Call +1 202 555 0177.',
    );
    expect(await answers(ann)).toHaveLength(1);
    expect((await inbound(ann)).map(({ asked: wasAsked }) => wasAsked)).toEqual([true, true]);
    expect((await inbound(ann))[0]).toMatchObject({ unanswered: 'said_today' });
    stack.time.offsetMs += limits.toldAgainMs;
    await say(ann, 'hmm well maybe later');
    expect(await answers(ann)).toHaveLength(2);
    stack.time.offsetMs -= limits.toldAgainMs;
  });

  it('is asked for the code where several were asked', async () => {
    const [ann] = await sharingTwo();
    await say(ann, 'is this for me or for my wife');
    expect(await answered(ann)).toContain('reply YES and the 4-digit code');
  });

  it('ends between two machines within three answers', async () => {
    const ann = someone();
    await asked(ann);
    let heard = (await stack.outbox(ann.phone)).length;
    // Sends back whatever it gets, and says the same thing over and over.
    for (let round = 0; round < 8; round += 1) {
      await say(ann, `Auto ${round}: thank you for contacting Joe’s Garage, we are closed`);
      await say(ann, 'HELP');
      heard = Math.max(heard, (await stack.outbox(ann.phone)).length);
    }
    expect((await answers(ann)).length).toBeLessThanOrEqual(limits.answersUnheeded);
  });
});

describe('the confirmation of an opt-in', () => {
  const confirmation =
    'Test Practice: you agreed to get texts from us. Msg frequency varies. Msg & data rates may apply. Reply HELP for help, STOP to stop.';
  const confirming = (on: boolean) => stack.call('PATCH', '/v1/settings', { confirmationSms: on });
  beforeAll(async () => {
    await confirming(true);
  });
  afterAll(async () => {
    await confirming(false);
  });

  it('comes once, and before the content that waited', async () => {
    const ann = someone();
    await asked(ann);
    await queue(stack, ann, 'two');
    await stack.control('/faults', { channel: 'sms', kind: 'duplicate_webhook' });
    await reply(stack, ann, 'YES');
    await until('all arrived', async () => (await contents(stack, ann, 'sms')).length >= 3);
    await quietWebhooks();
    await fetch(`${stack.sandbox.url}/faults`, { method: 'DELETE' });
    expect(await contents(stack, ann, 'sms')).toEqual([confirmation, 'one', 'two']);
    await queue(stack, ann, 'three');
    await until('the next', async () => (await contents(stack, ann, 'sms')).length === 4);
  });

  it('comes after a yes on the page too, and not after a yes to email', async () => {
    const ann = someone();
    await register(stack, ann);
    await queue(stack, ann, 'one');
    const entries = await optIns(stack, ann, 2);
    await decide(linkOf(entries.find(({ channel }) => channel === 'email')!), 'accept');
    expect(await answers(ann)).toEqual([]);
    await decide(linkOf(entries.find(({ channel }) => channel === 'sms')!), 'accept');
    await until('all arrived', async () => (await contents(stack, ann, 'sms')).length === 2);
    expect(await contents(stack, ann, 'sms')).toEqual([confirmation, 'one']);
  });

  it('does not come any more once the yes was taken back', async () => {
    const ann = someone();
    await asked(ann);
    await stack.stopWorkers();
    await say(ann, 'YES');
    await say(ann, 'REVOKE');
    await stack.startWorker();
    expect(await answered(ann)).toContain('you are unsubscribed');
    await until('it is settled', async () =>
      (await answers(ann)).every(({ status }) => status !== 'queued' && status !== 'sending'),
    );
    expect((await answers(ann)).map(({ status }) => status)).toContain('cancelled');
    expect(await contents(stack, ann, 'sms')).toHaveLength(1);
  });
});

it('an answer leaves within five minutes or not at all', async () => {
  const ann = someone();
  await asked(ann);
  await stack.stopWorkers();
  await say(ann, 'HELP');
  const [queued] = await answers(ann);
  expect(queued!.notAfter!.getTime() - queued!.createdAt.getTime()).toBe(5 * 60 * 1_000);
  stack.time.offsetMs += limits.answerMs;
  await stack.startWorker();
  await stack.workflows.tell({ wake: [{ practiceId: stack.practiceId, contactId: ann.id }] });
  await until('it has expired', async () => (await answers(ann))[0]?.status === 'expired');
  expect(await contents(stack, ann, 'sms')).toEqual([]);
});

it('an answer goes to the number that wrote, not to the contact’s next one', async () => {
  const ann = someone();
  await asked(ann);
  await stack.stopWorkers();
  await say(ann, 'HELP');
  const next = someone().phone;
  await stack.call('PATCH', `/v1/contacts/${ann.id}`, { phone: next });
  await stack.startWorker();
  await until('it is settled', async () => (await answers(ann))[0]?.status === 'cancelled');
  expect((await stack.outbox(next)).filter((entry) => !isOptIn(entry))).toEqual([]);
});
