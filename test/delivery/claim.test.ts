import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as lanes from '../harness/lanes.ts';
import { queue, registerWithConsent, saidIn, someone, type Person } from '../harness/people.ts';
import { startStack, type Stack } from '../harness/stack.ts';
import type { Claimed } from '../../src/delivery/claim.ts';
import { lockContact } from '../../src/record/consent/contact-lock.ts';
import { addressHash } from '../../src/record/contacts/contact-store.ts';
import { planDispatch } from '../../src/record/messages/dispatch-store.ts';
import { takeLease } from '../../src/delivery/lease.ts';
import type { Outcome } from '../../src/delivery/settle.ts';
import type { Method } from '../../src/core/method.ts';
import { limits } from '../../src/core/limits.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack.stop());

async function agreed(method: 'email' | 'sms', ...bodies: string[]): Promise<Person> {
  const ann = someone();
  await registerWithConsent(stack, ann, [method]);
  await queue(stack, ann, ...bodies);
  return ann;
}

const claim = (person: Person, method: Method) => lanes.claim(stack, person, method);
const claimed = (person: Person, method: Method) => lanes.claimed(stack, person, method);
const settle = (one: Claimed, outcome: Outcome) => lanes.settle(stack, one, outcome);

const statusesOf = async (person: Person): Promise<string[]> =>
  (
    await stack.db.prisma.delivery.findMany({
      where: { contactId: person.id, purpose: 'content' },
      orderBy: { arrival: 'asc' },
    })
  ).map(({ status }) => status);

/** Past the lease of its holder. */
async function later<T>(play: () => Promise<T>): Promise<T> {
  stack.time.offsetMs += limits.leaseMs + 1;
  try {
    return await play();
  } finally {
    stack.time.offsetMs = 0;
  }
}

describe('a lane', () => {
  it('is nobody else’s while it is leased, however many callers ask', async () => {
    const ann = await agreed('sms', 'one', 'two');
    const results = await Promise.all(Array.from({ length: 8 }, () => claim(ann, 'sms')));
    expect(results.filter(({ kind }) => kind === 'sms')).toHaveLength(1);
    for (const result of results) if (result.kind === 'none') expect(result.nextAt).toBeDefined();
    expect(await statusesOf(ann)).toEqual(['sending', 'queued']);
  });

  it('gives its second message only after the first was settled', async () => {
    const ann = await agreed('sms', 'one', 'two');
    const first = await claimed(ann, 'sms');
    expect((await claim(ann, 'sms')).kind).toBe('none');
    await settle(first, { kind: 'sent', providerId: 'p1' });
    const second = await claimed(ann, 'sms');
    expect(second.kind === 'sms' && second.messages[0]?.sms.text).toBe('Test Practice: two');
  });

  it('whose holder died makes an SMS unknown, and goes on with the next', async () => {
    const ann = await agreed('sms', 'one', 'two');
    const dead = await claimed(ann, 'sms');
    await later(async () => {
      expect((await claim(ann, 'sms')).kind).toBe('again');
      expect(await statusesOf(ann)).toEqual(['unknown', 'queued']);
      const next = await claimed(ann, 'sms');
      expect(next.kind === 'sms' && next.messages[0]?.sms.text).toBe('Test Practice: two');
      // The dead one wakes up: it may still say that its message was sent, and frees nobody's lane.
      await settle(dead, { kind: 'sent', providerId: 'p2' });
      expect(await statusesOf(ann)).toEqual(['sent', 'sending']);
      expect((await claim(ann, 'sms')).kind).toBe('none');
    });
  });

  it('whose holder died repeats an email byte for byte, under the same key', async () => {
    const ann = await agreed('email', 'one', 'two');
    const dead = await claimed(ann, 'email');
    const again = await later(() => claimed(ann, 'email'));
    expect(again).toMatchObject({ repeat: true });
    if (dead.kind !== 'email' || again.kind !== 'email') throw new Error('not emails');
    expect(again.batchId).toBe(dead.batchId);
    expect(JSON.stringify(again.emails)).toBe(JSON.stringify(dead.emails));
  });

  it('does not repeat an email that was revoked meanwhile: it becomes unknown', async () => {
    const ann = await agreed('email', 'one');
    await claimed(ann, 'email');
    await stack.db.prisma.channel.updateMany({
      where: { contactId: ann.id, method: 'email' },
      data: { state: 'revoked' },
    });
    await later(() => claim(ann, 'email'));
    expect(await statusesOf(ann)).toEqual(['unknown']);
  });

  it('does not repeat an email whose address was stopped meanwhile, though its record does not say so yet', async () => {
    const ann = await agreed('email', 'one');
    await claimed(ann, 'email');
    const { practiceId } = stack;
    const stopped = { practiceId, method: 'email', addressHash: addressHash(stack.db, ann.email) };
    await stack.db.prisma.suppression.create({
      data: { ...stopped, kind: 'stopped', reason: 'STOP', since: stack.db.clock.now() },
    });
    await later(async () => {
      expect((await claim(ann, 'email')).kind).toBe('again');
      expect((await claim(ann, 'email')).kind).toBe('again');
      expect(await statusesOf(ann)).toEqual(['unknown']);
    });
  });

  it('does not repeat an email that another has replaced meanwhile', async () => {
    const ann = await agreed('email', 'at nine');
    await claimed(ann, 'email');
    const { id } = await stack.db.prisma.message.findFirstOrThrow({ where: { contactId: ann.id } });
    const { status } = await stack.call('POST', `/v1/contacts/${ann.id}/messages`, [
      { kind: 'ad_hoc', subject: 's', body: 'at ten', supersedes: id },
    ]);
    expect(status).toBe(202);
    const next = await later(async () => {
      expect((await claim(ann, 'email')).kind).toBe('again');
      return claimed(ann, 'email');
    });
    expect(next.kind === 'email' && next.emails.map(saidIn)).toEqual(['at ten']);
    expect(await statusesOf(ann)).toEqual(['unknown', 'sending']);
  });

  it('does not take back a head that another had replaced while it was under way', async () => {
    const ann = await agreed('sms', 'at nine');
    const nine = await claimed(ann, 'sms');
    const { id } = await stack.db.prisma.message.findFirstOrThrow({ where: { contactId: ann.id } });
    await stack.call('POST', `/v1/contacts/${ann.id}/messages`, [
      { kind: 'ad_hoc', body: 'at ten', supersedes: id },
    ]);
    await settle(nine, { kind: 'given_back', waitMs: 0, reason: 'the provider asks to wait' });
    expect(await statusesOf(ann)).toEqual(['cancelled', 'queued']);
    const next = await claimed(ann, 'sms');
    expect(next.kind === 'sms' && next.messages.map(({ sms }) => sms.text)).toEqual([
      'Test Practice: at ten',
    ]);
    expect(await statusesOf(ann)).toEqual(['cancelled', 'sending']);
  });

  it('is not disturbed by the message of somebody else that says it replaces this one', async () => {
    const [ann, bob] = [await agreed('sms', 'for ann'), await agreed('sms', 'for bob')];
    const { id } = await stack.db.prisma.message.findFirstOrThrow({ where: { contactId: ann.id } });
    await stack.call('POST', `/v1/contacts/${bob.id}/messages`, [
      { kind: 'ad_hoc', body: 'mistaken', supersedes: id },
    ]);
    expect((await claim(ann, 'sms')).kind).toBe('sms');
  });

  it('keeps a frozen call for its repeat, whatever a stopped holder of it says when it wakes up', async () => {
    const ann = await agreed('email', 'one');
    const stopped = await claimed(ann, 'email');
    await later(async () => {
      const repeated = await claimed(ann, 'email');
      await settle(repeated, { kind: 'repeat', waitMs: 0, reason: 'no answer' });
      await settle(stopped, { kind: 'given_back', waitMs: 0, reason: 'the claim was too old' });
      const again = await claimed(ann, 'email');
      expect(again.kind === 'email' && again.emails.map(saidIn)).toEqual(['one']);
      await settle(again, { kind: 'sent', providerId: 'p3' });
      if (again.kind !== 'email') throw new Error('not emails');
      const batch = await stack.db.prisma.batch.findUniqueOrThrow({ where: { id: again.batchId } });
      expect(batch.payloadEnc).toBe('');
    });
    expect(await statusesOf(ann)).toEqual(['sent']);
  });

  it('takes nothing back of what a provider reports while the call is about to be repeated', async () => {
    const ann = await agreed('email', 'one');
    await settle(await claimed(ann, 'email'), { kind: 'repeat', waitMs: 0, reason: 'no answer' });
    const { prisma } = stack.db;
    const where = { contactId: ann.id, purpose: 'content' };
    const seen = await prisma.delivery.findMany({ where });
    await prisma.delivery.updateMany({ where, data: { status: 'delivered' } });
    const ref = { practiceId: stack.practiceId, contactId: ann.id };
    await prisma.$transaction(async (sql) => {
      const contact = await lockContact(sql, ref);
      await takeLease(
        sql,
        { method: 'email', provider: 'resend' },
        [contact!],
        seen,
        new Date(),
        seen[0]!.batchId,
      );
    });
    expect(await statusesOf(ann)).toEqual(['delivered']);
  });

  it('of which no frozen call is left becomes unknown, and holds nobody up', async () => {
    const ann = await agreed('email', 'one', 'two');
    const one = await claimed(ann, 'email');
    if (one.kind !== 'email') throw new Error('not emails');
    const where = { id: one.batchId };
    await stack.db.prisma.batch.update({ where, data: { payloadEnc: '' } });
    await later(async () => expect((await claim(ann, 'email')).kind).toBe('again'));
    expect(await statusesOf(ann)).toEqual(['unknown', 'unknown']);
  });

  it('waits as long as a provider asks, and then sends the same head', async () => {
    const ann = await agreed('sms', 'one', 'two');
    await settle(await claimed(ann, 'sms'), { kind: 'given_back', waitMs: 60_000, reason: 'busy' });
    const waiting = await claim(ann, 'sms');
    expect(waiting.kind).toBe('none');
    stack.time.offsetMs = 61_000;
    const next = await claimed(ann, 'sms');
    stack.time.offsetMs = 0;
    expect(next.kind === 'sms' && next.messages[0]?.sms.text).toBe('Test Practice: one');
  });

  it('carries the emails of one contact in one call, in their order', async () => {
    const bodies = Array.from({ length: 120 }, (_, n) => `text ${n}`);
    const ann = await agreed('email', ...bodies);
    const first = await claimed(ann, 'email');
    if (first.kind !== 'email') throw new Error('not emails');
    expect(first.emails.map(saidIn)).toEqual(bodies.slice(0, limits.emailBatch));
  });
});

describe('the dispatcher’s next look', () => {
  it('does not queue a message that a person waits for', async () => {
    const ann = await agreed('sms', 'one');
    const { prisma, clock } = stack.db;
    const inSeconds = (n: number) => new Date(clock.now().getTime() + n * 1_000);
    const where = { contactId: ann.id, method: 'sms' };
    await prisma.channel.updateMany({ where, data: { dispatched: true, retryAt: inSeconds(2) } });
    await prisma.dispatchTurn.create({
      data: { practiceId: stack.practiceId, method: 'sms', turnAt: inSeconds(480) },
    });
    const wait = async () =>
      (await planDispatch(stack.db, stack.practiceId))!.getTime() - clock.now().getTime();
    expect(await wait()).toBeGreaterThan(400_000);
    await prisma.delivery.updateMany({
      where,
      data: { purpose: 'answer', kind: null, messageId: null },
    });
    expect(await wait()).toBeLessThan(10_000);
  });
});
