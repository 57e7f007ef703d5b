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
import { startStack, until, type Stack } from './harness/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

describe('the main job', () => {
  it('holds content until both acceptances, then lets it go in order, once, on both channels', async () => {
    const ann = someone();
    await register(stack, ann);
    await queue(stack, ann, 'one', 'two');
    const asked = await optIns(stack, ann, 2);
    expect(asked.map(({ channel }) => channel).toSorted()).toEqual(['email', 'sms']);

    await decide(linkOf(asked.find(({ channel }) => channel === 'email')!), 'accept');
    await queue(stack, ann, 'three');
    expect(await lightOf(stack, ann)).toMatchObject({
      light: 'red',
      channels: { email: { state: 'accepted' }, sms: { state: 'sent' } },
    });
    expect((await arrived(stack, ann)).every(isOptIn)).toBe(true);

    await reply(stack, ann, 'Yes');
    await until('all arrived', async () => (await contents(stack, ann, 'sms')).length >= 3);
    await until('all arrived', async () => (await contents(stack, ann, 'email')).length >= 3);
    expect(await lightOf(stack, ann)).toMatchObject({ light: 'green', queued: 0 });
    expect(await contents(stack, ann, 'email')).toEqual(['one', 'two', 'three']);
    expect(await contents(stack, ann, 'sms')).toEqual(['one', 'two', 'three']);

    await queue(stack, ann, 'four');
    await until('the next one', async () => (await contents(stack, ann, 'sms')).length === 4);
    expect((await arrived(stack, ann)).filter(isOptIn)).toHaveLength(2);
  });

  it('takes raw signals of a plain Temporal client, also for a contact that is registered later', async () => {
    const bob = someone();
    const signal = (messageId: string, body: string) =>
      stack.plainClient.workflow.signalWithStart('contact', {
        workflowId: stack.workflowId(bob.id),
        taskQueue: stack.taskQueue,
        signal: 'sendMessage',
        signalArgs: [{ messageId, kind: 'ad_hoc', subject: 'Hello', body }],
      });
    await signal(`${bob.id}-1`, 'first');
    await signal(`${bob.id}-1`, 'first');
    await signal(`${bob.id}-2`, 'second');
    await until('it is known', async () => (await lightOf(stack, bob)).queued === 2);
    expect(await lightOf(stack, bob)).toMatchObject({ light: 'red', reason: 'not_registered' });

    await register(stack, bob);
    await acceptBoth(stack, bob);
    await until('all arrived', async () => (await contents(stack, bob, 'sms')).length >= 2);
    expect(await contents(stack, bob, 'sms')).toEqual(['first', 'second']);
    await until('all arrived', async () => (await contents(stack, bob, 'email')).length >= 2);
    expect(await contents(stack, bob, 'email')).toEqual(['first', 'second']);
  });

  it('keeps raw signals that are invalid, and goes on with the good ones', async () => {
    const eve = someone();
    await register(stack, eve, ['email']);
    const signal = (name: string, ...signalArgs: unknown[]) =>
      stack.plainClient.workflow.signalWithStart('contact', {
        workflowId: stack.workflowId(eve.id),
        taskQueue: stack.taskQueue,
        signal: name,
        signalArgs,
      });
    await signal('sendMessage', 'not an object');
    await signal('sendMessage', { messageId: 'x', kind: 'gossip', body: 'y' });
    await signal('sendMessage');
    await signal('nonsense', 1);
    await signal('acceptChannel', { method: 'email', consentId: 'made up', version: 99 });
    await signal('acceptChannel', null);
    await signal('sendMessage', { messageId: `${eve.id}-1`, kind: 'ad_hoc', body: 'good' });
    await until('the good one is queued', async () => (await lightOf(stack, eve)).queued === 1);
    const rejected = await until('the bad ones are listed', async () => {
      const rows = await stack.db.prisma.rejectedSignal.findMany({ where: { contactId: eve.id } });
      return rows.length === 5 && rows;
    });
    expect(rejected.map(({ reason }) => reason).join()).not.toContain('gossip');
    expect((await lightOf(stack, eve)).channels.email?.state).not.toBe('accepted');
  });

  it('changes nothing on any number of GETs and HEADs of the link', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    await queue(stack, ann, 'secret');
    const [asked] = await optIns(stack, ann, 1);
    await until(
      'it is recorded',
      async () => (await lightOf(stack, ann)).channels.email?.state === 'sent',
    );
    const before = await lightOf(stack, ann);
    for (let visit = 0; visit < 20; visit += 1) {
      const response = await fetch(linkOf(asked!), { method: visit % 2 ? 'GET' : 'HEAD' });
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toBe('no-store');
      await response.text();
    }
    expect(await lightOf(stack, ann)).toEqual(before);
    expect((await arrived(stack, ann)).every(isOptIn)).toBe(true);
  });

  it('needs only the email of a contact that has only email', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    await queue(stack, ann, 'hello');
    const [asked] = await optIns(stack, ann, 1);
    await decide(linkOf(asked!), 'accept');
    await until('it arrived', async () => (await contents(stack, ann, 'email')).length === 1);
    expect((await lightOf(stack, ann)).light).toBe('green');
  });

  it('needs nothing for fax alone', async () => {
    const ann = someone();
    const { status } = await stack.call('PUT', `/v1/contacts/${ann.id}`, {
      name: 'Ann Example',
      role: 'contact',
      methods: ['fax'],
      fax: ann.phone,
    });
    expect(status).toBe(201);
    expect((await lightOf(stack, ann)).light).toBe('green');
    await queue(stack, ann, 'a fax');
    const gateway = `${ann.phone.slice(1)}@fax.example`;
    await until('it arrived', async () => (await stack.outbox(gateway)).length === 1);
  });

  it('shows why an opt-in cannot be sent, and sends it by hand once that is fixed', async () => {
    const ann = someone();
    await stack.call('PUT', `/v1/contacts/${ann.id}`, {
      name: 'Ann Example',
      role: 'client',
      methods: ['email', 'sms'],
      email: ann.email,
    });
    await queue(stack, ann, 'hello');
    await optIns(stack, ann, 1);
    expect(await lightOf(stack, ann)).toMatchObject({
      light: 'red',
      reason: expect.stringContaining('no mobile number') as string,
      channels: { sms: { state: 'failed', reason: 'no mobile number' } },
    });
    const refused = await stack.call('POST', `/v1/contacts/${ann.id}/opt-in`, { methods: ['sms'] });
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'no_address' } } });

    await stack.call('PATCH', `/v1/contacts/${ann.id}`, { phone: ann.phone });
    const asked = await stack.call('POST', `/v1/contacts/${ann.id}/opt-in`, { methods: ['sms'] });
    expect(asked.status).toBe(202);
    const entries = await optIns(stack, ann, 2);
    expect(entries.filter(({ channel }) => channel === 'sms')).toHaveLength(1);
  });

  it('asks by hand once in five minutes and five times a day, and says with 429 when it may be tried again', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    const ask = () => stack.call('POST', `/v1/contacts/${ann.id}/opt-in`, { methods: ['email'] });
    const refusedFor = async (seconds: number): Promise<void> => {
      const refused = await ask();
      expect(refused).toMatchObject({
        status: 429,
        body: { error: { code: 'too_many_requests' } },
      });
      const wait = Number(refused.headers.get('retry-after'));
      // The test itself takes some of that time.
      expect(wait).toBeLessThanOrEqual(seconds);
      expect(wait).toBeGreaterThan(seconds - 60);
    };
    try {
      for (let count = 1; count <= 5; count += 1) {
        expect((await ask()).status).toBe(202);
        await optIns(stack, ann, count);
        await until(
          'it has left',
          async () => (await lightOf(stack, ann)).channels.email?.state === 'sent',
        );
        if (count < 5) await refusedFor(5 * 60);
        stack.time.offsetMs += 5 * 60_000;
      }
      await refusedFor(24 * 3_600 - 25 * 60);
      stack.time.offsetMs += 24 * 3_600_000 - 25 * 60_000;
      expect((await ask()).status).toBe(202);
      await optIns(stack, ann, 6);
    } finally {
      stack.time.offsetMs = 0;
    }
  });

  it('shows that the provider refused an opt-in, and the retry goes out by hand', async () => {
    const ann = someone();
    await stack.control('/faults', { channel: 'email', kind: 'status', status: 422, count: 1 });
    await register(stack, ann, ['email']);
    await queue(stack, ann, 'hello');
    await until('the reason', async () =>
      (await lightOf(stack, ann)).reason?.includes('the provider refused'),
    );
    expect((await lightOf(stack, ann)).channels.email).toMatchObject({ state: 'failed' });
    const asked = await stack.call('POST', `/v1/contacts/${ann.id}/opt-in`);
    expect(asked.status).toBe(202);
    await optIns(stack, ann, 1);
  });

  it('declines, and opens when the person changes their mind', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    await queue(stack, ann, 'hello');
    const [asked] = await optIns(stack, ann, 1);
    await decide(linkOf(asked!), 'decline');
    expect((await lightOf(stack, ann)).channels.email?.state).toBe('declined');
    expect(await contents(stack, ann, 'email')).toEqual([]);
    await decide(linkOf(asked!), 'accept');
    await until('it arrived', async () => (await contents(stack, ann, 'email')).length === 1);
  });

  it('stops at STOP, and asks again after START', async () => {
    const ann = someone();
    await register(stack, ann);
    await queue(stack, ann, 'one');
    await acceptBoth(stack, ann);
    await until('one arrived', async () => (await contents(stack, ann, 'sms')).length === 1);
    await reply(stack, ann, 'STOP');
    await until('red', async () => (await lightOf(stack, ann)).light === 'red');
    await queue(stack, ann, 'two');
    await until('by email', async () => (await contents(stack, ann, 'email')).length === 2);
    expect(await contents(stack, ann, 'sms')).toEqual(['one']);
    const { body } = await stack.call<{
      items: { deliveries: { method: string; waitingFor?: string }[] }[];
    }>('GET', `/v1/contacts/${ann.id}/messages`);
    expect(body.items[1]?.deliveries.find(({ method }) => method === 'sms')).toMatchObject({
      status: 'queued',
      waitingFor: 'consent:sms',
    });
    expect(
      await stack.call('POST', `/v1/contacts/${ann.id}/opt-in`, { methods: ['sms'] }),
    ).toMatchObject({ status: 409, body: { error: { code: 'revoked' } } });

    await reply(stack, ann, 'START');
    await optIns(stack, ann, 3);
    await reply(stack, ann, 'yes');
    await until('two by sms', async () => (await contents(stack, ann, 'sms')).length === 2);
  });

  it('sends nothing that is past its time when the yes comes', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    await stack.call('POST', `/v1/contacts/${ann.id}/messages`, [
      {
        kind: 'appointment_reminder',
        subject: 'r',
        body: 'too late',
        eventAt: new Date(Date.now() + 1_500).toISOString(),
      },
      { kind: 'ad_hoc', subject: 'a', body: 'still good' },
    ]);
    const [asked] = await optIns(stack, ann, 1);
    await until('the appointment has begun', async () => {
      const { body } = await stack.call<{ items: { status: string }[] }>(
        'GET',
        `/v1/contacts/${ann.id}/messages`,
      );
      return body.items[0]?.status === 'expired';
    });
    await decide(linkOf(asked!), 'accept');
    await until(
      'the other arrived',
      async () => (await contents(stack, ann, 'email')).length === 1,
    );
    expect(await contents(stack, ann, 'email')).toEqual(['still good']);
  });

  it('learns of deliveries by signed webhooks', async () => {
    const ann = someone();
    await register(stack, ann);
    await queue(stack, ann, 'hello');
    await acceptBoth(stack, ann);
    await until('delivered', async () => {
      const { body } = await stack.call<{ items: { status: string }[] }>(
        'GET',
        `/v1/contacts/${ann.id}/messages`,
      );
      return body.items[0]?.status === 'delivered';
    });
  });
});
