import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  acceptBoth,
  arrived,
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
} from './harness/people.ts';
import { testIdentity } from './harness/service.ts';
import { passedOn } from './harness/signed-webhooks.ts';
import { startStack, until, type Stack } from './harness/stack.ts';
import { applyReply } from '../src/features/replies/sms-reply.ts';
import { lockContact } from '../src/record/consent/contact-lock.ts';
import { createKey, createPractice } from '../src/record/practices/practice-store.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

const noFaults = async () => {
  await fetch(`${stack.sandbox.url}/faults`, { method: 'DELETE' });
};

async function statuses(id: string): Promise<string[]> {
  const { body } = await stack.call<{ items: { status: string }[] }>(
    'GET',
    `/v1/contacts/${id}/messages?limit=200`,
  );
  return body.items.map(({ status }) => status);
}

describe('a stop', () => {
  it('that was committed while a YES waited for the lock is not undone by it', async () => {
    const ann = someone();
    await register(stack, ann, ['sms']);
    await queue(stack, ann, 'secret');
    await optIns(stack, ann, 1);
    await until(
      'it is recorded',
      async () => (await lightOf(stack, ann)).channels.sms?.state === 'sent',
    );
    const from = { ...passedOn, from: ann.phone, to: '+12025550100' };
    const say = (text: string, id: string) =>
      stack.db.prisma.$transaction((sql) =>
        applyReply(stack.db, sql, { ...from, text, providerId: id }, {}),
      );

    let yes: Promise<unknown> = Promise.resolve();
    await stack.db.prisma.$transaction(async (sql) => {
      await lockContact(sql, { practiceId: stack.practiceId, contactId: ann.id });
      // The YES finds its open request, then waits for this transaction, in which the STOP is applied.
      yes = say('YES', 'race-yes');
      await until('the YES waits', async () => {
        const rows = await stack.db.prisma.$queryRaw<object[]>`
          SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
        return rows.length > 0;
      });
      await applyReply(stack.db, sql, { ...from, text: 'STOP', providerId: 'race-stop' }, {});
    });
    await yes;
    expect((await lightOf(stack, ann)).channels.sms?.state).toBe('revoked');
    // The STOP may be answered; what was held may not follow.
    const texts = await contents(stack, ann, 'sms');
    expect(texts.filter((text) => !text.includes('you are unsubscribed'))).toEqual([]);
  });

  it('that is in doubt holds, though the stop before it ends only at the same moment', async () => {
    const ann = someone();
    await register(stack, ann, ['sms']);
    const say = (text: string) => ({
      ...passedOn,
      from: ann.phone,
      to: '+12025550100',
      text,
      providerId: `${text}-${ann.id}`,
    });
    await stack.db.prisma.$transaction((sql) => applyReply(stack.db, sql, say('STOP'), {}));
    const doubt = await stack.db.prisma.$transaction(async (sql) => {
      await applyReply(stack.db, sql, say('START'), {});
      let [pid, isOver] = [0, false];
      const applied = stack.db.prisma
        .$transaction(async (other) => {
          const [row] = await other.$queryRaw<[{ pid: number }]>`SELECT pg_backend_pid() AS pid`;
          ({ pid } = row);
          await applyReply(stack.db, other, say('not interested'), {});
        })
        .finally(() => (isOver = true));
      await until('it waits, or is over', async () => {
        const rows = await stack.db.prisma.$queryRaw<object[]>`
          SELECT 1 FROM pg_stat_activity WHERE pid = ${pid}::int AND wait_event_type = 'Lock'`;
        return isOver || rows.length > 0;
      });
      return { applied };
    });
    await doubt.applied;
    expect((await lightOf(stack, ann)).channels.sms).toMatchObject({
      state: 'not_sent',
      doubtful: true,
    });
  });

  it('that passes a registration of the same number unseen still bars it', async () => {
    const ann = someone();
    await stack.db.prisma.$transaction(async (sql) => {
      // Not committed yet while the contact is registered …
      const stop = { from: ann.phone, to: '+12025550100', text: 'STOP', ...passedOn };
      await applyReply(stack.db, sql, { ...stop, providerId: `unseen-${ann.id}` }, {});
      await register(stack, ann, ['sms']);
    });
    // … and committed before anything is due.
    await queue(stack, ann, 'secret');
    await until(
      'it is red for it',
      async () => (await lightOf(stack, ann)).channels.sms?.state === 'revoked',
    );
    expect(await arrived(stack, ann)).toEqual([]);
  });

  it('to one of two contacts with the number means no SMS to either, and email to both goes on', async () => {
    const [ann, bob] = [someone(), someone()];
    bob.phone = ann.phone;
    for (const person of [ann, bob]) {
      await register(stack, person);
      await queue(stack, person, 'one');
    }
    const asked = await until('all are asked', async () => {
      const entries = (await stack.outbox()).filter(
        (e) => [ann.email, bob.email, ann.phone].includes(e.to) && isOptIn(e),
      );
      return entries.length === 4 && entries;
    });
    for (const entry of asked) await decide(linkOf(entry), 'accept');
    await until(
      'both are green',
      async () =>
        (await lightOf(stack, ann)).light === 'green' &&
        (await lightOf(stack, bob)).light === 'green',
    );
    await until('both got one', async () => (await contents(stack, ann, 'sms')).length === 2);
    await reply(stack, ann, 'STOP');
    await until(
      'both are red',
      async () =>
        (await lightOf(stack, ann)).light === 'red' && (await lightOf(stack, bob)).light === 'red',
    );
    for (const person of [ann, bob]) await queue(stack, person, 'two');
    for (const person of [ann, bob])
      await until('by email', async () => (await contents(stack, person, 'email')).length === 2);
    expect(await contents(stack, ann, 'sms')).toEqual(['one', 'one']);
  });

  it('in mid-drain stops the rest, and its acknowledgement waits for the call under way', async () => {
    const ann = someone();
    await register(stack, ann, ['sms']);
    await queue(stack, ann, ...Array.from({ length: 60 }, (_, n) => `text ${n}`));
    await optIns(stack, ann, 1);
    await stack.control('/faults', { channel: 'sms', kind: 'delay', delayMs: 60 });
    await reply(stack, ann, 'YES');
    await until(
      'the drain is on its way',
      async () => (await contents(stack, ann, 'sms')).length >= 5,
    );
    await reply(stack, ann, 'STOP');
    await until('it is red', async () => (await lightOf(stack, ann)).light === 'red');
    const after = await contents(stack, ann, 'sms');
    await noFaults();
    expect(after.length).toBeLessThan(60);
    // Whatever was under way has ended; nothing more begins.
    await until('nothing is under way', async () => !(await statuses(ann.id)).includes('sending'));
    const settled = await contents(stack, ann, 'sms');
    expect(settled.length - after.length).toBeLessThanOrEqual(1);
    const ended = await statuses(ann.id);
    const count = (of: string): number => ended.filter((status) => status === of).length;
    // One that was called while the provider itself had just stopped the number is refused there.
    expect(count('failed')).toBeLessThanOrEqual(1);
    const others = ended.filter((status) => !['queued', 'failed'].includes(status));
    expect(others).toHaveLength(settled.length);
  });
});

describe('an email call without an answer', () => {
  it.each([
    [
      'is slower than the limit, and its repeat hears that it is still under way',
      { kind: 'delay', delayMs: 12_000, count: 1 },
    ],
    [
      'is accepted and then cut off, and its repeat is throttled',
      { kind: 'accept_then_drop', count: 1 },
    ],
  ])(
    '%s: the recipient gets it once',
    async (_what, fault) => {
      const ann = someone();
      await register(stack, ann, ['email']);
      await queue(stack, ann, 'first');
      const [asked] = await optIns(stack, ann, 1);
      await decide(linkOf(asked!), 'accept');
      await until('first', async () => (await contents(stack, ann, 'email')).length === 1);
      await stack.control('/faults', { channel: 'email', kind: 'lose_webhook' });
      await stack.control('/faults', { channel: 'email', ...fault });
      await queue(stack, ann, 'once');
      await until(
        'the first call was taken',
        async () => (await contents(stack, ann, 'email')).length === 2,
      );
      // Only now: the answer to the repeat must not make the service split the batch.
      await stack.control('/faults', {
        channel: 'email',
        kind: 'status',
        status: 429,
        retryAfterSeconds: 1,
        count: 1,
      });
      await until('it is settled', async () => (await statuses(ann.id))[1] === 'sent', 60_000);
      await noFaults();
      expect(await contents(stack, ann, 'email')).toEqual(['first', 'once']);
    },
    90_000,
  );

  it('is not repeated to an address that was corrected meanwhile', async () => {
    const ann = someone();
    const wrong = { ...ann, email: `wrong-${ann.email}` };
    await register(stack, wrong, ['email']);
    await queue(stack, wrong, 'private');
    const [asked] = await optIns(stack, wrong, 1);
    await stack.control('/faults', { channel: 'email', kind: 'status', status: 500, count: 1 });
    await decide(linkOf(asked!), 'accept');
    await until('the first call has failed', async () => {
      const { body } = await stack.call<{ items: { deliveries: { reason?: string }[] }[] }>(
        'GET',
        `/v1/contacts/${ann.id}/messages`,
      );
      return body.items[0]?.deliveries[0]?.reason?.includes('no clear answer');
    });
    await register(stack, ann, ['email']);
    await until('it is given up', async () => (await statuses(ann.id))[0] === 'unknown', 60_000);
    expect(await contents(stack, wrong, 'email')).toEqual([]);
  });
});

describe('practices that share the service’s own number', () => {
  it('are not opened by one bare YES, and learn nothing of each other', async () => {
    const shared = await startStack({ settings: { sender: { emailFrom: 'a@practice.example' } } });
    try {
      const second = shared.own('second');
      await createPractice(shared.db, {
        id: second,
        name: 'Second',
        settings: {
          quietHours: null,
          sender: { ...testIdentity, emailFrom: 'b@practice.example' },
        },
      });
      const key = (await createKey(shared.db, second, 'test')).key;
      const ann = someone();
      const as = { authorization: `Bearer ${key}` };
      await register(shared, ann, ['sms']);
      await shared.call(
        'PUT',
        `/v1/contacts/${ann.id}`,
        { name: 'B', role: 'client', methods: ['sms'], phone: ann.phone },
        as,
      );
      await queue(shared, ann, 'from the first');
      await shared.call(
        'POST',
        `/v1/contacts/${ann.id}/messages`,
        { kind: 'ad_hoc', body: 'from the second' },
        as,
      );
      const asked = await optIns(shared, ann, 2);
      await reply(shared, ann, 'yes');
      await until('it is kept', async () => (await shared.db.prisma.inboundMessage.count()) > 0);
      // The person is asked for the code; nothing that was held has left.
      const held = async (): Promise<string[]> =>
        (await contents(shared, ann, 'sms')).filter((text) => !text.includes('4-digit code'));
      expect(await held()).toEqual([]);
      const coded = asked
        .map(({ text }) => /YES (\d{4})/.exec(text)?.[1])
        .filter((code) => code !== undefined);
      expect(coded.length).toBeGreaterThan(0);
      await reply(shared, ann, `YES ${coded[0]}`);
      await until('one is open', async () => (await held()).length === 1);
      const stranger = someone();
      await reply(shared, { ...stranger }, 'is my test positive?').catch(() => undefined);
      expect(
        await shared.db.prisma.inboundMessage.count({
          where: { practiceId: { in: [second] }, meaning: 'unclear' },
        }),
      ).toBe(0);
    } finally {
      await shared.stop();
    }
  });
});

describe('signals that would wedge a contact', () => {
  it('are kept as rejected, and the good ones behind them arrive', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    const signal = (payload: unknown) =>
      stack.plainClient.workflow.signalWithStart('contact', {
        workflowId: stack.workflowId(ann.id),
        taskQueue: stack.taskQueue,
        signal: 'sendMessage',
        signalArgs: [payload],
      });
    const good = { kind: 'ad_hoc', subject: 's', body: 'b' };
    const poison = [
      { ...good, messageId: 'p1', about: 'a\u0000b' },
      { ...good, messageId: 'p2', eventAt: '2027-12-31T23:59:60Z' },
      { ...good, messageId: 'p3', eventAt: '0000-01-01T00:00:00Z' },
      { undecodable: 'x\u0000y' },
      { ...good, messageId: 'p4', body: 'x'.repeat(1_800_000) },
      { ...good, messageId: 'p5', body: 'x'.repeat(40_000) },
    ];
    for (const payload of poison) await signal(payload);
    await signal({ ...good, messageId: `${ann.id}-good` });
    await until('the good one is queued', async () => (await lightOf(stack, ann)).queued === 1);
    const rejected = await stack.db.prisma.rejectedSignal.count({ where: { contactId: ann.id } });
    expect(rejected).toBe(poison.length);
  });

  it('of an undecodable encoding too', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    const service = stack.client.workflowService;
    const broken = [
      {
        metadata: {
          encoding: Buffer.from('binary/optgate-aes256gcm'),
          'key-id': Buffer.from('gone'),
        },
        data: Buffer.from('x'),
      },
      {
        metadata: {
          encoding: Buffer.from('binary/optgate-aes256gcm'),
          'key-id': Buffer.from('test'),
        },
        data: Buffer.from('x'),
      },
      { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('{"broken') },
      { metadata: { encoding: Buffer.from('nonsense') }, data: Buffer.from('x') },
      { metadata: {}, data: Buffer.alloc(0) },
    ];
    for (const [index, payload] of broken.entries())
      await service.signalWorkflowExecution({
        namespace: 'default',
        workflowExecution: { workflowId: stack.workflowId(ann.id) },
        signalName: 'sendMessage',
        input: { payloads: [payload] },
        requestId: `broken-${ann.id}-${index}`,
      });
    await queue(stack, ann, 'good');
    await optIns(stack, ann, 1);
    await until(
      'the broken ones are kept',
      async () =>
        (await stack.db.prisma.rejectedSignal.count({ where: { contactId: ann.id } })) ===
        broken.length,
    );
  });

  it('lose nothing that arrives while an unknown contact is looked at', async () => {
    const ids = Array.from({ length: 10 }, () => someone().id);
    await Promise.all(
      ids.map(async (id) => {
        const handle = await stack.client.workflow.start('contact', {
          workflowId: stack.workflowId(id),
          taskQueue: stack.taskQueue,
          args: [],
        });
        await handle
          .signal('sendMessage', { messageId: `late-${id}`, kind: 'ad_hoc', body: 'x' })
          .catch(() =>
            stack.client.workflow.signalWithStart('contact', {
              workflowId: stack.workflowId(id),
              taskQueue: stack.taskQueue,
              signal: 'sendMessage',
              signalArgs: [{ messageId: `late-${id}`, kind: 'ad_hoc', body: 'x' }],
            }),
          );
      }),
    );
    await until(
      'all are stored',
      async () =>
        (await stack.db.prisma.message.count({
          where: { id: { in: ids.map((id) => `late-${id}`) } },
        })) === ids.length,
    );
  });

  it('refuse a sendOptIn that makes no sense, without touching the workflow', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    const handle = stack.client.workflow.getHandle(stack.workflowId(ann.id));
    for (const args of [[{ methods: ['fax'] }], [[]], [7]] as unknown[][])
      await expect(handle.executeUpdate('sendOptIn', { args: args as [] })).rejects.toThrow(/\S/);
    expect(await handle.executeUpdate<unknown, [object]>('sendOptIn', { args: [{}] })).toEqual({
      email: 'queued',
    });
  });
});

describe('an opt-in', () => {
  it('that the provider takes and then reports as failed shows why', async () => {
    const ann = someone();
    const failing = { ...ann, email: `${ann.id}@failed.example` };
    await register(stack, failing, ['email']);
    await queue(stack, failing, 'hello');
    await until(
      'the reason',
      async () => (await lightOf(stack, ann)).channels.email?.state === 'failed',
    );
    expect((await lightOf(stack, ann)).channels.email?.reason).toBeTruthy();
  });
});

describe('two acceptances at the same moment', () => {
  it('never leave a green contact with something queued', async () => {
    for (let round = 0; round < 5; round += 1) {
      const ann = someone();
      await register(stack, ann);
      await queue(stack, ann, 'hello');
      const asked = await optIns(stack, ann, 2);
      await Promise.all(asked.map((entry) => decide(linkOf(entry), 'accept')));
      await until('it arrived', async () => (await contents(stack, ann, 'sms')).length === 1);
      await until('it arrived', async () => (await contents(stack, ann, 'email')).length === 1);
    }
  });
});

describe('superseding', () => {
  it('holds for messages that came before the contact was registered', async () => {
    const ann = someone();
    for (const payload of [
      { messageId: `${ann.id}-old`, kind: 'ad_hoc', body: 'old' },
      { messageId: `${ann.id}-new`, kind: 'ad_hoc', body: 'new', supersedes: `${ann.id}-old` },
    ])
      await stack.plainClient.workflow.signalWithStart('contact', {
        workflowId: stack.workflowId(ann.id),
        taskQueue: stack.taskQueue,
        signal: 'sendMessage',
        signalArgs: [payload],
      });
    await until('both are stored', async () => (await lightOf(stack, ann)).queued === 2);
    await register(stack, ann);
    await acceptBoth(stack, ann);
    await until('it arrived', async () => (await contents(stack, ann, 'sms')).length >= 1);
    expect(await contents(stack, ann, 'sms')).toEqual(['new']);
  });
});
