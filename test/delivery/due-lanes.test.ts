import { v7 as newId } from 'uuid';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { ensureContacts } from '../../src/record/contacts/contact-store.ts';
import {
  beginDispatch,
  dueLanes,
  planDispatch,
  waitForTurn,
} from '../../src/record/messages/dispatch-store.ts';
import { forgottenDispatchers } from '../../src/delivery/sweep-store.ts';
import { doorstepId } from '../../src/core/ids.ts';
import { startStack, type Stack } from '../harness/stack.ts';

/** Which lanes a dispatcher takes, in which order, and when it looks again. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack.stop());
afterEach(async () => {
  const { prisma } = stack.db;
  await prisma.delivery.deleteMany();
  await prisma.dispatchTurn.deleteMany();
  await prisma.channel.updateMany({ data: { lookAt: null, leaseUntil: null, retryAt: null } });
});

const at = (seconds: number): Date =>
  new Date(Math.floor(stack.db.clock.now().getTime() / 1_000 + seconds) * 1_000);
type Times = { lookAt: Date; leaseUntil?: Date; retryAt?: Date };
async function lane(contactId: string, times: Times, method = 'sms'): Promise<void> {
  const { db, practiceId } = stack;
  await ensureContacts(db, db.prisma, practiceId, [contactId]);
  await db.prisma.channel.updateMany({
    where: { practiceId, contactId, method },
    data: { dispatched: true, ...times },
  });
}
/** Somebody waits for an answer of this contact's lane. */
const urgent = (contactId: string) =>
  stack.db.prisma.delivery.create({
    data: {
      id: newId(),
      practiceId: stack.practiceId,
      contactId,
      method: 'sms',
      purpose: 'answer',
      automatic: false,
      status: 'queued',
      dueAt: at(-1),
      arrival: BigInt(Date.now()),
      size: 1,
      createdAt: at(-1),
    },
  });
const due = (most = 10) => dueLanes(stack.db, stack.practiceId, 'sms', most);
const planned = () => planDispatch(stack.db, stack.practiceId);

it('takes what has been ready longest, and nothing that is leased, waits or is not due', async () => {
  await lane('late', { lookAt: at(-100) });
  await lane('early', { lookAt: at(-200) });
  await lane('leased', { lookAt: at(-300), leaseUntil: at(60) });
  await lane('waiting', { lookAt: at(-300), retryAt: at(60) });
  await lane('waited', { lookAt: at(-300), retryAt: at(-50) });
  await lane('planned', { lookAt: at(60) });
  await lane('other', { lookAt: at(-300) }, 'email');
  expect(await due()).toEqual(['early', 'late', 'waited']);
  expect(await due(1)).toEqual(['early']);
});

it('takes lanes that a person waits for before all others, and before its turn', async () => {
  await lane('patient', { lookAt: at(-200) });
  await lane('asking', { lookAt: at(-1) });
  await urgent('asking');
  expect(await due()).toEqual(['asking']);
  await waitForTurn(stack.db, stack.practiceId, 'sms', 60_000);
  expect(await due()).toEqual(['asking']);
  await lane('asking', { lookAt: at(-1), retryAt: at(60) });
  expect(await due()).toEqual([]);
});

it('takes codes by themselves', async () => {
  for (const contactId of ['asking', doorstepId]) {
    await lane(contactId, { lookAt: at(-1) });
    await urgent(contactId);
  }
  expect(await due()).toEqual([doorstepId]);
});

it('plans the next look by the lane that is ready first, and by its turn', async () => {
  expect(await planned()).toBeUndefined();
  const [first, second, turn] = [at(100), at(200), at(150)];
  await lane('second', { lookAt: second });
  expect(await planned()).toEqual(second);
  await lane('first', { lookAt: at(-100), leaseUntil: first });
  expect(await planned()).toEqual(first);
  await waitForTurn(stack.db, stack.practiceId, 'sms', 1);
  await stack.db.prisma.dispatchTurn.updateMany({ data: { turnAt: turn } });
  expect(await planned()).toEqual(turn);
  await urgent('first');
  expect(await planned()).toEqual(first);
});

it('is reminded of what it let lie, not of what has its time or its turn to come', async () => {
  const reminded = async () => {
    await stack.db.prisma.dispatcher.updateMany({ data: { toldAgainAt: null } });
    return (await forgottenDispatchers(stack.db, 10)).map(({ practiceId }) => practiceId);
  };
  await lane('planned', { lookAt: at(60) });
  await lane('leased', { lookAt: at(-300), leaseUntil: at(60) });
  expect(await reminded()).toEqual([]);
  await lane('late', { lookAt: at(-100) });
  expect(await reminded()).toEqual([stack.practiceId]);
  expect(await forgottenDispatchers(stack.db, 10)).toEqual([]);
  await waitForTurn(stack.db, stack.practiceId, 'sms', 60_000);
  expect(await reminded()).toEqual([]);
  await urgent('late');
  expect(await reminded()).toEqual([stack.practiceId]);
});

it('has its run looked at once it was reminded, and lets the same lie for minutes, whatever told it since', async () => {
  const { db, practiceId } = stack;
  const noted = (data: { wokenAt?: Date; toldAgainAt: Date | null }) =>
    db.prisma.dispatcher.updateMany({ data });
  const found = () => forgottenDispatchers(db, 10);
  await noted({ toldAgainAt: null });
  await lane('late', { lookAt: at(-400) });
  expect(await found()).toEqual([{ practiceId, stuck: false }]);
  await noted({ wokenAt: at(-1), toldAgainAt: at(-40) });
  expect(await found()).toEqual([{ practiceId, stuck: true }]);
  // It has looked: there is more than it can do.
  await beginDispatch(db, practiceId);
  expect(await found()).toEqual([{ practiceId, stuck: false }]);
  await noted({ toldAgainAt: at(-40) });
  await lane('late', { lookAt: at(-200) });
  expect(await found()).toEqual([{ practiceId, stuck: false }]);
  await noted({ toldAgainAt: at(-40) });
  await lane('late', { lookAt: at(-400), retryAt: at(-200) });
  expect(await found()).toEqual([{ practiceId, stuck: false }]);
});
