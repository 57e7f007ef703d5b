import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { pino } from 'pino';
import { Webhook } from 'standardwebhooks';
import {
  addEndpoint,
  contactsOf,
  ended,
  endpointOf,
  failed,
  happen,
  toldWithinMs,
  workflowIdOf,
  type Endpoint,
} from '../harness/endpoints.ts';
import { moveWorkflow } from '../harness/moved-time.ts';
import { acceptBoth, queue, register, someone } from '../harness/people.ts';
import { startReceiver, type Receiver } from '../harness/receiver.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';
import { createKey, createPractice } from '../../src/record/practices/practice-store.ts';
import { readEndpoint } from '../../src/features/events/webhook-endpoint-store.ts';
import {
  nextEvents,
  noteFailure,
  noteSuccess,
} from '../../src/features/events/webhook-progress.ts';
import { limits } from '../../src/core/limits.ts';
import type { Event } from '../../src/core/event.ts';
import { startEventWaker } from '../../src/features/events/event-waker.ts';
import { buildApp } from '../../src/main/app.ts';

let stack: Stack;
let waker: ReturnType<typeof startEventWaker>;
let receiver: Receiver;

beforeAll(async () => {
  stack = await startStack();
  const { db, workflows } = stack;
  waker = startEventWaker({ db, workflows, logger: pino({ level: 'silent' }), everyMs: 100 });
});
afterAll(async () => {
  await waker.stop();
  await stack.stop();
});
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(async () => {
  await receiver.stop();
  stack.time.offsetMs = 0;
  const { body } = await stack.call<{ items: Endpoint[] }>('GET', '/v1/webhook-endpoints');
  for (const { id } of body.items) await stack.call('DELETE', `/v1/webhook-endpoints/${id}`);
});

const post = <T = Record<string, unknown>>(endpoint: Endpoint, what: string) =>
  stack.call<T>('POST', `/v1/webhook-endpoints/${endpoint.id}/${what}`);
const patch = (endpoint: Endpoint, body: object) =>
  stack.call<Endpoint>('PATCH', `/v1/webhook-endpoints/${endpoint.id}`, body);
const received = (count: number) =>
  until(`${count} calls`, () => receiver.calls.length >= count && receiver.calls, toldWithinMs);

describe('an endpoint', () => {
  it('gets the feed’s events, signed, in order, from its creation on', async () => {
    const [before] = await happen(stack, 1);
    const endpoint = await addEndpoint(stack, receiver.url);
    expect(endpoint.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const ann = someone();
    await register(stack, ann);
    await queue(stack, ann, 'about your appointment');
    await acceptBoth(stack, ann);
    await until(
      'all was delivered',
      () =>
        ['email', 'sms'].every((method) =>
          receiver.calls.some(
            ({ event }) => event.type === 'message.delivered' && event.data.method === method,
          ),
        ),
      toldWithinMs,
    );
    for (const call of receiver.calls) {
      expect(receiver.verify(call, endpoint.secret)).toEqual(call.event);
      expect(call.headers['webhook-id']).toBe(call.event.id);
      expect(call.headers['content-type']).toBe('application/json');
    }
    const { body } = await stack.call<{ items: Event[] }>('GET', '/v1/events?limit=200');
    const feed = body.items.filter(({ data }) => data.contactId === ann.id);
    expect(receiver.calls.map(({ event }) => event)).toEqual(feed);
    expect(contactsOf(receiver.calls)).not.toContain(before);
    await ended(stack, endpoint);
  });

  it('hears only of what it asked for', async () => {
    const replies = await addEndpoint(stack, receiver.url, ['reply.received', 'optin.sent']);
    await happen(stack, 3);
    const ann = someone();
    await register(stack, ann, ['sms']);
    await stack.call('POST', `/v1/contacts/${ann.id}/opt-in`);
    await received(1);
    expect(receiver.types()).toEqual(['optin.sent']);
    const more = await patch(replies, { types: ['optin.failed'] });
    expect(more.body.types).toEqual(['optin.failed']);
    const [later] = await happen(stack, 1);
    await until('the later', () => contactsOf(receiver.calls).includes(later), toldWithinMs);
    expect((await patch(replies, { types: null })).body).not.toHaveProperty('types');
  });

  it('keeps its URL and secret out of Temporal, with ids alone', async () => {
    const endpoint = await addEndpoint(stack, `${receiver.url}/hidden-path`);
    await happen(stack, 1);
    await received(1);
    await ended(stack, endpoint);
    const workflowId = workflowIdOf(stack, endpoint);
    const handle = stack.client.workflow.getHandle(workflowId);
    const history = historyToJSON(await handle.fetchHistory());
    const opened = await stack.client.options.loadedDataConverter.payloadCodecs[0]!.decode(
      (await handle.fetchHistory()).events!.flatMap(
        (event) => event.activityTaskScheduledEventAttributes?.input?.payloads ?? [],
      ),
    );
    const inputs = opened.map(({ data }) => JSON.parse(Buffer.from(data!).toString()) as object);
    expect(inputs).toEqual([{ practiceId: stack.practiceId, endpointId: endpoint.id }]);
    const all = history + JSON.stringify(stack.logLines);
    for (const secret of ['hidden-path', endpoint.secret, endpoint.secret.slice(6), 'localhost'])
      expect(all).not.toContain(secret);
  });

  it('gets everything in order when it is back, the one it refused under the same id', async () => {
    const endpoint = await addEndpoint(stack, receiver.url);
    const { port } = receiver;
    await receiver.stop();
    const ids = await happen(stack, 5);
    const down = await failed(stack, endpoint, 1);
    expect(down).toMatchObject({ state: 'active', lastResult: 'connection refused' });
    expect(Date.parse(down.nextAttemptAt!)).toBeGreaterThan(Date.parse(down.failingSince!) + 4_000);

    receiver = await startReceiver(port);
    let refusals = 0;
    receiver.respond(() => {
      refusals += 1;
      return { status: refusals === 3 ? 503 : 200, body: 'x'.repeat(200_000) };
    });
    await moveWorkflow(stack, workflowIdOf(stack, endpoint), 6_000);
    await received(3);
    expect((await failed(stack, endpoint, 1)).lastResult).toBe('HTTP 503');
    await moveWorkflow(stack, workflowIdOf(stack, endpoint), 6_000);
    await received(6);
    await ended(stack, endpoint);
    expect(contactsOf(receiver.calls)).toEqual([...ids.slice(0, 3), ids[2], ...ids.slice(3)]);
    const [, , refused, again] = receiver.calls;
    expect(again!.headers['webhook-id']).toBe(refused!.headers['webhook-id']);
    expect(again!.body).toBe(refused!.body);
    expect(await endpointOf(stack, endpoint)).toMatchObject({
      failures: 0,
      lastResult: 'HTTP 200',
    });
    expect(await endpointOf(stack, endpoint)).not.toHaveProperty('failingSince');
  });

  it('is not followed where it redirects to', async () => {
    const target = await startReceiver();
    const endpoint = await addEndpoint(stack, receiver.url);
    receiver.respond(() => ({ status: 307, headers: { location: target.url } }));
    await happen(stack, 1);
    expect((await failed(stack, endpoint, 1)).lastResult).toBe('HTTP 307, not followed');
    expect(target.calls).toEqual([]);
    await target.stop();
  });

  it('is given the time it asks for', async () => {
    const endpoint = await addEndpoint(stack, receiver.url);
    receiver.respond(() => ({ status: 429, headers: { 'retry-after': '3600' } }));
    await happen(stack, 1);
    const { nextAttemptAt } = await failed(stack, endpoint, 1);
    const waitMs = Date.parse(nextAttemptAt!) - Date.now();
    expect(waitMs).toBeGreaterThan(3_500_000);
    // Being told of more does not shorten it.
    await happen(stack, 1);
    await stack.workflows.wakeEndpoint({ practiceId: stack.practiceId, endpointId: endpoint.id });
    const other = await addEndpoint(stack, receiver.url);
    await happen(stack, 1);
    await failed(stack, other, 1);
    expect((await endpointOf(stack, endpoint)).failures).toBe(1);
  });
});

describe('a dead endpoint', () => {
  it('is tried for three days, then switched off, and goes on where it stopped when it is on again', async () => {
    const endpoint = await addEndpoint(stack, receiver.url);
    receiver.respond(() => ({ status: 500 }));
    const ids = await happen(stack, 2);
    const began = Date.now();
    for (const [index, waitMs] of limits.webhookRetriesMs.entries()) {
      await failed(stack, endpoint, index + 1);
      await moveWorkflow(stack, workflowIdOf(stack, endpoint), waitMs * 1.1 + 1_000);
    }
    const dead = await failed(stack, endpoint, limits.webhookRetriesMs.length + 1);
    expect(dead).toMatchObject({
      state: 'disabled',
      reason: '10 attempts failed, the last with: HTTP 500',
    });
    expect(stack.time.offsetMs + Date.now() - began).toBeGreaterThan(3 * 24 * 3_600_000);
    await ended(stack, endpoint);
    expect(new Set(contactsOf(receiver.calls))).toEqual(new Set([ids[0]]));
    expect(new Set(receiver.calls.map(({ headers }) => headers['webhook-id'])).size).toBe(1);

    const calls = receiver.calls.length;
    ids.push(...(await happen(stack, 1)));
    const other = await startReceiver();
    await addEndpoint(stack, other.url);
    await happen(stack, 1);
    await until('others get it', () => other.calls.length === 1, toldWithinMs);
    await other.stop();
    expect(receiver.calls).toHaveLength(calls);

    receiver.respond(() => ({ status: 200 }));
    expect((await patch(endpoint, { state: 'active' })).body).toMatchObject({
      state: 'active',
      failures: 0,
    });
    await received(calls + 4);
    expect(contactsOf(receiver.calls.slice(calls)).slice(0, 3)).toEqual(ids);
  });

  it('says so itself by 410, and is believed at once', async () => {
    const endpoint = await addEndpoint(stack, receiver.url);
    receiver.respond(() => ({ status: 410 }));
    await happen(stack, 1);
    expect(await failed(stack, endpoint, 1)).toMatchObject({
      state: 'disabled',
      reason: 'the receiver is gone (HTTP 410)',
    });
    await ended(stack, endpoint);
  });

  it('is left alone when it is switched off or deleted, also in mid-wait', async () => {
    const off = await addEndpoint(stack, receiver.url);
    receiver.respond(() => ({ status: 500 }));
    await happen(stack, 1);
    await failed(stack, off, 1);
    expect((await patch(off, { state: 'disabled' })).body).toMatchObject({
      state: 'disabled',
      reason: 'switched off by the practice',
    });
    await ended(stack, off);

    const deleted = await addEndpoint(stack, receiver.url);
    await happen(stack, 1);
    await failed(stack, deleted, 1);
    expect((await stack.call('DELETE', `/v1/webhook-endpoints/${deleted.id}`)).status).toBe(204);
    expect((await stack.call('DELETE', `/v1/webhook-endpoints/${deleted.id}`)).status).toBe(404);
    await ended(stack, deleted);
  });
});

describe('a rotation', () => {
  it('signs with both secrets for a day, then with the new one', async () => {
    const endpoint = await addEndpoint(stack, receiver.url);
    const { status, body: rotated } = await post<Endpoint>(endpoint, 'rotate');
    expect(status).toBe(200);
    expect(rotated.secret).not.toBe(endpoint.secret);
    expect(Date.parse(rotated.previousSecretUntil!)).toBeGreaterThan(Date.now() + 23 * 3_600_000);
    await happen(stack, 1);
    const [call] = await received(1);
    expect(receiver.verify(call!, endpoint.secret)).toEqual(call!.event);
    expect(receiver.verify(call!, rotated.secret)).toEqual(call!.event);
    await ended(stack, endpoint);

    stack.time.offsetMs += 25 * 3_600_000;
    await happen(stack, 1);
    const [, later] = await received(2);
    const { headers, body, event } = later!;
    const at = new Date(Number(headers['webhook-timestamp']) * 1_000);
    expect(headers['webhook-signature']).toBe(new Webhook(rotated.secret).sign(event.id, at, body));
    expect(await endpointOf(stack, endpoint)).not.toHaveProperty('previousSecretUntil');
  });
});

describe('a test call', () => {
  it('answers what became of it, and is in nobody’s feed', async () => {
    const endpoint = await addEndpoint(stack, receiver.url);
    const { status, body } = await post(endpoint, 'test');
    expect(status).toBe(200);
    expect(body).toEqual({ eventId: expect.any(String) as string, delivered: true, status: 204 });
    const [call] = receiver.calls;
    expect(receiver.verify(call!, endpoint.secret)).toMatchObject({
      id: body.eventId,
      type: 'webhook.test',
      data: {},
    });
    receiver.respond(() => ({ status: 404 }));
    expect((await post(endpoint, 'test')).body).toMatchObject({
      delivered: false,
      status: 404,
      problem: 'HTTP 404',
    });
    await receiver.stop();
    expect((await post(endpoint, 'test')).body).toMatchObject({
      delivered: false,
      problem: 'connection refused',
    });
    const { body: feed } = await stack.call<{ items: Event[] }>('GET', '/v1/events?limit=200');
    expect(feed.items.map(({ type }) => type)).not.toContain('webhook.test');
  });

  it('that is accepted ends the wait of events refused before', async () => {
    const endpoint = await addEndpoint(stack, receiver.url);
    receiver.respond(() => ({ status: 500, headers: { 'retry-after': '7200' } }));
    const ids = await happen(stack, 2);
    await failed(stack, endpoint, 1);
    receiver.respond(() => ({ status: 200 }));
    await post(endpoint, 'test');
    await received(4);
    expect(contactsOf(receiver.calls)).toEqual([ids[0], undefined, ...ids]);
  });
});

describe('the list of endpoints', () => {
  it('shows no secret, pages, and ends at ten', async () => {
    const made = [];
    for (let n = 0; n < 9; n += 1) made.push(await addEndpoint(stack, `${receiver.url}/${n}`));
    // Two at once cannot both be the tenth.
    const both = await Promise.all(
      [1, 2].map(() => stack.call('POST', '/v1/webhook-endpoints', { url: receiver.url })),
    );
    expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409]);
    expect(both.find(({ status }) => status === 409)?.body).toMatchObject({
      error: { code: 'too_many_endpoints' },
    });
    type List = { items: Endpoint[]; nextCursor?: string };
    const first = (await stack.call<List>('GET', '/v1/webhook-endpoints?limit=4')).body;
    expect(first.items.map(({ id }) => id)).toEqual(made.slice(0, 4).map(({ id }) => id));
    const rest = await stack.call<List>('GET', `/v1/webhook-endpoints?cursor=${first.nextCursor}`);
    expect(rest.body.items).toHaveLength(6);
    expect(rest.body).not.toHaveProperty('nextCursor');
    for (const item of [...first.items, ...rest.body.items, await endpointOf(stack, made[0]!)]) {
      expect(item).not.toHaveProperty('secret');
      expect(JSON.stringify(item)).not.toContain('whsec_');
    }
  });

  it('is another practice’s in nothing', async () => {
    const endpoint = await addEndpoint(stack, receiver.url);
    const elsewhere = stack.own('elsewhere');
    await createPractice(stack.db, { id: elsewhere, name: 'Elsewhere' });
    const { key } = await createKey(stack.db, elsewhere, 'test');
    const as = { authorization: `Bearer ${key}` };
    const at = `/v1/webhook-endpoints/${endpoint.id}`;
    for (const [method, path, body] of [
      ['GET', at, undefined],
      ['PATCH', at, { url: 'http://localhost:1' }],
      ['DELETE', at, undefined],
      ['POST', `${at}/test`, undefined],
      ['POST', `${at}/rotate`, undefined],
    ] as const) {
      const answer = await stack.call(method, path, body, as);
      expect([method, path, answer.status]).toEqual([method, path, 404]);
    }
    expect((await stack.call('GET', '/v1/webhook-endpoints', undefined, as)).body).toEqual({
      items: [],
    });
    expect(await endpointOf(stack, endpoint)).toMatchObject({ url: receiver.url });
    expect(receiver.calls).toEqual([]);
  });

  it('takes no address that could be inside our network, but for the sandbox on this machine', async () => {
    const { config, db, workflows } = stack;
    const live = await buildApp(
      { config: { ...config, mode: 'live' }, db, workflows },
      pino({ level: 'silent' }),
    );
    const give = async (url: string): Promise<number> =>
      (
        await live.inject({
          method: 'POST',
          url: '/v1/webhook-endpoints',
          headers: { authorization: `Bearer ${stack.apiKey}` },
          payload: { url },
        })
      ).statusCode;
    for (const url of ['https://127.0.0.1/x', 'https://localhost/x', 'http://hooks.example.com/x'])
      expect([url, await give(url)]).toEqual([url, 422]);
    expect(await give('https://hooks.example.com/x')).toBe(201);
    await live.close();
    for (const body of [
      {},
      { url: 'nonsense' },
      { url: 'ftp://localhost/x' },
      { url: `http://localhost/${'x'.repeat(2_000)}` },
      { url: receiver.url, types: ['gossip'] },
      { url: receiver.url, types: [] },
      { url: receiver.url, secret: 'mine' },
    ])
      expect(await stack.call('POST', '/v1/webhook-endpoints', body)).toMatchObject({
        status: 422,
        body: { error: { code: 'validation_failed' } },
      });
  });
});

describe('two workers that post to one endpoint at once', () => {
  it('skip nothing: the second finds the place moved, and changes nothing', async () => {
    await waker.stop();
    const { db, workflows, practiceId } = stack;
    const { id: endpointId } = await addEndpoint(stack, receiver.url);
    await happen(stack, 2);
    const seen = (await readEndpoint(db, { practiceId, endpointId }))!;
    const [first] = await until('both are final', async () => {
      const events = await nextEvents(db, seen);
      return events.length === 2 && events;
    });
    const moved = (await noteSuccess(db, seen, first!.place, 200))!;
    expect(await noteSuccess(db, seen, first!.place, 200)).toBeUndefined();
    await noteFailure(db, seen, { problem: 'HTTP 500', status: 500 });
    expect(await readEndpoint(db, { practiceId, endpointId })).toEqual(moved);
    // Nor does one failure count twice.
    await noteFailure(db, moved, { problem: 'HTTP 500', status: 500 });
    await noteFailure(db, moved, { problem: 'HTTP 500', status: 500 });
    expect((await readEndpoint(db, { practiceId, endpointId }))!.failures).toBe(1);
    waker = startEventWaker({ db, workflows, logger: pino({ level: 'silent' }), everyMs: 100 });
  });
});
