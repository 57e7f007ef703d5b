import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import pg from 'pg';
import {
  arrived,
  contents,
  decide,
  linkOf,
  lightOf,
  optIns,
  queue,
  register,
  registerWithConsent,
  someone,
  type Person,
} from '../harness/people.ts';
import { toldWithinMs } from '../harness/endpoints.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';
import { expireOverdue, forgetOld } from '../../src/delivery/sweep-store.ts';
import { createKey, createPractice } from '../../src/record/practices/practice-store.ts';
import type { Event } from '../../src/core/event.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

type Page = { items: Event[]; nextCursor?: string };

async function page(query = ''): Promise<Page> {
  const { status, body } = await stack.call<Page>('GET', `/v1/events${query}`);
  expect(status).toBe(200);
  return body;
}

/** The whole feed, page by page. */
async function feed(after?: string): Promise<Event[]> {
  const events: Event[] = [];
  for (let last = after; ;) {
    const { items, nextCursor } = await page(last === undefined ? '' : `?after=${last}`);
    events.push(...items);
    if (nextCursor === undefined) return events;
    last = nextCursor;
  }
}

const inShort = ({ type, data }: Event): string =>
  [type, data.method, data.reason].filter(Boolean).join(' ');

async function told(person: Person): Promise<string[]> {
  return (await feed()).filter(({ data }) => data.contactId === person.id).map(inShort);
}

async function send(person: Person, more: object = {}): Promise<string> {
  const { status, body } = await stack.call<{ messages: { id: string }[] }>(
    'POST',
    `/v1/contacts/${person.id}/messages`,
    { kind: 'ad_hoc', subject: 'Hello', body: 'hello', ...more },
  );
  expect(status).toBe(202);
  return body.messages[0]!.id;
}

/** An SMS from a person that got none yet. */
async function text(from: Person, words: string): Promise<void> {
  const sms = { from: from.phone, to: '+12025550100', text: words };
  expect((await stack.control('/inbound', sms)).ok).toBe(true);
}

const fromNow = (ms: number): string => new Date(stack.db.clock.now().getTime() + ms).toISOString();

/** A person's story, and all events that the practice gets about it, in order. */
const stories: Record<
  string,
  { told: string[]; person?: Partial<Person>; happens(person: Person): Promise<unknown> }
> = {
  'asked, accepted, written to': {
    told: [
      'optin.sent email',
      'optin.accepted email',
      'message.sent email',
      'message.delivered email',
    ],
    async happens(person) {
      await register(stack, person, ['email']);
      await queue(stack, person, 'hello');
      const [asked] = await optIns(stack, person, 1);
      await decide(linkOf(asked!), 'accept');
    },
  },
  'declined, then changed their mind': {
    told: ['optin.sent email', 'optin.declined email', 'optin.accepted email'],
    async happens(person) {
      await register(stack, person, ['email']);
      await stack.call('POST', `/v1/contacts/${person.id}/opt-in`);
      const [asked] = await optIns(stack, person, 1);
      await until('it is known as sent', async () => (await told(person)).length === 1);
      await decide(linkOf(asked!), 'decline');
      await decide(linkOf(asked!), 'decline');
      await decide(linkOf(asked!), 'accept');
      await decide(linkOf(asked!), 'accept');
    },
  },
  'asked again by hand': {
    told: ['optin.sent email', 'optin.sent email'],
    async happens(person) {
      await register(stack, person, ['email']);
      await queue(stack, person, 'waits');
      await optIns(stack, person, 1);
      await until(
        'the first arrived, and staff ask again',
        async () =>
          (await stack.call('POST', `/v1/contacts/${person.id}/opt-in`)).status === 202 &&
          (await optInCount(person)) === 2,
      );
    },
  },
  'stopped, twice': {
    told: [
      'optin.accepted sms',
      'optin.revoked sms STOP',
      'reply.received sms stop',
      'reply.received sms stop',
    ],
    async happens(person) {
      await registerWithConsent(stack, person, ['sms']);
      await text(person, 'STOP');
      await until('the first', async () => (await told(person)).length === 3);
      await text(person, 'STOP');
    },
  },
  'an opt-in that the provider refuses, again and again': {
    person: { email: 'refused@refused.example' },
    told: ['optin.failed email the provider refused: validation_error'],
    async happens(person) {
      await register(stack, person, ['email']);
      await queue(stack, person, 'waits');
      await until('it failed', async () => (await told(person)).length === 1);
      await stack.call('POST', `/v1/contacts/${person.id}/opt-in`);
    },
  },
  'nobody to ask': {
    told: ['optin.failed sms no mobile number'],
    async happens(person) {
      for (const name of ['Ann', 'Anna'])
        await stack.call('PUT', `/v1/contacts/${person.id}`, {
          name,
          role: 'client',
          methods: ['sms'],
        });
    },
  },
  'a message that bounces': {
    person: { email: 'full@softbounce.example' },
    told: [
      'optin.accepted email',
      'message.sent email',
      'message.failed email bounced (Transient/MailboxFull)',
    ],
    async happens(person) {
      await registerWithConsent(stack, person, ['email']);
      await send(person);
    },
  },
  'a message that was too late when it came': {
    told: ['optin.accepted sms', 'message.expired sms'],
    async happens(person) {
      await registerWithConsent(stack, person, ['sms']);
      await send(person, { notAfter: '2026-01-01T00:00:00Z', sendAt: '2025-12-01T00:00:00Z' });
    },
  },
  'a message whose time passed in the queue': {
    told: ['message.expired sms'],
    async happens(person) {
      await register(stack, person, ['sms']);
      await send(person, { sendAt: fromNow(2_000), notAfter: fromNow(2_001) });
      await until('it is swept', async () => (await expireOverdue(stack.db, 10)) === 1);
    },
  },
  'a message of which nobody knows, until the phone says that it has it': {
    told: [
      'optin.accepted sms',
      'message.unknown sms the provider gave no clear answer: connection_lost',
      'message.sent sms',
      'message.delivered sms',
    ],
    async happens(person) {
      await registerWithConsent(stack, person, ['sms']);
      await stack.control('/faults', { channel: 'sms', kind: 'lose_webhook', count: 2 });
      await stack.control('/faults', { channel: 'sms', kind: 'accept_then_drop', count: 1 });
      await send(person);
      await until('unknown', async () => (await told(person)).length === 2);
      const [entry] = await arrived(stack, person);
      await stack.control('/events', { id: entry!.id, type: 'delivered' });
    },
  },
  'what the practice does itself: cancel, waive, erase': {
    told: ['optin.accepted email'],
    async happens(person) {
      await registerWithConsent(stack, person, ['email']);
      const id = await send(person, { sendAt: fromNow(60_000) });
      await stack.call('DELETE', `/v1/messages/${id}`);
      await send(person, { sendAt: fromNow(60_000) });
      await stack.call('POST', `/v1/contacts/${person.id}/waivers`, {
        method: 'email',
        reason: 'asked us not to',
      });
      expect((await stack.call('DELETE', `/v1/contacts/${person.id}`)).status).toBe(204);
    },
  },
};

async function optInCount(person: Person): Promise<number> {
  return stack.db.prisma.delivery.count({ where: { contactId: person.id, purpose: 'opt_in' } });
}

describe('every event has one real cause, and comes once', () => {
  const people = new Map<string, Person>();

  it.each(Object.entries(stories))('%s', async (name, story) => {
    const person = { ...someone(), ...story.person };
    people.set(name, person);
    await story.happens(person);
    const all = async () => (await told(person)).length >= story.told.length;
    await until('all came', all, toldWithinMs);
    expect(await told(person)).toEqual(story.told);
  });

  it('no event came twice meanwhile', async () => {
    for (const [name, person] of people)
      expect([name, await told(person)]).toEqual([name, stories[name]!.told]);
  });

  it('a suspension, once, of nobody in particular', async () => {
    await stack.call('PATCH', '/v1/settings', { optInEnabled: false });
    const ann = someone();
    await register(stack, ann, ['email']);
    const bodies = Array.from({ length: 200 }, (_, n) => `m ${n}`);
    await queue(stack, ann, ...bodies);
    const all = async (): Promise<boolean> =>
      (await contents(stack, ann, 'email')).length === bodies.length;
    await until('all arrived', all, 60_000);
    for (let n = 0; n < 3; n += 1) {
      const bob = someone();
      await register(stack, bob, ['email']);
      await queue(stack, bob, 'unwanted');
      const [entry] = await until('it arrived', async () => {
        const entries = await arrived(stack, bob);
        return entries.length > 0 && entries;
      });
      await stack.control('/events', { id: entry!.id, type: 'complained' });
      await until('it counts', async () => (await lightOf(stack, bob)).light === 'red');
    }
    const suspended = async () =>
      (await feed()).filter(({ type }) => type === 'practice.suspended');
    const [event] = await until('it came', async () => {
      const events = await suspended();
      return events.length > 0 && events;
    });
    expect(event!.data).toEqual({ reason: expect.stringContaining('3 complaints') as string });
    expect(await suspended()).toHaveLength(1);
    await stack.call('PATCH', '/v1/settings', { optInEnabled: true });
    expect((await stack.call('POST', '/v1/practice/reinstatement')).status).toBe(200);
    // Until nothing of this is under way any more.
    const delivered = 'message.delivered email';
    await until(
      'all came',
      async () => (await told(ann)).filter((event) => event === delivered).length === bodies.length,
      toldWithinMs,
    );
  });
});

describe('an event', () => {
  it('names ids only: the contact, the message or the reply, and the reply’s meaning', async () => {
    const ann = someone();
    await registerWithConsent(stack, ann, ['sms']);
    const id = await send(ann, { body: 'your appointment on Monday' });
    await text(ann, 'will you call me tomorrow?');
    const events = await until('all', async () => {
      const found = (await feed()).filter(({ data }) => data.contactId === ann.id);
      return found.length === 4 && found;
    });
    const { body: inbound } = await stack.call<{ items: { id: string; contactId: string }[] }>(
      'GET',
      '/v1/inbound',
    );
    const replyId = inbound.items.find(({ contactId }) => contactId === ann.id)!.id;
    expect(events.find(({ type }) => type === 'message.sent')?.data).toEqual({
      contactId: ann.id,
      messageId: id,
      method: 'sms',
    });
    expect(events.find(({ type }) => type === 'reply.received')?.data).toEqual({
      contactId: ann.id,
      replyId,
      method: 'sms',
      reason: 'unclear',
    });
    for (const { id: eventId, at } of events) {
      expect(eventId).toMatch(/^[0-9a-f-]{36}$/);
      expect(Math.abs(Date.parse(at) - stack.db.clock.now().getTime())).toBeLessThan(60_000);
    }
    const everything = JSON.stringify(await feed());
    for (const personal of ['Example', 'Monday', 'call me', ann.phone, ann.email, 'example.com'])
      expect(everything).not.toContain(personal);
  });
});

describe('the feed', () => {
  it('gives pages, goes on after any event, and says when it knows an event no more', async () => {
    const all = await feed();
    expect(all.length).toBeGreaterThan(10);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    const first = await page('?limit=3');
    expect(first.items).toEqual(all.slice(0, 3));
    expect(first.nextCursor).toBe(all[2]!.id);
    expect(await page(`?limit=2&cursor=${first.nextCursor}`)).toMatchObject({
      items: all.slice(3, 5),
    });
    expect(await page(`?after=${all.at(-1)!.id}`)).toEqual({ items: [] });
    for (const query of [
      '?after=nonsense',
      `?after=${'0'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}`,
    ])
      expect(await stack.call('GET', `/v1/events${query}`)).toMatchObject({
        status: 422,
        body: { error: { code: 'validation_failed' } },
      });
  });

  it('is another practice’s neither by key nor by cursor', async () => {
    const elsewhere = stack.own('elsewhere');
    await createPractice(stack.db, { id: elsewhere, name: 'Elsewhere' });
    const as = {
      authorization: `Bearer ${(await createKey(stack.db, elsewhere, 'test')).key}`,
    };
    expect((await stack.call('GET', '/v1/events', undefined, as)).body).toEqual({ items: [] });
    const [mine] = await feed();
    expect((await stack.call('GET', `/v1/events?after=${mine!.id}`, undefined, as)).status).toBe(
      422,
    );
  });
});

describe('transactions that commit in another order than they began', () => {
  const connect = async (): Promise<pg.Client> => {
    const { database } = stack.config;
    const client = new pg.Client({
      connectionString: database.kind === 'external' ? database.url : '',
    });
    await client.connect();
    return client;
  };

  /** Somebody with two messages that wait; returns their deliveries. */
  async function waiting(): Promise<{ person: Person; deliveries: string[] }> {
    const person = someone();
    await register(stack, person, ['email']);
    await queue(stack, person, 'one', 'two');
    await optIns(stack, person, 1);
    await until('asked', async () => (await told(person)).length === 1);
    const rows = await stack.db.prisma.delivery.findMany({
      where: { contactId: person.id, purpose: 'content' },
      orderBy: { arrival: 'asc' },
    });
    return { person, deliveries: rows.map(({ id }) => id) };
  }
  const move = (client: pg.Client, id: string | undefined, status: string) =>
    client.query('UPDATE deliveries SET status = $2 WHERE id = $1', [id, status]);
  const lastEvent = async (): Promise<string> => (await feed()).at(-1)!.id;

  it('skip nothing: a later commit is not shown before one that may still come', async () => {
    const { person, deliveries } = await waiting();
    const last = await lastEvent();
    const [slow, fast] = [await connect(), await connect()];
    try {
      await slow.query('BEGIN');
      await move(slow, deliveries[0], 'failed');
      await move(fast, deliveries[1], 'expired');
      expect(await feed(last)).toEqual([]);
      // A reader at this place has read all there was; the rest comes when the slow one is done.
      await slow.query('COMMIT');
      const events = await until('both', async () => {
        const found = await feed(last);
        return found.length === 2 && found;
      });
      expect(events.map(inShort)).toEqual(['message.failed email', 'message.expired email']);
      expect((await told(person)).length).toBe(3);
    } finally {
      await slow.end();
      await fast.end();
    }
  });

  it('forget one that was rolled back, and wait for it no longer', async () => {
    const { deliveries } = await waiting();
    const last = await lastEvent();
    const [slow, fast] = [await connect(), await connect()];
    try {
      await slow.query('BEGIN');
      await move(slow, deliveries[0], 'failed');
      await move(fast, deliveries[1], 'expired');
      await slow.query('ROLLBACK');
      await until('one', async () => (await feed(last)).length === 1);
    } finally {
      await slow.end();
      await fast.end();
    }
  });

  it('keep cause before effect, also where the effect’s transaction is the older one', async () => {
    const { deliveries } = await waiting();
    const last = await lastEvent();
    const [older, younger] = [await connect(), await connect()];
    try {
      await older.query('BEGIN');
      // Its number is given here, as a webhook's is when it notes the provider's id.
      await older.query('SELECT pg_current_xact_id()');
      await younger.query('BEGIN');
      await move(younger, deliveries[0], 'sent');
      const waits = move(older, deliveries[0], 'delivered');
      await younger.query('COMMIT');
      await waits;
      await older.query('COMMIT');
      const events = await until('both', async () => {
        const found = await feed(last);
        return found.length === 2 && found;
      });
      expect(events.map(inShort)).toEqual(['message.sent email', 'message.delivered email']);
    } finally {
      await older.end();
      await younger.end();
    }
  });

  it('read and written by many at once: every reader sees every event once, in one order', async () => {
    const practice = await connect();
    const writers = await Promise.all(Array.from({ length: 6 }, connect));
    const last = await lastEvent();
    const { deliveries } = await waiting();
    const after = await lastEvent();
    expect(after).not.toBe(last);
    let writing = true;
    const seen: string[] = [];
    const reader = (async () => {
      for (let at = after; ;) {
        const done = !writing;
        const { items } = await page(`?after=${at}&limit=7`);
        seen.push(...items.map(({ id }) => id));
        at = items.at(-1)?.id ?? at;
        if (done && items.length === 0) return;
      }
    })();
    await Promise.all(
      writers.map(async (client, index) => {
        for (let n = 0; n < 30; n += 1) {
          await client.query('BEGIN');
          // A number first, the event some time later: the order of numbers is not that of events.
          await client.query('SELECT pg_current_xact_id(), pg_sleep($1)', [
            ((index * 7 + n) % 5) / 500,
          ]);
          await move(client, deliveries[index % 2], n % 2 === index % 2 ? 'unknown' : 'failed');
          await client.query(n % 11 === 10 ? 'ROLLBACK' : 'COMMIT');
        }
      }),
    );
    const { rows } = await practice.query<{ id: string }>(
      'SELECT e.id FROM events e, events l WHERE l.id = $1 AND e.seq > l.seq AND e.practice_id = $2',
      [after, stack.practiceId],
    );
    await until('nothing is open', async () => (await feed(after)).length === rows.length);
    writing = false;
    await reader;
    expect(seen.length).toBeGreaterThan(20);
    expect(seen).toEqual((await feed(after)).map(({ id }) => id));
    for (const client of [practice, ...writers]) await client.end();
  });
});

it('is forgotten after 30 days, the oldest first', async () => {
  const before = (await feed()).length;
  await forgetOld(stack.db);
  expect(await feed()).toHaveLength(before);
  stack.time.offsetMs += 31 * 24 * 60 * 60 * 1_000;
  await forgetOld(stack.db);
  expect(await feed()).toEqual([]);
});
