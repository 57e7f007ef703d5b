import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  contents,
  greenPeople,
  lightOf,
  optIns,
  queue,
  register,
  reply,
  someone,
  type Person,
} from './harness/people.ts';
import { startStack, until, type Stack } from './harness/stack.ts';
import { storeMessages } from '../src/record/messages/message-store.ts';
import { startSweeper } from '../src/delivery/sweeper.ts';
import { pino } from 'pino';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

async function historyLength(workflowId: string): Promise<number> {
  const description = await stack.client.workflow.getHandle(workflowId).describe();
  return description.historyLength;
}

describe('the dispatcher', () => {
  it('sends what is due of many green contacts in batches, at most one event a message', async () => {
    const people = await greenPeople(stack, 200, ['email', 'sms']);
    const before = await settled(people);
    const sendAt = new Date(Date.now() + 2_000).toISOString();
    const stored = await stack.call(
      'POST',
      '/v1/messages',
      people.map(({ id }) => ({
        contactId: id,
        kind: 'ad_hoc',
        subject: 's',
        body: `for ${id}`,
        sendAt,
      })),
    );
    expect(stored.status).toBe(202);
    await until(
      'all arrived',
      async () => {
        const texts = (await stack.outbox()).filter(({ text }) => text.includes('for '));
        return texts.length === 2 * people.length;
      },
      60_000,
    );
    const events = (await total(people)) - before;
    expect(events).toBeLessThanOrEqual(people.length);
    const texts = (await stack.outbox()).map(({ to, text }) => `${to} ${text}`);
    expect(new Set(texts).size).toBe(texts.length);
  }, 240_000);

  async function total(people: readonly Person[]): Promise<number> {
    const ids = [...people.map(({ id }) => stack.workflowId(id)), `dispatch/${stack.practiceId}`];
    let events = 0;
    for (const id of ids) events += await historyLength(id).catch(() => 0);
    return events;
  }

  /** Signals about the consents may still be on their way: they are not what a message costs. */
  async function settled(people: readonly Person[]): Promise<number> {
    let last = -1;
    return until(
      'all is quiet',
      async () => {
        const now = await total(people);
        const quiet = now === last;
        last = now;
        return quiet && now;
      },
      60_000,
    );
  }

  it('does not overtake a contact whose own drain is still running', async () => {
    const ann = someone();
    await register(stack, ann, ['sms']);
    const first = Array.from({ length: 50 }, (_, n) => `text ${n}`);
    await queue(stack, ann, ...first);
    await optIns(stack, ann, 1);
    await stack.control('/faults', { channel: 'sms', kind: 'delay', delayMs: 20 });
    await reply(stack, ann, 'YES');
    const more: string[] = [];
    await until('it drains', async () => (await contents(stack, ann, 'sms')).length > 0);
    for (let n = 50; n < 70; n += 1) {
      more.push(`text ${n}`);
      await queue(stack, ann, `text ${n}`);
    }
    await until(
      'all arrived',
      async () => (await contents(stack, ann, 'sms')).length === 70,
      60_000,
    );
    await fetch(`${stack.sandbox.url}/faults`, { method: 'DELETE' });
    expect(await contents(stack, ann, 'sms')).toEqual([...first, ...more]);
  });

  it('keeps one order when messages come at once from many sides', async () => {
    const [ann] = await greenPeople(stack, 1, ['sms']);
    await Promise.all(Array.from({ length: 30 }, (_, n) => queue(stack, ann!, `at once ${n}`)));
    await until(
      'all arrived',
      async () => (await contents(stack, ann!, 'sms')).length === 30,
      60_000,
    );
    const { body } = await stack.call<{ items: { id: string }[] }>(
      'GET',
      `/v1/contacts/${ann!.id}/messages?limit=200`,
    );
    const rows = await stack.db.prisma.delivery.findMany({
      where: { contactId: ann!.id, method: 'sms', purpose: 'content' },
      orderBy: { claimedAt: 'asc' },
      select: { messageId: true },
    });
    expect(rows.map(({ messageId }) => messageId)).toEqual(body.items.map(({ id }) => id));
  });
});

describe('the sweeper', () => {
  it('finds what was committed and never signalled, for red and for green contacts', async () => {
    const [bob] = await greenPeople(stack, 1);
    const ann = someone();
    await register(stack, ann, ['email']);
    await until('its workflow sleeps', async () => (await lightOf(stack, ann)).light === 'red');
    for (const { id } of [ann, bob!])
      // The API dies between its commit and its signal.
      await stack.db.prisma.$transaction((sql) =>
        storeMessages(
          stack.db,
          sql,
          stack.practiceId,
          [
            {
              contactId: id,
              input: { id: `lost-${id}`, kind: 'ad_hoc', subject: 's', body: 'found' },
            },
          ],
          { source: 'http', unknownContacts: 'refuse' },
        ),
      );
    stack.time.offsetMs += 60_000;
    const sweeper = startSweeper({
      db: stack.db,
      workflows: stack.workflows,
      logger: pino({ level: 'silent' }),
      everyMs: 100,
    });
    try {
      await optIns(stack, ann, 1);
      await until('the green one', async () =>
        (await contents(stack, bob!, 'email')).includes('found'),
      );
    } finally {
      await sweeper.stop();
    }
  });
});

describe('a message', () => {
  it('is changed and cancelled until it is claimed', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    for (const id of ['changed', 'cancelled'])
      await stack.call('POST', `/v1/contacts/${ann.id}/messages`, {
        id: `${id}-${ann.id}`,
        kind: 'ad_hoc',
        subject: 's',
        body: 'old',
      });
    const patched = await stack.call('PATCH', `/v1/messages/changed-${ann.id}`, { body: 'new' });
    expect(patched).toMatchObject({ status: 200, body: { status: 'queued' } });
    for (let again = 0; again < 2; again += 1)
      expect(await stack.call('DELETE', `/v1/messages/cancelled-${ann.id}`)).toMatchObject({
        status: 200,
        body: { status: 'cancelled' },
      });
    await stack.call('POST', `/v1/contacts/${ann.id}/consents`, {
      method: 'email',
      address: ann.email,
      source: 'phone',
      obtainedAt: new Date(Date.now() - 1_000).toISOString(),
      evidence: 'call',
    });
    await until('it arrived', async () => (await contents(stack, ann, 'email')).length === 1);
    expect(await contents(stack, ann, 'email')).toEqual(['new']);
    expect(
      await stack.call('PATCH', `/v1/messages/changed-${ann.id}`, { body: 'late' }),
    ).toMatchObject({ status: 409, body: { error: { code: 'message_claimed' } } });
    expect(await stack.call('DELETE', `/v1/messages/changed-${ann.id}`)).toMatchObject({
      status: 409,
    });
    expect(await stack.call('POST', `/v1/messages/changed-${ann.id}/retry`)).toMatchObject({
      status: 409,
      body: { error: { code: 'nothing_to_retry' } },
    });
  });

  it('is sent again after a failure; after an unknown outcome only when confirmed', async () => {
    const [ann] = await greenPeople(stack, 1, ['sms']);
    const send = async (body: string, fault: object): Promise<string> => {
      await stack.control('/faults', { channel: 'sms', count: 1, ...fault });
      const { body: stored } = await stack.call<{ messages: { id: string }[] }>(
        'POST',
        `/v1/contacts/${ann!.id}/messages`,
        { kind: 'ad_hoc', body },
      );
      return stored.messages[0]!.id;
    };
    const statusOf = async (id: string) =>
      (await stack.call<{ status: string }>('GET', `/v1/messages/${id}`)).body.status;
    const failed = await send('refused', { kind: 'status', status: 400 });
    await until('failed', async () => (await statusOf(failed)) === 'failed');
    expect((await stack.call('POST', `/v1/messages/${failed}/retry`)).status).toBe(202);
    await until('it arrived', async () => (await contents(stack, ann!, 'sms')).includes('refused'));

    await stack.control('/faults', { channel: 'sms', kind: 'lose_webhook', count: 10 });
    const unknown = await send('perhaps', { kind: 'accept_then_drop' });
    await until('unknown', async () => (await statusOf(unknown)) === 'unknown');
    expect(await stack.call('POST', `/v1/messages/${unknown}/retry`)).toMatchObject({
      status: 409,
      body: { error: { code: 'confirmation_needed' } },
    });
    expect(
      (await stack.call('POST', `/v1/messages/${unknown}/retry`, { confirm: true })).status,
    ).toBe(202);
    await until(
      'again',
      async () =>
        (await contents(stack, ann!, 'sms')).filter((text) => text === 'perhaps').length === 2,
    );
    await fetch(`${stack.sandbox.url}/faults`, { method: 'DELETE' });
  });
});

describe('consent from elsewhere', () => {
  it('counts for today’s address only, and not when it is older than a stop', async () => {
    const ann = someone();
    await register(stack, ann, ['sms']);
    const consent = (address: string, obtainedAt: string) =>
      stack.call<{ applied: boolean; reason?: string }>('POST', `/v1/contacts/${ann.id}/consents`, {
        method: 'sms',
        address,
        source: 'paper',
        obtainedAt,
        evidence: 'form 7',
      });
    expect((await consent('+12025550155', '2026-01-01T00:00:00Z')).body).toMatchObject({
      applied: false,
      reason: 'other_address',
    });
    expect((await consent(ann.phone, '2026-01-01T00:00:00Z')).body).toMatchObject({
      applied: true,
    });
    expect((await lightOf(stack, ann)).light).toBe('green');
    const revoked = await stack.call('DELETE', `/v1/contacts/${ann.id}/consents/sms`);
    expect(revoked).toMatchObject({
      status: 200,
      body: { light: 'red', channels: { sms: { state: 'revoked' } } },
    });
    expect((await consent(ann.phone, '2026-01-01T00:00:00Z')).body).toMatchObject({
      applied: false,
      reason: 'older_than_revocation',
    });
    const { body } = await stack.call<{ intact: boolean; items: { type: string }[] }>(
      'GET',
      `/v1/contacts/${ann.id}/evidence`,
    );
    expect(body.intact).toBe(true);
    expect(body.items.filter(({ type }) => type === 'consented_elsewhere')).toHaveLength(3);
  });

  it('and a waiver: the channel no longer holds the others, and carries nothing', async () => {
    const ann = someone();
    await register(stack, ann);
    await queue(stack, ann, 'hello');
    await stack.call('POST', `/v1/contacts/${ann.id}/consents`, {
      method: 'email',
      address: ann.email,
      source: 'phone',
      obtainedAt: new Date(Date.now() - 1_000).toISOString(),
      evidence: 'call',
    });
    expect((await lightOf(stack, ann)).light).toBe('red');
    const waived = await stack.call('POST', `/v1/contacts/${ann.id}/waivers`, {
      method: 'sms',
      reason: 'a landline',
    });
    expect(waived).toMatchObject({ status: 200, body: { light: 'green' } });
    await until('by email', async () => (await contents(stack, ann, 'email')).length === 1);
    const { body } = await stack.call<{ items: { deliveries: object[] }[] }>(
      'GET',
      `/v1/contacts/${ann.id}/messages`,
    );
    expect(body.items[0]?.deliveries).toContainEqual(
      expect.objectContaining({ method: 'sms', status: 'suppressed', reason: 'channel_waived' }),
    );
  });
});
