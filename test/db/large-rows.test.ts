import { randomBytes } from 'node:crypto';
import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sealReply } from '../../src/record/replies/inbound-words.ts';
import { readHeads, rowsOf } from '../../src/ledger/rows.ts';
import { appendEvidence } from '../../src/ledger/store.ts';
import { verifyLedger } from '../../src/features/evidence/verify.ts';
import { reencrypt } from '../../src/features/keys/reencrypt.ts';
import {
  keepRejected,
  listRejected,
  signalsWaitingFor,
} from '../../src/signals/rejected-signals.ts';
import { transaction } from '../../src/platform/db/transaction.ts';
import { limits } from '../../src/core/limits.ts';
import { register, someone } from '../harness/people.ts';
import { statementsOf } from '../harness/statements.ts';
import { startStack, type Stack } from '../harness/stack.ts';

/** However much others wrote into the rows of a list: a reader has only so much of it open at once. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack.stop());

describe('lists of what others wrote', () => {
  it('shows fewer rejected signals at once where they are large, and all of them by its cursor', async () => {
    const dan = someone();
    const { db, practiceId } = stack;
    const count = 100;
    const payload = { text: 'z'.repeat(limits.openedBytes / 20) };
    for (let n = 0; n < count; n += 1)
      await transaction(db, (sql) =>
        keepRejected(
          db,
          sql,
          { practiceId, contactId: dan.id },
          {
            signal: 'other',
            payload,
            receivedAt: new Date(Date.UTC(2026, 0, 1, 0, n)).toISOString(),
          },
          `reason ${n}`,
          `place ${n}`,
        ),
      );
    const seen: string[] = [];
    let cursor = '';
    do {
      type List = { items: { reason: string; payload: unknown }[]; nextCursor?: string };
      const { body } = await stack.call<List>('GET', `/v1/rejected-signals?limit=200${cursor}`);
      expect(body.items.length).toBeGreaterThan(0);
      expect(body.items.length).toBeLessThanOrEqual(20);
      expect(body.items[0]!.payload).toEqual(payload);
      seen.push(...body.items.map(({ reason }) => reason));
      cursor = body.nextCursor === undefined ? '' : `&cursor=${body.nextCursor}`;
    } while (cursor !== '');
    expect(seen).toEqual(Array.from({ length: count }, (_, n) => `reason ${count - 1 - n}`));
    const { rows, next } = await listRejected(db, practiceId, {}, 10);
    expect([rows.length, next?.id]).toEqual([10, rows.at(-1)!.id]);
  });

  it('takes fewer late signals at once where they are large, and all of them in the end', async () => {
    const eve = someone();
    const { db, practiceId } = stack;
    const sealed = 'z'.repeat(limits.openedBytes / 10);
    for (let n = 0; n < 30; n += 1)
      await transaction(db, (sql) =>
        keepRejected(
          db,
          sql,
          { practiceId, contactId: eve.id },
          {
            signal: 'sendMessage',
            payload: null,
            receivedAt: new Date().toISOString(),
            unopened: { why: 'key', keyId: 'late', sealed },
          },
          'reason',
          `${eve.id} ${n}`,
        ),
      );
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await signalsWaitingFor(db, ['late'], { after, most: limits.sweepBatch });
      expect(page.signals.length).toBeLessThanOrEqual(10);
      seen.push(...page.signals.map(({ id }) => id));
      after = page.last;
    } while (after !== undefined);
    expect(new Set(seen).size).toBe(30);
  });

  it('shows fewer replies at once where they are large, and all of them by its cursor', async () => {
    const fay = someone();
    await register(stack, fay);
    const { db, practiceId } = stack;
    const text = randomBytes(limits.openedBytes / 16).toString('base64url');
    const rows = Array.from({ length: 30 }, (_, n) => {
      const id = newId();
      return {
        id,
        practiceId,
        contactId: fay.id,
        method: 'sms',
        ...sealReply(db, { practiceId, id }, { from: fay.phone, text }),
        meaning: 'unclear',
        receivedAt: new Date(Date.UTC(2026, 0, 1, 0, n)),
      };
    });
    await db.prisma.inboundMessage.createMany({ data: rows });
    const seen: string[] = [];
    let cursor = '';
    do {
      type List = { items: { id: string }[]; nextCursor?: string };
      const { body } = await stack.call<List>('GET', `/v1/inbound?limit=200${cursor}`);
      expect(body.items.length).toBeGreaterThan(0);
      expect(body.items.length).toBeLessThan(16);
      seen.push(...body.items.map(({ id }) => id));
      cursor = body.nextCursor === undefined ? '' : `&cursor=${body.nextCursor}`;
    } while (cursor !== '');
    expect(seen).toEqual(rows.map(({ id }) => id).toReversed());
    const { body } = await stack.call<{ replies: { text: string }[] }>(
      'GET',
      `/v1/contacts/${fay.id}/export`,
    );
    expect(body.replies.map((reply) => reply.text === text)).toEqual(rows.map(() => true));
  });
});

it('chains of large entries are checked whole, a few entries at a time', async () => {
  const { db, practiceId } = stack;
  const people = [someone(), someone(), someone()];
  for (const person of people) await register(stack, person);
  const fields = { via: 'paper', evidence: 'z'.repeat(limits.openedBytes / 20) };
  const each = 12;
  for (let n = 0; n < each; n += 1)
    await appendEvidence(
      db,
      db.prisma,
      people.map(({ id: contactId }) => ({
        id: newId(),
        ref: { practiceId, contactId },
        version: 1,
        evidence: { type: 'consented_elsewhere', method: 'email', at: db.clock.now(), fields },
      })),
    );
  const contactIds = people.map(({ id }) => id);
  const read: string[] = [];
  const statements = await statementsOf(async () => {
    for await (const row of rowsOf(db, await readHeads(db, practiceId, contactIds)))
      read.push(`${row.contactId} ${row.seq}`);
  });
  const all = await db.prisma.ledgerEntry.findMany({
    where: { practiceId, contactId: { in: contactIds } },
    orderBy: { seq: 'asc' },
  });
  const inOrder = contactIds.flatMap((id) =>
    all.filter(({ contactId }) => contactId === id).map(({ seq }) => `${id} ${seq}`),
  );
  expect(read).toEqual(inOrder);
  expect(read.length).toBeGreaterThanOrEqual(each * people.length);
  const pages = statements.filter(({ text }) => text.includes('fields_enc'));
  expect(pages.length).toBeGreaterThan((each * people.length) / 20);
  expect((await verifyLedger(db, practiceId)).problems).toEqual([]);
});

it('re-encryption replaces all values, large and small', async () => {
  const { db } = stack;
  const wanted = await db.prisma.rejectedSignal.count({ where: { payloadEnc: { not: '' } } });
  let sealed = 0;
  const total = await reencrypt(db, 'another', (name, count) => {
    if (name === 'rejected_signals.payload_enc') ({ sealed } = count);
  });
  expect(sealed).toBe(wanted);
  expect(total.unopened).toBe(0);
});
