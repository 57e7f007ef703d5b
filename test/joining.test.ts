import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyReport } from '../src/delivery/provider-report.ts';
import { moveFurther } from '../src/record/contacts/joining.ts';
import { transaction } from '../src/platform/db/transaction.ts';
import { limits } from '../src/core/limits.ts';
import { claim, claimed, settle } from './harness/lanes.ts';
import { queueMany } from './harness/long-queues.ts';
import { lightOf, register, registerWithConsent, someone, type Person } from './harness/people.ts';
import { startStack, until, type Stack } from './harness/stack.ts';
import { statementsOf } from './harness/statements.ts';

/** The long queue of a merged contact joins that of the one that stays in pages, and nobody sees that it takes time. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack.stop());

/** More than a page and a half: after the merge one more page is full, and one is not. */
const long = 2 * limits.movedAtOnce + 10;

/** Two records of one person: it agreed under both. */
async function twoRecords(queued: { old: number; ann: number }): Promise<[Person, Person]> {
  const ann = someone();
  const old = { ...ann, id: someone().id };
  for (const person of [ann, old]) await registerWithConsent(stack, person, ['email', 'sms']);
  await queueMany(stack, old, queued.old);
  await queueMany(stack, ann, queued.ann);
  return [old, ann];
}

const merge = async (from: Person, into: Person): Promise<void> => {
  const answer = await stack.call('POST', `/v1/contacts/${from.id}/merge`, { into: into.id });
  expect(answer.status).toBe(200);
};
const joining = async ({ id }: Person): Promise<string[]> => {
  const where = { practiceId_id: { practiceId: stack.practiceId, id } };
  return (await stack.db.prisma.contact.findUniqueOrThrow({ where })).joining;
};
const moveAll = () => until('all have moved', async () => !(await moveFurther(stack.db)));
/** Ids of what is queued on a lane, as it leaves. */
const inOrder = async (people: Person[], method = 'sms'): Promise<string[]> => {
  const rows = await stack.db.prisma.delivery.findMany({
    where: { contactId: { in: people.map(({ id }) => id) }, method, status: 'queued' },
    orderBy: [{ dueAt: 'asc' }, { arrival: 'asc' }],
    select: { messageId: true },
  });
  return rows.map(({ messageId }) => messageId!);
};
const statusOf = async (id: string) => (await stack.call('GET', `/v1/messages/${id}`)).body;
/** One that has not moved yet, as the last of its queue. */
const unmoved = async (old: Person): Promise<string> => {
  const last = (await inOrder([old])).at(-1);
  expect(last).toBeDefined();
  return last!;
};

describe('a merge', () => {
  it('costs the same with 20,000 messages as with 200, and no more than a page’s time', async () => {
    const cost = async (old: number) => {
      const records = await twoRecords({ old, ann: old });
      await stack.db.prisma.$executeRaw`ANALYZE messages, deliveries`;
      const began = performance.now();
      const statements = (await statementsOf(() => merge(...records))).length;
      return { statements, ms: performance.now() - began, records };
    };
    const few = await cost(200);
    const page = await cost(limits.movedAtOnce);
    const many = await cost(20_000);
    expect([page.statements, many.statements]).toEqual([few.statements, few.statements]);
    // In one transaction it was thirty times as much; the machine does other things too.
    expect(many.ms).toBeLessThan(8 * Math.max(few.ms, page.ms));
    expect([await joining(few.records[1]), await joining(page.records[1])]).toEqual([[], []]);
    expect(await joining(many.records[1])).toEqual([many.records[0].id]);

    const [old, ann] = many.records;
    const order = await inOrder([old, ann]);
    expect((await claim(stack, ann, 'email')).kind).toBe('none');
    await moveAll();
    expect(await inOrder([ann])).toEqual(order);
    expect(await inOrder([ann], 'email')).toEqual(order);
    expect(new Set(order).size).toBe(40_000);
    expect(await inOrder([old])).toEqual([]);
  }, 240_000);
});

describe('while messages still move', () => {
  it('no content leaves, and then all of it does in the order of both', async () => {
    const [old, ann] = await twoRecords({ old: long, ann: 20 });
    const order = await inOrder([old, ann]);
    await merge(old, ann);
    const { db, practiceId } = stack;
    const pages: string[][] = [];
    for (; (await joining(ann)).length > 0; await moveFurther(db)) {
      pages.push(await joining(ann));
      for (const method of ['email', 'sms'] as const)
        expect((await claim(stack, ann, method)).kind).toBe('none');
      expect(await db.prisma.delivery.count({ where: { practiceId, status: 'sending' } })).toBe(0);
    }
    expect(pages).toEqual([[old.id], [old.id]]);
    const lanes = await db.prisma.channel.findMany({ where: { contactId: ann.id } });
    for (const { method, lookAt, dispatched } of lanes)
      expect([method, lookAt !== null, dispatched]).toEqual([method, method !== 'fax', false]);

    const email = await claimed(stack, ann, 'email');
    if (email.kind !== 'email') throw new Error('no email');
    const sent = await db.prisma.delivery.findMany({
      where: { id: { in: email.emails.map(({ deliveryId }) => deliveryId) } },
    });
    const messageOf = new Map(sent.map(({ id, messageId }) => [id, messageId]));
    expect(email.emails.map(({ deliveryId }) => messageOf.get(deliveryId))).toEqual(
      order.slice(0, limits.emailBatch),
    );
    await settle(stack, email, { kind: 'sent', providerId: 'p' });
  });

  it('a page that its process did not finish is undone, and moved again', async () => {
    const [old, ann] = await twoRecords({ old: long, ann: 5 });
    const order = await inOrder([old, ann]);
    await merge(old, ann);
    const before = await inOrder([ann]);
    const { db, practiceId } = stack;
    // A delivery of the next page is held, so that its transaction stands still, and its connection is cut.
    await transaction(db, async (sql) => {
      const [held] = await inOrder([old]);
      await sql.$executeRaw`SELECT 1 FROM deliveries WHERE practice_id = ${practiceId} AND message_id = ${held} FOR UPDATE`;
      const broken = moveFurther(db).catch(() => 'broken');
      await until('it stands still', async () => {
        const cut = await db.prisma.$queryRaw<{ cut: boolean }[]>`
          SELECT pg_terminate_backend(pid) AS cut FROM pg_stat_activity
          WHERE wait_event_type = 'Lock' AND query LIKE '%UPDATE%deliveries%' AND datname = current_database()`;
        return cut.length > 0;
      });
      expect(await inOrder([ann])).toEqual(before);
      expect(await joining(ann)).toEqual([old.id]);
      void broken;
    });
    await moveAll();
    expect(await inOrder([ann])).toEqual(order);
    expect(await joining(ann)).toEqual([]);
  });

  it('they are the contact’s in every list, count and export', async () => {
    const [old, ann] = await twoRecords({ old: long, ann: 5 });
    const order = await inOrder([old, ann]);
    await merge(old, ann);
    const last = await unmoved(old);
    expect(await statusOf(last)).toMatchObject({
      contactId: ann.id,
      deliveries: [{ waitingFor: 'earlier_message' }, { waitingFor: 'earlier_message' }],
    });
    expect((await lightOf(stack, ann)).queued).toBe(long + 5);
    const listed: string[] = [];
    let cursor: string | undefined;
    do {
      const path = `/v1/contacts/${old.id}/messages?limit=200${cursor ? `&cursor=${cursor}` : ''}`;
      const { body } = await stack.call<{
        items: { id: string; contactId: string }[];
        nextCursor?: string;
      }>('GET', path);
      listed.push(...body.items.map(({ id }) => id));
      expect(new Set(body.items.map(({ contactId }) => contactId))).toEqual(new Set([ann.id]));
      cursor = body.nextCursor;
    } while (cursor);
    expect(listed).toEqual(order);
    const held = await stack.call<{ messages: { id: string }[] }>(
      'GET',
      `/v1/contacts/${ann.id}/export`,
    );
    expect(held.body.messages.map(({ id }) => id)).toEqual(order);
    await moveAll();
    expect(await inOrder([ann])).toEqual(order);
  });

  it('each can be cancelled, changed and replaced, and new ones come in under either id', async () => {
    const [old, ann] = await twoRecords({ old: long, ann: 5 });
    await merge(old, ann);
    const [replaced, cancelled, changed] = (await inOrder([old])).slice(-3) as [
      string,
      string,
      string,
    ];
    expect((await stack.call('DELETE', `/v1/messages/${cancelled}`)).status).toBe(200);
    const patched = await stack.call('PATCH', `/v1/messages/${changed}`, {
      sendAt: new Date().toISOString(),
    });
    expect(patched.status).toBe(200);
    const next = { id: `${old.id}-next`, kind: 'ad_hoc', subject: 's', body: 'b' };
    const posted = await stack.call('POST', `/v1/contacts/${old.id}/messages`, {
      ...next,
      supersedes: replaced,
    });
    expect(posted.status).toBe(202);
    const outcome = async () =>
      Promise.all(
        [replaced, cancelled, changed, next.id].map(async (id) => {
          const { status, contactId } = (await statusOf(id)) as Record<string, string>;
          return [status, contactId];
        }),
      );
    const wanted = ['cancelled', 'cancelled', 'queued', 'queued'].map((one) => [one, ann.id]);
    expect(await outcome()).toEqual(wanted);
    await moveAll();
    expect(await outcome()).toEqual(wanted);
    const order = await inOrder([ann]);
    expect(order.slice(-2)).toEqual([changed, next.id]);
    expect(order).toHaveLength(long + 5 - 1);
    // Nobody looks after the old id for ever.
    const looked = {
      contactId: old.id,
      OR: [{ lookAt: { not: null } }, { wokenAt: { not: null } }],
    };
    expect(await stack.db.prisma.channel.count({ where: looked })).toBe(0);
  });

  it('they follow the methods and waivers of the contact', async () => {
    const [old, ann] = await twoRecords({ old: long, ann: 5 });
    await merge(old, ann);
    await register(stack, ann, ['email']);
    await moveAll();
    expect([await inOrder([ann], 'sms'), await inOrder([old], 'sms')]).toEqual([[], []]);
    expect(await inOrder([ann], 'email')).toHaveLength(long + 5);
    await register(stack, ann);
    expect(await inOrder([ann], 'sms')).toHaveLength(long + 5);

    const [other, ben] = await twoRecords({ old: long, ann: 5 });
    await merge(other, ben);
    const path = `/v1/contacts/${ben.id}`;
    const waiver = { method: 'sms', reason: 'asked for email' };
    expect((await stack.call('DELETE', `${path}/consents/sms`)).status).toBe(200);
    expect((await stack.call('POST', `${path}/waivers`, waiver)).status).toBe(200);
    await moveAll();
    expect(await inOrder([ben], 'sms')).toEqual([]);
    const waived = { contactId: ben.id, method: 'sms', reason: 'channel_waived' };
    expect(await stack.db.prisma.delivery.count({ where: waived })).toBe(long + 5);
    expect(await inOrder([ben], 'email')).toHaveLength(long + 5);
  });

  it('they move on to the contact that theirs is merged into', async () => {
    const [old, ann] = await twoRecords({ old: long, ann: long });
    const [third] = await twoRecords({ old: long, ann: 0 });
    const order = await inOrder([old, ann, third]);
    await merge(old, ann);
    await merge(ann, third);
    expect(await joining(third)).toEqual([old.id, ann.id]);
    expect(await joining(ann)).toEqual([]);
    expect((await claim(stack, third, 'sms')).kind).toBe('none');
    expect((await lightOf(stack, old)).queued).toBe(3 * long);
    await moveAll();
    expect(await inOrder([third])).toEqual(order);
  });

  it('an erasure reaches all of them', async () => {
    const [old, ann] = await twoRecords({ old: long, ann: 5 });
    await merge(old, ann);
    expect((await stack.call('DELETE', `/v1/contacts/${ann.id}`)).status).toBe(204);
    const mine = { contactId: { in: [old.id, ann.id] } };
    const check = async () => {
      const { delivery, message } = stack.db.prisma;
      expect(await delivery.count({ where: { ...mine, status: 'queued' } })).toBe(0);
      expect(await message.count({ where: { ...mine, contentHash: { not: '' } } })).toBe(0);
    };
    await check();
    await moveAll();
    await check();
    expect(await stack.db.prisma.message.count({ where: mine })).toBe(long + 5);
  });

  it('an SMS that its provider did not take after all comes back to the contact', async () => {
    const [old, ann] = await twoRecords({ old: long, ann: 5 });
    const text = await claimed(stack, old, 'sms');
    if (text.kind !== 'sms') throw new Error('no text');
    await settle(stack, text, { kind: 'sent', providerId: 'took-it' });
    const { db, practiceId } = stack;
    const where = { id: text.messages[0]!.deliveryId };
    const { messageId } = await db.prisma.delivery.findUniqueOrThrow({ where });
    const last = { dueAt: new Date('2030-01-01') };
    await db.prisma.message.updateMany({ where: { practiceId, id: messageId! }, data: last });
    await merge(old, ann);
    const delivery = await db.prisma.delivery.findUniqueOrThrow({ where });
    expect([delivery.contactId, delivery.status]).toEqual([old.id, 'sent']);
    const report = {
      kind: 'not_taken',
      reason: 'the account is empty',
      waitMs: 1,
      providerId: 'took-it',
      account: false,
    } as const;
    await transaction(db, (sql) => applyReport(db, sql, delivery, report));
    await moveAll();
    expect(await db.prisma.delivery.findUniqueOrThrow({ where })).toMatchObject({
      contactId: ann.id,
      status: 'queued',
    });
  });
});
