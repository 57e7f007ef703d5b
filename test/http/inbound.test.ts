import { afterAll, beforeAll, expect, it } from 'vitest';
import { v7 as newId } from 'uuid';
import { Prisma } from '../../src/platform/db/database.ts';
import { inboundPage } from '../../src/record/replies/inbound-list.ts';
import { createKey, createPractice } from '../../src/record/practices/practice-store.ts';
import { placeOf } from '../../src/platform/db/sealed-columns.ts';
import { register, someone, type Person } from '../harness/people.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack.stop());

type Item = {
  id: string;
  contactId?: string;
  from: string;
  text: string;
  meaning: string;
  doubtful?: boolean;
  nextAppointmentAt?: string;
  handledAt?: string;
};

async function list(handled?: boolean): Promise<Item[]> {
  const query = handled === undefined ? '' : `&handled=${handled}`;
  const { body } = await stack.call<{ items: Item[] }>('GET', `/v1/inbound?limit=200${query}`);
  return body.items;
}

async function say(person: Person, text: string): Promise<Item> {
  await stack.control('/inbound', { from: person.phone, to: '+12025550100', text });
  return until('it is stored', async () =>
    (await list()).find((item) => item.from === person.phone && item.text === text),
  );
}

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

async function appointment(person: Person, id: string, eventAt: string, more: object = {}) {
  const { status } = await stack.call('POST', `/v1/contacts/${person.id}/messages`, {
    id: `${person.id}-${id}`,
    kind: 'appointment_reminder',
    body: 'x',
    eventAt,
    ...more,
  });
  expect(status).toBe(202);
}

it('shows a CANCEL to staff although it counts, with the appointment that it may have meant', async () => {
  const ann = someone();
  await register(stack, ann, ['sms']);
  await appointment(ann, 'later', inDays(30));
  await appointment(ann, 'moved', inDays(2));
  await appointment(ann, 'next', inDays(9), { supersedes: `${ann.id}-moved` });
  await appointment(ann, 'off', inDays(1));
  await stack.call('DELETE', `/v1/messages/${ann.id}-off`);
  const next = (await stack.call<{ eventAt?: string }>('GET', `/v1/messages/${ann.id}-next`)).body;
  const item = await say(ann, 'CANCEL');
  expect(item).toMatchObject({ contactId: ann.id, meaning: 'stop', doubtful: true });
  expect(item).not.toHaveProperty('handledAt');
  expect(item.nextAppointmentAt?.slice(0, 10)).toBe((next.eventAt ?? inDays(9)).slice(0, 10));
  const { body } = await stack.call<{ channels: { sms: { state: string } } }>(
    'GET',
    `/v1/contacts/${ann.id}`,
  );
  expect(body.channels.sms.state).toBe('revoked');
});

it('shows what is unclear with the appointment, and a plain stop as handled', async () => {
  const [ann, bob] = [someone(), someone()];
  for (const person of [ann, bob]) await register(stack, person, ['sms']);
  await appointment(ann, 'a', inDays(3));
  const unclear = await say(ann, 'cancel my appointment');
  expect(unclear).toMatchObject({ meaning: 'unclear', nextAppointmentAt: expect.any(String) });
  const stopped = await say(bob, 'STOP');
  expect(stopped).toMatchObject({ meaning: 'stop', handledAt: expect.any(String) });
  expect(stopped).not.toHaveProperty('nextAppointmentAt');
  expect(stopped).not.toHaveProperty('doubtful');
  const waiting = (await list(false)).map(({ id }) => id);
  expect(waiting).toContain(unclear.id);
  expect(waiting).not.toContain(stopped.id);
  expect((await list(true)).map(({ id }) => id)).toContain(stopped.id);
});

it('marks a reply as handled, once, and as waiting again', async () => {
  const ann = someone();
  await register(stack, ann, ['sms']);
  const { id } = await say(ann, 'hello there');
  const path = `/v1/inbound/${id}/handled`;
  const first = await stack.call<Item>('POST', path);
  expect(first).toMatchObject({ status: 200, body: { id, handledAt: expect.any(String) } });
  expect((await stack.call<Item>('POST', path, {})).body.handledAt).toBe(first.body.handledAt);
  expect((await list(false)).map((item) => item.id)).not.toContain(id);
  const undone = await stack.call<Item>('DELETE', path);
  expect(undone).toMatchObject({ status: 200, body: { id } });
  expect(undone.body).not.toHaveProperty('handledAt');
  expect((await list(false)).map((item) => item.id)).toContain(id);
});

it('knows no reply of another practice, and no id that is none', async () => {
  const ann = someone();
  await register(stack, ann, ['sms']);
  const { id } = await say(ann, 'hello?');
  const other = stack.own('other');
  await createPractice(stack.db, { id: other, name: 'Other' });
  const as = { authorization: `Bearer ${(await createKey(stack.db, other, 'test')).key}` };
  for (const method of ['POST', 'DELETE'])
    for (const [path, headers] of [
      [`/v1/inbound/${id}/handled`, as],
      ['/v1/inbound/nonsense/handled', {}],
      ['/v1/inbound/00000000-0000-7000-8000-000000000000/handled', {}],
    ] as const)
      expect(await stack.call(method, path, undefined, headers)).toMatchObject({
        status: 404,
        body: { error: { code: 'not_found' } },
      });
  expect(
    (await stack.call<{ items: Item[] }>('GET', '/v1/inbound', undefined, as)).body.items,
  ).toEqual([]);
  expect((await list(false)).map((item) => item.id)).toContain(id);
});

it('pages from the newest on without missing or repeating one', async () => {
  const seen: string[] = [];
  let cursor = '';
  for (;;) {
    const { body } = await stack.call<{ items: Item[]; nextCursor?: string }>(
      'GET',
      `/v1/inbound?limit=2${cursor}`,
    );
    seen.push(...body.items.map(({ id }) => id));
    if (!body.nextCursor) break;
    cursor = `&cursor=${body.nextCursor}`;
  }
  expect(seen).toEqual((await list()).map(({ id }) => id));
  expect((await stack.call('GET', '/v1/inbound?cursor=abc')).status).toBe(422);
});

it('shows what may be a stop first, then what is no answer to an open request, then the rest', async () => {
  const rows = [
    { meaning: 'unclear', receivedAt: 5 },
    { meaning: 'doubtful_stop', doubtful: true, receivedAt: 1 },
    { meaning: 'unclear', asked: true, receivedAt: 2 },
    { meaning: 'doubtful_stop', doubtful: true, receivedAt: 3 },
    { meaning: 'doubtful_stop', doubtful: true, receivedAt: 4, resolvedAs: 'nothing' },
  ];
  const ids: string[] = [];
  for (const { receivedAt, ...row } of rows) {
    const id = newId();
    const { practiceId, db } = stack;
    await db.prisma.inboundMessage.create({
      data: {
        id,
        practiceId,
        method: 'sms',
        fromEnc: db.cipher.seal('+12025550123', placeOf('inbound_messages.from', practiceId, id)),
        textEnc: db.cipher.seal('x', placeOf('inbound_messages.text', practiceId, id)),
        receivedAt: new Date(Date.UTC(2030, 0, receivedAt)),
        ...row,
      },
    });
    ids.push(id);
  }
  const order = (items: Item[]) =>
    items.map(({ id }) => ids.indexOf(id)).filter((index) => index >= 0);
  expect(order(await list(false))).toEqual([3, 1, 2, 0, 4]);
  // Page by page, over the borders of the groups.
  const paged: Item[] = [];
  let cursor = '';
  for (;;) {
    const { body } = await stack.call<{ items: Item[]; nextCursor?: string }>(
      'GET',
      `/v1/inbound?limit=1&handled=false${cursor}`,
    );
    paged.push(...body.items);
    if (!body.nextCursor) break;
    cursor = `&cursor=${body.nextCursor}`;
  }
  expect(order(paged)).toEqual([3, 1, 2, 0, 4]);
  // Dealt with, it is one of the rest.
  await stack.call('POST', `/v1/inbound/${ids[3]}/handled`);
  expect(order(await list())).toEqual([1, 2, 0, 4, 3]);
});

it('finds a page of replies by an index, wherever it begins', async () => {
  const after = { priority: 1, at: new Date(), id: newId() };
  for (const handled of [undefined, false])
    for (const place of [undefined, after]) {
      const plan = await stack.db.prisma.$transaction(async (sql) => {
        await sql.$executeRaw`SET LOCAL enable_seqscan = off`;
        await sql.$executeRaw`SET LOCAL enable_sort = off`;
        const page = inboundPage(stack.practiceId, { handled, after: place }, 50);
        return JSON.stringify(await sql.$queryRaw(Prisma.sql`EXPLAIN (FORMAT JSON) ${page}`));
      });
      expect(plan).toMatch(/inbound_messages_(practice|open)/);
      expect(plan).not.toMatch(/"Node Type":\s*"Sort"/);
    }
});
