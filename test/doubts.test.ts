import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { barAddress } from '../src/record/consent/bar-address.ts';
import { raiseDoubt, settleDoubt } from '../src/record/replies/doubt.ts';
import { addressHash } from '../src/record/contacts/contact-store.ts';
import { storeReply } from '../src/record/replies/inbound-store.ts';
import { activeSuppression, suppressAddress } from '../src/record/consent/suppression-store.ts';
import { createKey, createPractice } from '../src/record/practices/practice-store.ts';
import {
  contents,
  decide,
  isOptIn,
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

/** A reply that may be a stop: its hold, the limits of it, and each way in which it is settled. */

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

const doubtfulText = 'not interested';

type Inbound = {
  id: string;
  text: string;
  from: string;
  meaning: string;
  doubtful?: boolean;
  doubt?: string;
  answered?: string;
  unanswered?: string;
  handledAt?: string;
  resolvedAs?: string;
  resolvedBy?: string;
};

async function inbound(person: Person, query = ''): Promise<Inbound[]> {
  const { body } = await stack.call<{ items: Inbound[] }>('GET', `/v1/inbound?limit=200${query}`);
  return body.items.filter(({ from }) => from === person.phone);
}

/** The reply as it is stored. */
async function say(person: Person, text: string): Promise<Inbound> {
  const before = new Set((await inbound(person)).map(({ id }) => id));
  const { ok } = await stack.control('/inbound', {
    from: person.phone,
    to: sender.smsFrom,
    text,
  });
  expect(ok).toBe(true);
  return until(`"${text}" is stored`, async () =>
    (await inbound(person)).find(({ id }) => !before.has(id)),
  );
}

function resolve(id: string, as: string, headers: Record<string, string> = {}) {
  return stack.call<Inbound & { error?: { code: string } }>(
    'POST',
    `/v1/inbound/${id}/resolve`,
    { as },
    headers,
  );
}

/** Green by SMS. */
async function consented(person: Person, methods: ('email' | 'sms')[] = ['sms']): Promise<void> {
  await registerWithConsent(stack, person, methods);
  await queue(stack, person, 'one');
  await until('one arrived', async () => (await contents(stack, person, 'sms')).includes('one'));
}

/** A request is open. */
async function asked(person: Person): Promise<void> {
  await register(stack, person, ['sms']);
  await queue(stack, person, 'one');
  await optIns(stack, person, 1);
  await until('recorded', async () => (await smsOf(person))?.state === 'sent');
}

async function smsOf(person: Person) {
  return (await lightOf(stack, person)).channels.sms;
}

/** Accepted, and then a reply that may be a stop. */
async function doubted(person: Person, methods: ('email' | 'sms')[] = ['sms']): Promise<Inbound> {
  await consented(person, methods);
  return say(person, doubtfulText);
}

async function waitingFor(person: Person): Promise<(string | undefined)[]> {
  const { body } = await stack.call<{
    items: { deliveries: { status: string; waitingFor?: string }[] }[];
  }>('GET', `/v1/contacts/${person.id}/messages?status=queued`);
  return body.items.flatMap(({ deliveries }) => deliveries.map((one) => one.waitingFor));
}

function arrives(person: Person, body: string, channel: 'email' | 'sms' = 'sms') {
  return until(`${body} arrives`, async () =>
    (await contents(stack, person, channel)).includes(body),
  );
}

/** A sender has looked, and sent nothing. */
async function staysHeld(person: Person, body: string): Promise<void> {
  await until('it was looked at', async () => (await waitingFor(person)).includes('doubtful_stop'));
  const probe = someone();
  await registerWithConsent(stack, probe, ['sms']);
  await queue(stack, probe, 'probe');
  await arrives(probe, 'probe');
  expect(await contents(stack, person, 'sms')).not.toContain(body);
}

describe('a reply that may be a stop', () => {
  it('holds what goes to the number, leaves the state, and says so wherever one looks', async () => {
    const ann = someone();
    const item = await doubted(ann);
    expect(item).toMatchObject({ meaning: 'doubtful_stop', doubtful: true, doubt: 'unsure' });
    expect(item).not.toHaveProperty('handledAt');
    await queue(stack, ann, 'two');
    await staysHeld(ann, 'two');
    expect(await waitingFor(ann)).toEqual(['doubtful_stop']);
    const status = await lightOf(stack, ann);
    expect(status).toMatchObject({
      light: 'red',
      reason: 'sms: a reply may be a stop',
      channels: { sms: { state: 'accepted', doubtful: true } },
    });
    const list = await stack.call<{ items: { id: string; channels: object }[] }>(
      'GET',
      `/v1/contacts?query=${ann.id}`,
    );
    expect(list.body.items[0]).toMatchObject({ channels: { sms: { doubtful: true } } });
    const query = await until('Temporal knows', async () => {
      const seen = await stack.client.workflow
        .getHandle(stack.workflowId(ann.id))
        .query<{ channels: { sms?: { doubtful?: boolean } } } | null>('status');
      return seen?.channels.sms?.doubtful && seen;
    });
    expect(query).toMatchObject({ light: 'red' });
    expect(JSON.stringify(query)).not.toContain(ann.phone);
  });

  it('gets one answer on how to stop and how to go on, however many such replies come', async () => {
    const ann = someone();
    await doubted(ann);
    await say(ann, doubtfulText);
    const told = await until('it is answered', async () =>
      (await contents(stack, ann, 'sms')).filter((text) => text.startsWith('Test Practice')),
    );
    await until('it arrived', async () => (await contents(stack, ann, 'sms')).length > 1);
    expect((await contents(stack, ann, 'sms')).slice(1)).toEqual([
      'Test Practice: we have paused our texts to you. Reply STOP for no more texts, or START to keep getting them. Questions? Call +1 202 555 0177.',
    ]);
    expect(told.length).toBeLessThanOrEqual(1);
    const replies = await inbound(ann, '&handled=false');
    expect(replies.map(({ meaning }) => meaning)).toEqual(['doubtful_stop', 'doubtful_stop']);
  });

  it('leaves email alone once the gate is open, and fax', async () => {
    const ann = someone();
    await doubted(ann, ['email', 'sms']);
    await stack.call('PATCH', `/v1/contacts/${ann.id}`, {
      methods: ['email', 'sms', 'fax'],
      fax: '+12025550199',
    });
    await queue(stack, ann, 'two');
    await arrives(ann, 'two', 'email');
    const queued = await until('only the text waits', async () => {
      const { body } = await stack.call<{
        items: { deliveries: { method: string; status: string }[] }[];
      }>('GET', `/v1/contacts/${ann.id}/messages?status=queued`);
      const methods = body.items.flatMap(({ deliveries }) =>
        deliveries.filter(({ status }) => status === 'queued').map(({ method }) => method),
      );
      return !methods.includes('email') && methods.includes('sms') && methods;
    });
    expect(queued).not.toContain('email');
  });

  it('covers every contact with the number, and later ones, also after an erasure', async () => {
    const [ann, bob, eve] = [someone(), someone(), someone()];
    bob.phone = ann.phone;
    eve.phone = ann.phone;
    await registerWithConsent(stack, bob, ['sms']);
    await doubted(ann);
    expect(await smsOf(bob)).toMatchObject({ state: 'accepted', doubtful: true });
    for (const person of [ann, bob])
      // 409 while an answer is on its way.
      await until(
        'the contact is erased',
        async () => (await stack.call('DELETE', `/v1/contacts/${person.id}`)).status < 300,
      );
    await register(stack, eve, ['sms']);
    expect(await smsOf(eve)).toMatchObject({ state: 'not_sent', doubtful: true });
    await queue(stack, eve, 'for eve');
    await staysHeld(eve, 'for eve');
    // Nobody is asked either.
    expect((await stack.outbox(eve.phone)).filter(isOptIn)).toEqual([]);
    await say(eve, 'START');
    expect(await smsOf(eve)).not.toHaveProperty('doubtful');
    expect(await optIns(stack, eve, 1)).toHaveLength(1);
  });

  it('refuses an opt-in by hand, with a code of its own', async () => {
    const ann = someone();
    await asked(ann);
    await say(ann, doubtfulText);
    const path = `/v1/contacts/${ann.id}/opt-in`;
    const refused = await stack.call('POST', path, { methods: ['sms'] });
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'doubtful_stop' } } });
    const green = someone();
    await doubted(green);
    const path2 = `/v1/contacts/${green.id}/opt-in`;
    expect(await stack.call('POST', path2, { methods: ['sms'] })).toMatchObject({
      status: 409,
      body: { error: { code: 'doubtful_stop' } },
    });
  });

  it('holds an opt-in that was queued before it, and lets it go when it is settled', async () => {
    const ann = someone();
    await register(stack, ann, ['sms']);
    await stack.stopWorkers();
    await stack.call('POST', `/v1/contacts/${ann.id}/opt-in`, { methods: ['sms'] });
    const { id } = await say(ann, doubtfulText);
    await stack.startWorker();
    const probe = someone();
    await registerWithConsent(stack, probe, ['sms']);
    await queue(stack, probe, 'probe');
    await arrives(probe, 'probe');
    expect((await stack.outbox(ann.phone)).filter(isOptIn)).toEqual([]);
    await resolve(id, 'nothing');
    expect(await optIns(stack, ann, 1)).toHaveLength(1);
  });

  it('is acknowledged only when a call that is under way has ended', async () => {
    const ann = someone();
    await consented(ann);
    await stack.control('/faults', { channel: 'sms', kind: 'delay', delayMs: 1_200, count: 1 });
    await queue(stack, ann, 'under way');
    const sending = () =>
      stack.db.prisma.delivery.count({ where: { contactId: ann.id, status: 'sending' } });
    await until('it is under way', async () => (await sending()) > 0);
    await reply(stack, ann, doubtfulText);
    await until('acknowledged', async () => {
      const answer = await fetch(`${stack.sandbox.url}/webhooks`);
      return ((await answer.json()) as { pending: number }).pending === 0;
    });
    expect(await sending()).toBe(0);
    await queue(stack, ann, 'after');
    await staysHeld(ann, 'after');
  });

  it('that passes a registration of the same number unseen still holds it', async () => {
    const ann = someone();
    await stack.db.prisma.$transaction(async (sql) => {
      const hash = addressHash(stack.db, ann.phone);
      const at = { practiceId: stack.practiceId, method: 'sms', addressHash: hash } as const;
      await raiseDoubt(stack.db, sql, at, 'unsure', { via: 'sms' });
      await registerWithConsent(stack, ann, ['sms']);
    });
    await queue(stack, ann, 'secret');
    await until('it follows', async () => (await smsOf(ann))?.doubtful === true);
    expect(await stack.outbox(ann.phone)).toEqual([]);
  });

  it('holds too where the practice asks nobody for consent', async () => {
    await stack.call('PATCH', '/v1/settings', { optInEnabled: false });
    try {
      const ann = someone();
      await register(stack, ann, ['sms']);
      await queue(stack, ann, 'one');
      await arrives(ann, 'one');
      const { id } = await say(ann, doubtfulText);
      await queue(stack, ann, 'two');
      await staysHeld(ann, 'two');
      expect((await lightOf(stack, ann)).light).toBe('red');
      await resolve(id, 'nothing');
      await arrives(ann, 'two');
    } finally {
      await stack.call('PATCH', '/v1/settings', { optInEnabled: true });
    }
  });

  it('stays with the record that stays when two are merged, and is in export and evidence', async () => {
    const [ann, bob] = [someone(), someone()];
    bob.phone = ann.phone;
    await registerWithConsent(stack, bob, ['sms']);
    await doubted(ann);
    // While the answer to the doubt is on its way, the contact is busy.
    await until('they are merged', async () => {
      const { status } = await stack.call('POST', `/v1/contacts/${ann.id}/merge`, { into: bob.id });
      return status === 200;
    });
    expect(await smsOf(bob)).toMatchObject({ doubtful: true });
    const { body } = await stack.call<{
      status: { channels: object };
      replies: object[];
      evidence: { type: string }[];
    }>('GET', `/v1/contacts/${bob.id}/export`);
    expect(body.status.channels).toMatchObject({ sms: { doubtful: true } });
    expect(body.replies).toContainEqual(
      expect.objectContaining({ meaning: 'doubtful_stop', doubt: 'unsure', text: doubtfulText }),
    );
    expect(body.evidence.map(({ type }) => type)).toContain('doubted');
  });
});

describe('what else bars the number', () => {
  const at = ({ phone }: Person) =>
    ({
      practiceId: stack.practiceId,
      method: 'sms',
      addressHash: addressHash(stack.db, phone),
    }) as const;

  it('stays: a number that cannot be reached is no more reachable once the doubt is over', async () => {
    const [ann, eve] = [someone(), someone()];
    eve.phone = ann.phone;
    await consented(ann);
    const dead = { kind: 'unreachable', reason: 'no such number' } as const;
    await stack.db.prisma.$transaction((sql) =>
      barAddress(stack.db, sql, at(ann), dead, { via: 'provider' }),
    );
    const { id } = await say(ann, doubtfulText);
    expect(await smsOf(ann)).toMatchObject({ state: 'failed', doubtful: true });
    await register(stack, eve, ['sms']);
    expect(await smsOf(eve)).toMatchObject({ state: 'failed', doubtful: true });
    expect((await resolve(id, 'nothing')).status).toBe(200);
    for (const person of [ann, eve]) {
      expect(await smsOf(person)).toMatchObject({ state: 'failed', reason: 'no such number' });
      expect(await smsOf(person)).not.toHaveProperty('doubtful');
    }
    const asked = await stack.call('POST', `/v1/contacts/${eve.id}/opt-in`, { methods: ['sms'] });
    expect(asked.status).toBe(409);
  });

  it('stays: a stop outlives a doubt that passed it unseen', async () => {
    const ann = someone();
    const { prisma } = stack.db;
    const since = stack.db.clock.now();
    await prisma.$transaction(async (sql) => {
      const { practiceId, ...address } = at(ann);
      for (const [kind, reason] of [
        ['stopped', 'STOP'],
        ['doubtful', 'unsure'],
      ] as const)
        await suppressAddress(sql, practiceId, { ...address, kind, reason, since });
      await settleDoubt(stack.db, sql, at(ann), { via: 'staff' });
    });
    await register(stack, ann, ['sms']);
    expect(await smsOf(ann)).toMatchObject({ state: 'revoked', reason: 'STOP' });
  });

  it('is not needed: a doubt from a number that nobody has holds it at every practice of the sender', async () => {
    const other = stack.own('sharing');
    await createPractice(stack.db, { id: other, name: 'Sharing' });
    const as = { authorization: `Bearer ${(await createKey(stack.db, other, 'test')).key}` };
    const bob = someone();
    await stack.control('/inbound', {
      from: bob.phone,
      to: sender.smsFrom,
      text: 'Sorry, wrong number',
    });
    const held = { method: 'sms', addressHash: addressHash(stack.db, bob.phone) };
    await until('it is held', () => stack.db.prisma.suppression.findFirst({ where: held }));
    for (const headers of [{}, as]) {
      const body = { name: 'Ann', role: 'client', methods: ['sms'], phone: bob.phone };
      const { status } = await stack.call('PUT', `/v1/contacts/${bob.id}`, body, headers);
      expect(status).toBe(201);
      const seen = await stack.call<{ channels: { sms: object } }>(
        'GET',
        `/v1/contacts/${bob.id}`,
        undefined,
        headers,
      );
      expect(seen.body.channels.sms).toMatchObject({ state: 'not_sent', doubtful: true });
    }
  });
});

describe('a doubt whose reply the practice does not have', () => {
  const settle = (person: Person, body: object = { reason: 'called: it is theirs' }) =>
    stack.call<{ error?: { code: string } }>(
      'POST',
      `/v1/contacts/${person.id}/consents/sms/settle`,
      body,
    );
  const doubtOf = ({ phone }: Person) =>
    stack.db.prisma.$transaction((sql) => {
      const hash = addressHash(stack.db, phone);
      const at = { practiceId: stack.practiceId, method: 'sms', addressHash: hash } as const;
      return raiseDoubt(stack.db, sql, at, 'deceased', { via: 'sms' });
    });

  it('is settled on any contact who has the number, for all of them, with a reason that is kept', async () => {
    const [ann, bob] = [someone(), someone()];
    bob.phone = ann.phone;
    for (const person of [ann, bob]) await registerWithConsent(stack, person, ['sms']);
    await doubtOf(ann);
    expect((await settle(ann, {})).status).toBe(422);
    await queue(stack, ann, 'one');
    await staysHeld(ann, 'one');
    expect((await settle(bob)).status).toBe(200);
    for (const person of [ann, bob]) expect(await smsOf(person)).not.toHaveProperty('doubtful');
    await arrives(ann, 'one');
    const { body } = await stack.call<{ items: { type: string; fields: object }[] }>(
      'GET',
      `/v1/contacts/${ann.id}/evidence`,
    );
    expect(JSON.stringify(body)).toContain('called: it is theirs');
    expect((await settle(bob)).body.error?.code).toBe('nothing_to_settle');
  });

  it('is not what holds where a reply waits: that is settled itself', async () => {
    const ann = someone();
    const { id } = await doubted(ann);
    expect((await settle(ann)).body.error?.code).toBe('doubtful_stop');
    expect(await smsOf(ann)).toHaveProperty('doubtful');
    await stack.call('POST', `/v1/inbound/${id}/handled`);
    expect((await settle(ann)).status).toBe(200);
    expect(await smsOf(ann)).not.toHaveProperty('doubtful');
  });

  it('that a contact catches up with says why only to a practice that has the reply', async () => {
    const whyOf = async ({ id }: Person) => {
      const { body } = await stack.call<{ items: { type: string; doubt?: string }[] }>(
        'GET',
        `/v1/contacts/${id}/answers`,
      );
      return body.items.filter(({ type }) => type === 'doubted').map(({ doubt }) => doubt);
    };
    const [ann, bob] = [someone(), someone()];
    for (const person of [ann, bob]) {
      await registerWithConsent(stack, person, ['sms']);
      const hash = addressHash(stack.db, person.phone);
      await stack.db.prisma.$transaction((sql) =>
        suppressAddress(sql, stack.practiceId, {
          method: 'sms',
          addressHash: hash,
          kind: 'doubtful',
          reason: 'deceased',
          since: stack.db.clock.now(),
        }),
      );
      if (person === bob)
        await stack.db.prisma.$transaction((sql) =>
          storeReply(stack.db, sql, {
            practiceId: stack.practiceId,
            contactId: undefined,
            from: bob.phone,
            text: 'he died',
            mediaCount: 0,
            addressHash: hash,
            receiverHash: hash,
            meaning: 'doubtful_stop',
            rule: 'death',
            doubtful: true,
            doubt: 'deceased',
            asked: false,
            answered: undefined,
            unanswered: undefined,
            providerStopped: undefined,
            done: false,
          }),
        );
      await queue(stack, person, 'one');
      await until('it follows', async () => (await smsOf(person))?.doubtful === true);
    }
    expect([await whyOf(ann), await whyOf(bob)]).toEqual([[undefined], ['deceased']]);
  });
});

describe('the person settles it', () => {
  it.each(['START', 'YES'])('by %s: what was held leaves, and it is confirmed', async (text) => {
    const ann = someone();
    const item = await doubted(ann);
    await queue(stack, ann, 'two');
    await say(ann, text);
    await arrives(ann, 'two');
    expect(await smsOf(ann)).toEqual(
      expect.not.objectContaining({ doubtful: expect.anything() as unknown }),
    );
    expect((await smsOf(ann))?.state).toBe('accepted');
    const settled = (await inbound(ann)).find(({ id }) => id === item.id);
    expect(settled).toMatchObject({
      handledAt: expect.any(String),
      resolvedAs: text === 'YES' ? 'yes' : 'nothing',
    });
    expect((await contents(stack, ann, 'sms')).join()).toContain('You can get texts from us again');
  });

  it('by STOP, which is a stop', async () => {
    const ann = someone();
    const item = await doubted(ann);
    await say(ann, 'please stop texting me');
    expect(await smsOf(ann)).toMatchObject({ state: 'revoked' });
    expect(await smsOf(ann)).not.toHaveProperty('doubtful');
    expect((await inbound(ann)).find(({ id }) => id === item.id)?.resolvedAs).toBe('stop');
  });

  it('by YES to the request that is open, which accepts it', async () => {
    const ann = someone();
    await asked(ann);
    await say(ann, doubtfulText);
    await say(ann, 'YES');
    await arrives(ann, 'one');
    expect(await smsOf(ann)).toMatchObject({ state: 'accepted' });
    expect(await smsOf(ann)).not.toHaveProperty('doubtful');
  });

  it('by a yes on the page behind the link, for everybody with the number', async () => {
    const [ann, bob] = [someone(), someone()];
    bob.phone = ann.phone;
    await asked(ann);
    await registerWithConsent(stack, bob, ['sms']);
    const [entry] = (await stack.outbox(ann.phone)).filter(isOptIn);
    await say(ann, doubtfulText);
    expect(await smsOf(bob)).toMatchObject({ doubtful: true });
    expect(await decide(linkOf(entry!), 'accept')).toBe(200);
    for (const person of [ann, bob]) expect(await smsOf(person)).not.toHaveProperty('doubtful');
    await arrives(ann, 'one');
  });

  it('on the preferences page, where its link was sent to that number', async () => {
    const ann = someone();
    await asked(ann);
    const [entry] = (await stack.outbox(ann.phone)).filter(isOptIn);
    const link = linkOf(entry!);
    await decide(link, 'accept');
    const thanks = await (await fetch(link)).text();
    const page = new URL(/href="([^"]*\/p\/[\w-]+)/.exec(thanks)![1]!, link);
    await say(ann, doubtfulText);
    expect(await smsOf(ann)).toMatchObject({ state: 'accepted', doubtful: true });
    const body = new URLSearchParams({ again: 'sms' });
    expect((await fetch(page, { method: 'POST', body })).status).toBe(200);
    expect(await smsOf(ann)).toMatchObject({ state: 'accepted' });
    expect(await smsOf(ann)).not.toHaveProperty('doubtful');
  });

  it('by START after a stop in own words, which is confirmed; a START that the provider answers is not', async () => {
    const [ann, bob] = [someone(), someone()];
    for (const person of [ann, bob]) await consented(person);
    for (const text of ['please stop texting me', 'stop texting me', 'START']) await say(ann, text);
    for (const text of ['STOP', 'please stop texting me', 'START']) await say(bob, text);
    const answers = async ({ id }: Person) =>
      (await stack.db.prisma.delivery.findMany({ where: { contactId: id, purpose: 'answer' } }))
        .length;
    // One for the stop, one for START.
    expect(await answers(ann)).toBe(2);
    expect(await answers(bob)).toBe(0);
  });

  it('by a consent obtained elsewhere after it, and not by an older one', async () => {
    const ann = someone();
    await doubted(ann);
    const consent = (obtainedAt: string) =>
      stack.call('POST', `/v1/contacts/${ann.id}/consents`, {
        method: 'sms',
        address: ann.phone,
        source: 'phone',
        obtainedAt,
        evidence: 'called back',
      });
    expect((await consent('2026-01-02T00:00:00Z')).body).toMatchObject({
      applied: false,
      reason: 'older_than_revocation',
    });
    expect(await smsOf(ann)).toHaveProperty('doubtful');
    await new Promise((done) => setTimeout(done, 20));
    const now = new Date(Date.now() + stack.time.offsetMs).toISOString();
    expect((await consent(now)).body).toMatchObject({ applied: true, state: 'accepted' });
    expect(await smsOf(ann)).not.toHaveProperty('doubtful');
  });
});

describe.each([
  ['wrong_person', 'Sorry, wrong number', 'sorry about that'],
  ['deceased', 'My mother passed away last week', 'thank you for telling us'],
] as const)('a doubt of the kind %s', (doubt, text, told) => {
  it('is not settled by a YES, nor by the page: staff read it', async () => {
    const ann = someone();
    await asked(ann);
    const [entry] = (await stack.outbox(ann.phone)).filter(isOptIn);
    expect(await say(ann, text)).toMatchObject({ meaning: 'doubtful_stop', doubt });
    const yes = await say(ann, 'YES');
    expect(yes).toMatchObject({ answered: 'paused' });
    expect(yes).not.toHaveProperty('handledAt');
    await until('it says why, and the number to call', async () =>
      (await contents(stack, ann, 'sms')).find(
        (one) => one.includes('does not count yet') && one.includes(sender.supportPhone),
      ),
    );
    expect(await decide(linkOf(entry!), 'accept')).toBe(410);
    expect(await smsOf(ann)).toMatchObject({ state: 'sent', doubtful: true });
  });

  it.each([
    ['before it', ['hmm', 'HELP', 'HELP', text]],
    ['after it', [text, 'HELP', 'HELP', 'HELP']],
  ])('leaves no YES unanswered, whatever was answered %s', async (_when, texts) => {
    for (const prepare of [asked, consented]) {
      const ann = someone();
      await prepare(ann);
      for (const one of texts) await say(ann, one);
      expect(await say(ann, 'YES')).toMatchObject({ answered: 'paused' });
      // Once: a machine that says it for ever comes to an end.
      expect(await say(ann, 'YES')).toMatchObject({ unanswered: 'said_today' });
    }
  });

  it('is settled by START', async () => {
    const ann = someone();
    await consented(ann);
    const item = await say(ann, text);
    await until('it is answered', async () =>
      (await contents(stack, ann, 'sms')).find((one) => one.includes(told)),
    );
    await say(ann, 'START');
    expect(await smsOf(ann)).not.toHaveProperty('doubtful');
    // Staff read it nonetheless.
    const waiting = await inbound(ann, '&handled=false');
    expect(waiting.map(({ id }) => id)).toEqual([item.id]);
    expect((await resolve(item.id, 'stop')).status).toBe(200);
    expect((await smsOf(ann))?.state).toBe('revoked');
  });
});

describe('staff settle it', () => {
  const as = { 'optgate-actor': 'Dana' };

  it('as a stop: nobody with the number is written to, and nobody who gets it', async () => {
    const [ann, bob] = [someone(), someone()];
    bob.phone = ann.phone;
    const { id } = await doubted(ann);
    const first = await resolve(id, 'stop', as);
    expect(first).toMatchObject({
      status: 200,
      body: { id, resolvedAs: 'stop', resolvedBy: 'Dana', handledAt: expect.any(String) },
    });
    expect(await smsOf(ann)).toMatchObject({ state: 'revoked' });
    await register(stack, bob, ['sms']);
    expect(await smsOf(bob)).toMatchObject({ state: 'revoked' });
    const { body } = await stack.call<{ items: { type: string; fields: object }[] }>(
      'GET',
      `/v1/contacts/${ann.id}/evidence`,
    );
    expect(body.items.at(-1)).toMatchObject({
      type: 'revoked',
      fields: { via: 'staff', by: 'Dana', text: doubtfulText, replyId: id },
    });
    expect((await resolve(id, 'stop')).status).toBe(200);
    expect(await resolve(id, 'nothing')).toMatchObject({
      status: 409,
      body: { error: { code: 'already_resolved' } },
    });
  });

  it('as nothing: what was held leaves, and it can be asked not to let too much go', async () => {
    const ann = someone();
    const { id } = await doubted(ann);
    await queue(stack, ann, 'two', 'three');
    const careful = await resolve(id, 'nothing', { 'optgate-release-at-most': '1' });
    expect(careful).toMatchObject({ status: 409, body: { error: { code: 'releases_many' } } });
    expect(await smsOf(ann)).toHaveProperty('doubtful');
    expect(await resolve(id, 'nothing')).toMatchObject({
      status: 200,
      body: { resolvedAs: 'nothing' },
    });
    await arrives(ann, 'three');
    expect(await inbound(ann, '&handled=false')).toEqual([]);
  });

  it('as nothing on an older reply leaves what came after it, on the newest settles all', async () => {
    const ann = someone();
    const first = await doubted(ann);
    const second = await say(ann, 'sorry, not interested');
    expect(second.meaning).toBe('doubtful_stop');
    await resolve(first.id, 'nothing');
    expect(await smsOf(ann)).toHaveProperty('doubtful');
    const third = await say(ann, doubtfulText);
    await resolve(third.id, 'nothing');
    expect(await smsOf(ann)).not.toHaveProperty('doubtful');
    expect((await inbound(ann)).map(({ resolvedAs }) => resolvedAs)).toEqual([
      'nothing',
      'nothing',
      'nothing',
    ]);
  });

  it.each([
    ['wrong_person', 'Sorry, wrong number', doubtfulText],
    ['deceased', 'My mother passed away last week', 'Sorry, wrong number'],
    ['wrong_person', 'Sorry, wrong number', 'My mother passed away last week'],
    ['unsure', doubtfulText, 'Sorry, wrong number'],
  ])('as nothing on a later reply leaves an earlier %s', async (doubt, earlier, later) => {
    const ann = someone();
    await consented(ann);
    const first = await say(ann, earlier);
    const second = await say(ann, later);
    expect((await resolve(second.id, 'nothing')).status).toBe(200);
    expect(await smsOf(ann)).toMatchObject({ state: 'accepted', doubtful: true });
    const waiting = await inbound(ann, '&handled=false');
    expect(waiting.map(({ id }) => id)).toEqual([first.id]);
    const bar = await activeSuppression(
      stack.db.prisma,
      stack.practiceId,
      'sms',
      addressHash(stack.db, ann.phone),
    );
    expect(bar?.reason).toBe(doubt);
    await queue(stack, ann, 'two');
    await staysHeld(ann, 'two');
    await resolve(first.id, 'nothing');
    await arrives(ann, 'two');
  });

  it('as a yes on a later reply not while an earlier one says that somebody else has the number', async () => {
    const ann = someone();
    await asked(ann);
    const first = await say(ann, 'Sorry, wrong number');
    const second = await say(ann, 'maybe later');
    expect(await resolve(second.id, 'yes')).toMatchObject({
      status: 409,
      body: { error: { code: 'doubtful_stop' } },
    });
    expect(await smsOf(ann)).toMatchObject({ state: 'sent', doubtful: true });
    await resolve(first.id, 'nothing');
    expect((await resolve(second.id, 'yes')).status).toBe(200);
    expect((await smsOf(ann))?.state).toBe('accepted');
  });

  it('as a yes to the one request that was open when it came', async () => {
    const ann = someone();
    await asked(ann);
    const { id } = await say(ann, 'maybe later');
    expect(await resolve(id, 'yes', as)).toMatchObject({
      status: 200,
      body: { resolvedAs: 'yes' },
    });
    await arrives(ann, 'one');
    const { body } = await stack.call<{ items: { type: string; fields: object }[] }>(
      'GET',
      `/v1/contacts/${ann.id}/evidence`,
    );
    expect(body.items.at(-1)).toMatchObject({
      type: 'accepted',
      fields: { via: 'staff', by: 'Dana', text: 'maybe later', textShown: expect.any(String) },
    });
  });

  it('as no yes where nobody is asked, or a later word speaks against it', async () => {
    const [ann, bob] = [someone(), someone()];
    await consented(ann);
    const unasked = await say(ann, 'hello there');
    await asked(bob);
    const older = await say(bob, 'maybe later');
    await say(bob, 'please stop texting me');
    for (const { id } of [unasked, older])
      expect(await resolve(id, 'yes')).toMatchObject({
        status: 409,
        body: { error: { code: 'no_open_request' } },
      });
    expect((await smsOf(bob))?.state).toBe('revoked');
    // It still waits, and can be settled otherwise.
    expect((await resolve(older.id, 'nothing')).status).toBe(200);
    expect((await smsOf(bob))?.state).toBe('revoked');
  });

  it.each<[string, (ann: Person, code: string) => Promise<unknown>]>([
    [
      'whose number was corrected since',
      (ann) => stack.call('PATCH', `/v1/contacts/${ann.id}`, { phone: someone().phone }),
    ],
    ['who agreed since', (ann, code) => say(ann, `YES ${code}`)],
  ])('as no yes of one contact where another was asked too, %s', async (_what, act) => {
    const bob = someone();
    const ann = { ...someone(), phone: bob.phone };
    await asked(bob);
    await register(stack, ann, ['sms']);
    await queue(stack, ann, 'two');
    const [, hers] = await optIns(stack, ann, 2);
    const code = /YES (\d{4})/.exec(hers!.text)![1]!;
    const { id } = await say(ann, 'hello there');
    await act(ann, code);
    expect(await resolve(id, 'yes')).toMatchObject({
      status: 409,
      body: { error: { code: 'no_open_request' } },
    });
    expect((await smsOf(bob))?.state).toBe('sent');
  });

  it('as a stop where the reply was unclear', async () => {
    const ann = someone();
    await consented(ann);
    const { id } = await say(ann, 'leave it');
    expect((await resolve(id, 'stop')).status).toBe(200);
    expect((await smsOf(ann))?.state).toBe('revoked');
  });

  it('not for another practice, not twice over, and not what was plainly understood', async () => {
    const ann = someone();
    const { id } = await doubted(ann);
    const other = stack.own('elsewhere');
    await createPractice(stack.db, { id: other, name: 'Elsewhere' });
    const key = (await createKey(stack.db, other, 'test')).key;
    for (const unknown of [id, 'nonsense', '00000000-0000-7000-8000-000000000000'])
      expect(await resolve(unknown, 'stop', { authorization: `Bearer ${key}` })).toMatchObject({
        status: 404,
      });
    expect((await resolve(id, 'maybe')).status).toBe(422);
    const start = await say(ann, 'START');
    expect(await resolve(start.id, 'stop')).toMatchObject({
      status: 409,
      body: { error: { code: 'not_resolvable' } },
    });
    expect((await smsOf(ann))?.state).toBe('accepted');
  });
});

describe('a word that is older than the last one', () => {
  it('a consent obtained between two doubtful replies ends the doubt of neither', async () => {
    const ann = someone();
    await doubted(ann);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const obtainedAt = new Date(stack.db.clock.now()).toISOString();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await say(ann, doubtfulText);
    const { body } = await stack.call<object>('POST', `/v1/contacts/${ann.id}/consents`, {
      method: 'sms',
      source: 'phone',
      obtainedAt,
      address: ann.phone,
      evidence: 'said so on the phone',
    });
    expect(JSON.stringify(body)).toContain('older_than_revocation');
    expect(await smsOf(ann)).toMatchObject({ doubtful: true });
  });

  it('a reply that staff read as a yes is none after a no on the page', async () => {
    const ann = someone();
    await asked(ann);
    const { id } = await say(ann, 'the blue one');
    const [request] = await optIns(stack, ann, 1);
    await decide(linkOf(request!), 'decline');
    expect((await smsOf(ann))?.state).toBe('declined');
    expect((await resolve(id, 'yes')).status).toBe(409);
    expect((await smsOf(ann))?.state).toBe('declined');
  });

  it('a doubt that comes at the same moment as a stop from a number nobody has does not weaken the stop', async () => {
    const hash = addressHash(stack.db, someone().phone);
    const { prisma } = stack.db;
    const bar = (kind: 'stopped' | 'doubtful', reason: string) => ({
      method: 'sms' as const,
      addressHash: hash,
      kind,
      reason,
      since: stack.db.clock.now(),
    });
    const { practiceId } = stack;
    let doubt: Promise<void> | undefined;
    await prisma.$transaction(async (sql) => {
      await suppressAddress(sql, practiceId, bar('stopped', 'STOP'));
      doubt = prisma.$transaction((other) =>
        suppressAddress(other, practiceId, bar('doubtful', 'unsure')),
      );
      await new Promise((resolve) => setTimeout(resolve, 500));
    });
    await doubt;
    expect(await activeSuppression(prisma, practiceId, 'sms', hash)).toMatchObject({
      kind: 'stopped',
      reason: 'STOP',
    });
  });
});
