import { afterAll, beforeAll, expect, it } from 'vitest';
import { storeMessages } from '../../src/record/messages/message-store.ts';
import { transaction } from '../../src/platform/db/transaction.ts';
import { limits } from '../../src/core/limits.ts';
import { methods } from '../../src/core/method.ts';
import { queue, register, someone } from '../harness/people.ts';
import { planner, rowsRead } from '../harness/plans.ts';
import { statementsOf } from '../harness/statements.ts';
import { startStack, type Stack } from '../harness/stack.ts';

let stack: Stack;
const people = Array.from({ length: 7 }, someone);
beforeAll(async () => {
  stack = await startStack({ worker: false });
  for (const person of people) await register(stack, person, ['email']);
  for (const { id, email } of people.slice(0, 3))
    await stack.call('POST', `/v1/contacts/${id}/consents`, {
      method: 'email',
      address: email,
      source: 'paper',
      obtainedAt: '2026-01-01T00:00:00Z',
      evidence: 'x',
    });
  await queue(stack, people[5]!, 'one', 'two', 'three');
});
afterAll(() => stack.stop());

type Page = { items: { id: string; light?: string; status?: string }[]; nextCursor?: string };

async function all(path: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor = '';
  for (;;) {
    const { status, body } = await stack.call<Page>('GET', `${path}${cursor}`);
    expect(status).toBe(200);
    ids.push(...body.items.map(({ id }) => id));
    if (!body.nextCursor) return ids;
    cursor = `&cursor=${body.nextCursor}`;
  }
}

it('pages through contacts without missing or repeating one', async () => {
  expect(await all('/v1/contacts?limit=2')).toEqual(people.map(({ id }) => id).toSorted());
});

it('finds the green, the red, those at risk, a state and an address', async () => {
  expect(await all('/v1/contacts?limit=2&light=green')).toEqual(
    people.slice(0, 3).map(({ id }) => id),
  );
  expect(await all('/v1/contacts?limit=2&light=red')).toHaveLength(4);
  const soon = encodeURIComponent(new Date(Date.now() + 1_000).toISOString());
  expect(await all(`/v1/contacts?limit=50&light=red&dueBefore=${soon}`)).toEqual([people[5]!.id]);
  expect(await all('/v1/contacts?limit=50&state=accepted')).toHaveLength(3);
  expect(
    await all(`/v1/contacts?limit=50&query=${encodeURIComponent(people[6]!.email.toUpperCase())}`),
  ).toEqual([people[6]!.id]);
});

it('finds by whole words of a name, however they are written, though names are sealed', async () => {
  const id = people[6]!.id;
  await stack.call('PATCH', `/v1/contacts/${id}`, { name: 'María-José Núñez' });
  const find = (words: string) => all(`/v1/contacts?limit=50&query=${encodeURIComponent(words)}`);
  expect(await find('nunez')).toEqual([id]);
  expect(await find('NÚÑEZ, maria')).toEqual([id]);
  expect(await find('Núñez Ann')).toEqual([]);
  expect(await find('!!!')).toEqual([]);
  const row = await stack.db.prisma.contact.findFirstOrThrow({ where: { id } });
  expect(JSON.stringify(row)).not.toMatch(/nunez|Núñez/i);
  await stack.call('PATCH', `/v1/contacts/${id}`, { name: 'Ann Example' });
  expect(await find('nunez')).toEqual([]);
});

it('lists messages across contacts by status, contact and time', async () => {
  expect(await all('/v1/messages?limit=2')).toHaveLength(3);
  expect(await all(`/v1/messages?limit=50&contactId=${people[5]!.id}&status=queued`)).toHaveLength(
    3,
  );
  expect(await all('/v1/messages?limit=50&status=sent')).toEqual([]);
  const own = `/v1/contacts/${people[5]!.id}/messages?limit=2`;
  expect(await all(`${own}&status=queued`)).toHaveLength(3);
  expect(await all(`${own}&status=failed`)).toEqual([]);
  expect((await stack.call('GET', `${own}&status=lost`)).status).toBe(422);
  const oldest = await all('/v1/messages?limit=2');
  expect(await all('/v1/messages?limit=2&order=newest')).toEqual(oldest.toReversed());
  const later = encodeURIComponent(new Date(Date.now() + 60_000).toISOString());
  expect(await all(`/v1/messages?limit=50&since=${later}`)).toEqual([]);
});

it('lists what people replied and what signals were refused, and nothing of another practice', async () => {
  expect(await all('/v1/inbound?limit=2&handled=false')).toEqual([]);
  expect(await all('/v1/rejected-signals?limit=2')).toEqual([]);
  expect((await stack.call('GET', '/v1/contacts?light=blue')).status).toBe(422);
  expect((await stack.call('GET', '/v1/messages?cursor=abc')).status).toBe(422);
});

it('fills the first page with the red, however many green ones come before them', async () => {
  const { practiceId } = stack;
  // More than a page walks past.
  for (const statement of [
    `INSERT INTO contacts (practice_id, id, registered, settled, created_at, updated_at)
     SELECT '${practiceId}', '000-' || n, true, true, now(), now() FROM generate_series(1, 12000) n`,
    `INSERT INTO channels (practice_id, contact_id, method, assigned, state, epoch)
     SELECT '${practiceId}', '000-' || n, m, m = 'sms', CASE WHEN m = 'sms' THEN 'accepted' ELSE 'not_sent' END, 1
     FROM generate_series(1, 12000) n, unnest(ARRAY['email','sms','fax']) m`,
  ])
    await stack.db.prisma.$executeRawUnsafe(statement);
  const { body } = await stack.call<Page>('GET', '/v1/contacts?limit=50&light=red');
  expect(body.items).toHaveLength(4);
  expect(body.nextCursor).toBeUndefined();
});

it('walks past a bounded number of contacts for one page, and finds those behind them', async () => {
  const { practiceId } = stack;
  // More than a page walks past.
  await stack.db.prisma.$executeRawUnsafe(`
    INSERT INTO contacts (practice_id, id, registered, settled, created_at, updated_at)
    SELECT '${practiceId}', '001-' || n, true, true, now(), now() FROM generate_series(1, 10500) n`);
  const last = people
    .map(({ id }) => id)
    .toSorted()
    .at(-1)!;
  const { body } = await stack.call<Page>('GET', `/v1/contacts?limit=50&query=${last}`);
  expect([body.items, body.nextCursor]).toEqual([[], expect.any(String)]);
  expect(await all(`/v1/contacts?limit=50&query=${last}`)).toEqual([last]);
  // By an index, on the first page: an address, a state, and what is due.
  const soon = encodeURIComponent(new Date(Date.now() + 1_000).toISOString());
  const email = encodeURIComponent(people[6]!.email);
  for (const [filter, id] of [
    [`query=${email}`, people[6]!.id],
    [`dueBefore=${soon}`, people[5]!.id],
    [`light=red&dueBefore=${soon}`, people[5]!.id],
    [`query=${people[5]!.id}&dueBefore=${soon}`, people[5]!.id],
    [`light=red&state=not_sent&dueBefore=${soon}`, people[5]!.id],
  ]) {
    const page = await stack.call<Page>('GET', `/v1/contacts?limit=50&${filter}`);
    expect([filter, page.body.items.map((one) => one.id)]).toEqual([filter, [id]]);
    expect(page.body.nextCursor).toBeUndefined();
  }
  await stack.db.prisma.contact.deleteMany({ where: { id: { startsWith: '001-' } } });
});

it('knows who is settled as the light does, through every change', async () => {
  const ann = someone();
  const light = async () => {
    const { settled } = await stack.db.prisma.contact.findFirstOrThrow({ where: { id: ann.id } });
    const { body } = await stack.call<{ light: string }>('GET', `/v1/contacts/${ann.id}`);
    expect([body.light, settled]).toEqual([settled ? 'green' : 'red', settled]);
    return body.light;
  };
  await register(stack, ann, ['email', 'sms']);
  expect(await light()).toBe('red');
  for (const [method, address] of [
    ['email', ann.email],
    ['sms', ann.phone],
  ]) {
    const given = { method, address, source: 'paper', evidence: 'x' };
    const obtainedAt = '2026-01-01T00:00:00Z';
    await stack.call('POST', `/v1/contacts/${ann.id}/consents`, { ...given, obtainedAt });
  }
  expect(await light()).toBe('green');
  await stack.call('DELETE', `/v1/contacts/${ann.id}/consents/sms`);
  expect(await light()).toBe('red');
  await stack.call('PATCH', `/v1/contacts/${ann.id}`, { methods: ['email'] });
  expect(await light()).toBe('green');
  await stack.call('PATCH', `/v1/contacts/${ann.id}`, { email: someone().email });
  expect(await light()).toBe('red');
  await stack.call('PATCH', `/v1/contacts/${ann.id}`, { methods: [], fax: '+12025550166' });
  await light();
});

it('pages through messages by an outcome, in the order in which they were stored, and back', async () => {
  const person = someone();
  await register(stack, person, ['email', 'sms']);
  const bodies = ['a', 'b', 'c', 'd', 'e'];
  await queue(stack, person, ...bodies);
  const rows = await stack.db.prisma.message.findMany({
    where: { contactId: person.id },
    orderBy: { arrival: 'asc' },
  });
  const ids = rows.map(({ id }) => id);
  const end = async (id: string, status: string, method?: string) =>
    stack.db.prisma.delivery.updateMany({
      where: { messageId: id, ...(method === undefined ? {} : { method }) },
      data: { status },
    });
  // Both deliveries of some failed, one of another, and a third still waits with one of its own.
  for (const id of [ids[0]!, ids[1]!, ids[3]!]) await end(id, 'failed');
  await end(ids[2]!, 'failed', 'email');
  await end(ids[4]!, 'failed', 'email');
  await end(ids[4]!, 'delivered', 'sms');
  const failed = [ids[0]!, ids[1]!, ids[3]!, ids[4]!];
  expect(await all('/v1/messages?limit=1&status=failed')).toEqual(failed);
  expect(await all('/v1/messages?limit=2&status=failed&order=newest')).toEqual(failed.toReversed());
  const later = encodeURIComponent(new Date(Date.now() + 60_000).toISOString());
  expect(await all(`/v1/messages?limit=2&status=failed&since=${later}`)).toEqual([]);
  expect(await all('/v1/messages?limit=2&status=expired')).toEqual([]);
});

it('pages through a contact’s messages by status in the order in which they leave', async () => {
  const ann = someone();
  await register(stack, ann, ['email', 'sms']);
  const bodies = ['a', 'b', 'c', 'd', 'e'];
  await queue(stack, ann, ...bodies);
  const { prisma } = stack.db;
  const rows = await prisma.message.findMany({
    where: { contactId: ann.id },
    orderBy: { arrival: 'asc' },
  });
  const [a, b, c, d, e] = rows.map(({ id }) => id) as [string, string, string, string, string];
  const change = (messageId: string, data: object, method?: string) =>
    prisma.delivery.updateMany({
      where: { messageId, ...(method === undefined ? {} : { method }) },
      data,
    });
  // The text of one waits for the end of quiet hours, and so does another as a whole.
  const later = new Date(Date.now() + 3_600_000);
  await change(a, { dueAt: later }, 'sms');
  await change(b, { dueAt: later });
  // One has failed by both methods, another by one of two.
  await change(c, { status: 'failed' });
  await change(d, { status: 'failed' }, 'email');
  const listed = (status: string, limit: number) =>
    all(`/v1/contacts/${ann.id}/messages?status=${status}&limit=${limit}`);
  for (const limit of [1, 2, 50]) {
    expect(await listed('queued', limit)).toEqual([a, d, e, b]);
    expect(await listed('failed', limit)).toEqual([c]);
    expect(await listed('delivered', limit)).toEqual([]);
  }
  await change(d, { status: 'delivered' }, 'sms');
  expect(await listed('failed', 1)).toEqual([c, d]);
});

it('lists messages without a delivery by the status that they show', async () => {
  const [person, other] = [someone(), someone()];
  const { db, practiceId } = stack;
  const from = { source: 'signal', unknownContacts: 'create' } as const;
  const send = (...ids: string[]) =>
    transaction(db, (sql) =>
      storeMessages(
        db,
        sql,
        practiceId,
        ids.map((id) => ({ contactId: person.id, input: { id, kind: 'ad_hoc', body: id } })),
        from,
      ),
    );
  const [before, waits, cancelled, expired, after] = [1, 2, 3, 4, 5].map(
    (n) => `${person.id}-${n}`,
  ) as [string, string, string, string, string];
  await register(stack, other, ['sms']);
  const queued = (id: string) =>
    stack.call('POST', `/v1/contacts/${other.id}/messages`, { id, kind: 'ad_hoc', body: 'b' });
  expect((await queued(before)).status).toBe(202);
  await send(waits, cancelled, expired);
  expect((await queued(after)).status).toBe(202);
  expect((await stack.call('DELETE', `/v1/messages/${cancelled}`)).status).toBe(200);
  const over = { notAfter: new Date(Date.now() - 1_000) };
  await db.prisma.message.updateMany({ where: { practiceId, id: expired }, data: over });

  const ours = async (query: string) =>
    (await all(`/v1/messages?limit=2&${query}`)).filter((id) => id.startsWith(person.id));
  const listed = async () => {
    expect(await ours('status=queued')).toEqual([before, waits, after]);
    expect(await ours('status=queued&order=newest')).toEqual([after, waits, before]);
    expect(await ours('status=cancelled')).toEqual([cancelled]);
    expect(await ours('status=expired')).toEqual([expired]);
    expect(await ours('status=sending')).toEqual([]);
    const held = `/v1/contacts/${person.id}/messages?limit=1`;
    expect(await all(`${held}&status=queued`)).toEqual([waits]);
    expect(await all(`${held}&status=cancelled`)).toEqual([cancelled]);
    expect(await all(`${held}&status=expired`)).toEqual([expired]);
    expect(await all(`${held}&status=sending`)).toEqual([]);
    const own = `contactId=${person.id}`;
    expect(await ours(`status=queued&${own}`)).toEqual([waits]);
    expect(await ours(`status=expired&${own}`)).toEqual([expired]);
    const { createdAt } = await db.prisma.message.findFirstOrThrow({ where: { id: waits } });
    const since = encodeURIComponent(createdAt.toISOString());
    expect(await ours(`status=queued&since=${since}`)).toEqual([waits, after]);
    const later = encodeURIComponent(new Date(Date.now() + 300_000).toISOString());
    expect(await ours(`status=queued&since=${later}`)).toEqual([]);
  };
  await listed();
  const unrouted = () => db.prisma.message.count({ where: { id: waits, unrouted: true } });
  expect(await unrouted()).toBe(1);
  await register(stack, person, ['sms']);
  await listed();
  expect(await unrouted()).toBe(0);
});

it('counts what waits for a contact up to a limit, and says that there is more', async () => {
  const { db, practiceId } = stack;
  const [many, enough, crowd] = [someone(), someone(), someone()];
  const read = limits.queueCounted * methods.length;
  for (const [person, count] of [
    [many, limits.queueCounted + 1],
    [enough, limits.queueCounted],
    [crowd, read + 1],
  ] as const) {
    await register(stack, person, ['email']);
    await db.prisma.$executeRaw`
      INSERT INTO messages (practice_id, id, contact_id, kind, content_enc, content_hash, size, methods, any_method, due_at,
                            source, arrival, created_at)
      SELECT ${practiceId}, ${person.id} || '-' || n, ${person.id}, 'ad_hoc', 'x', 'x', 1, '{email}', true, now(), 'http',
             nextval('arrivals'), now()
      FROM generate_series(1, ${count}::int) n`;
    await db.prisma.$executeRaw`
      INSERT INTO deliveries (id, practice_id, contact_id, method, purpose, message_id, kind, status, due_at, arrival, size,
                              created_at)
      SELECT gen_random_uuid(), practice_id, contact_id, 'email', 'content', id, kind, 'queued', due_at, arrival, 1, created_at
      FROM messages WHERE contact_id = ${person.id}`;
  }
  const counted = async ({ id }: { id: string }) => {
    const { body } = await stack.call<{ queued: number; queuedIsMore?: true }>(
      'GET',
      `/v1/contacts/${id}`,
    );
    return [body.queued, body.queuedIsMore];
  };
  expect(await counted(enough)).toEqual([limits.queueCounted, undefined]);
  expect(await counted(many)).toEqual([limits.queueCounted, true]);

  // Nor is more read of a longer queue.
  await db.prisma.$executeRawUnsafe('ANALYZE');
  const client = await planner(stack);
  const statements = await statementsOf(() => counted(crowd));
  expect(await rowsRead(client, statements, 'deliveries')).toBe(read);
  await client.end();
});
