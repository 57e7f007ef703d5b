import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { forgetIfEnded } from '../../src/record/messages/batch-store.ts';
import { ensureContacts } from '../../src/record/contacts/contact-store.ts';
import { giveUpInterrupted } from '../../src/delivery/interrupted.ts';
import { startStack, type Stack } from '../harness/stack.ts';

/** A frozen call holds addresses and texts: whoever ends the last of its deliveries that is under way empties it. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack.stop());

async function frozen(members: number) {
  const { practiceId, db } = stack;
  const [batchId, contactId] = [newId(), newId()];
  await ensureContacts(db, db.prisma, practiceId, [contactId]);
  const createdAt = db.clock.now();
  await db.prisma.batch.create({
    data: { id: batchId, practiceId, payloadEnc: 'addresses and texts', createdAt },
  });
  const ids = Array.from({ length: members }, () => newId());
  const common = { practiceId, contactId, method: 'email', purpose: 'answer' };
  const row = { ...common, automatic: false, status: 'sending', size: 0, batchId, createdAt };
  for (const [index, id] of ids.entries())
    await db.prisma.delivery.create({
      data: { ...row, id, dueAt: createdAt, arrival: BigInt(Date.now() * 100 + index) },
    });
  return { batchId, ids };
}

const payloadOf = async (id: string): Promise<string> =>
  (await stack.db.prisma.batch.findFirstOrThrow({ where: { id } })).payloadEnc;

it('two reports that end the last two deliveries of a call at one moment leave nothing of it', async () => {
  const { batchId, ids } = await frozen(2);
  let bothMoved = (): void => undefined;
  const whenBothMoved = new Promise<void>((resolve) => {
    bothMoved = resolve;
  });
  let moved = 0;
  const report = (id: string) =>
    stack.db.prisma.$transaction(async (sql) => {
      await sql.delivery.updateMany({ where: { id }, data: { status: 'delivered' } });
      moved += 1;
      if (moved === 2) bothMoved();
      await whenBothMoved;
      await forgetIfEnded(sql, batchId);
    });
  await Promise.all(ids.map(report));
  expect(await payloadOf(batchId)).toBe('');
});

it('a call with a delivery under way is kept, until that is given up', async () => {
  const { batchId, ids } = await frozen(2);
  const [first, second] = ids;
  const { prisma } = stack.db;
  await prisma.$transaction(async (sql) => {
    await sql.delivery.updateMany({ where: { id: first! }, data: { status: 'delivered' } });
    await forgetIfEnded(sql, batchId);
  });
  expect(await payloadOf(batchId)).not.toBe('');
  const left = await prisma.delivery.findMany({ where: { id: second! } });
  await prisma.$transaction((sql) => giveUpInterrupted(stack.db, sql, [], left));
  expect(await payloadOf(batchId)).toBe('');
});
