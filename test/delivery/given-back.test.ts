import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyReport } from '../../src/delivery/provider-report.ts';
import { applyReply } from '../../src/features/replies/sms-reply.ts';
import { lockContact } from '../../src/record/consent/contact-lock.ts';
import { callProvider } from '../../src/delivery/call.ts';
import type { Claimed } from '../../src/delivery/claim.ts';
import type { Outcome } from '../../src/delivery/settle.ts';
import { limits } from '../../src/core/limits.ts';
import type { ConsentMethod } from '../../src/core/method.ts';
import * as lanes from '../harness/lanes.ts';
import { queue, register, registerWithConsent, someone, type Person } from '../harness/people.ts';
import { passedOn, postPlivo, postResend } from '../harness/signed-webhooks.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';
import {
  documentedBounce,
  documentedFailure,
  plivoStatusForm,
  resendEmailEvent,
} from '../unit/providers/provider-bodies.ts';

/** Retries: their place meanwhile, and reports about their attempts. No worker: the steps are the test's. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack.stop());

async function agreed(method: ConsentMethod, ...bodies: string[]): Promise<Person> {
  const ann = someone();
  await registerWithConsent(stack, ann, [method]);
  if (bodies.length > 0) await queue(stack, ann, ...bodies);
  return ann;
}

const claimed = (person: Person, method: ConsentMethod) => lanes.claimed(stack, person, method);
const settle = (one: Claimed, outcome: Outcome) => lanes.settle(stack, one, outcome);

const idOf = (one: Claimed): string =>
  (one.kind === 'email' ? one.emails : one.messages)[0]!.deliveryId;
const rowOf = (one: Claimed) =>
  stack.db.prisma.delivery.findUniqueOrThrow({ where: { id: idOf(one) } });
const laneOf = (person: Person, method: ConsentMethod) =>
  stack.db.prisma.channel.findFirstOrThrow({ where: { contactId: person.id, method } });

/** The next attempt of what waits, after the wait. */
async function again(person: Person, method: ConsentMethod): Promise<Claimed> {
  await stack.db.prisma.channel.updateMany({
    where: { contactId: person.id },
    data: { retryAt: null },
  });
  return claimed(person, method);
}

/** What the provider says of the attempt with that id; none: of one that it does not name. */
async function says(
  one: Claimed,
  what: 'not taken' | 'dead' | 'spam' | 'stopped',
  providerId?: string,
): Promise<void> {
  const type = {
    'not taken': 'failed',
    dead: 'bounced',
    spam: 'complained',
    stopped: 'suppressed',
  };
  const details = { 'not taken': documentedFailure, dead: documentedBounce, spam: {}, stopped: {} };
  if (one.kind === 'email') {
    const ids = { emailId: providerId ?? '', deliveryId: idOf(one) };
    const event = resendEmailEvent(`email.${type[what]}`, ids, details[what]);
    expect(await postResend(stack, event)).toBe(200);
    return;
  }
  const codes = { 'not taken': '300', dead: '50', spam: '', stopped: '200' };
  const path = one.messages[0]!.sms.statusUrl.split('/webhooks/plivo/')[1] as `status/${string}`;
  const form = plivoStatusForm('failed', {
    ErrorCode: codes[what],
    MessageUUID: providerId ?? '',
  });
  expect(await postPlivo(stack, path, form)).toBe(200);
}

describe('what comes back unsent, after the provider asked for a minute’s wait', () => {
  const givenBack: Outcome = { kind: 'given_back', waitMs: 60_000, reason: 'busy' };
  const shown = async (person: Person, purpose: 'content' | 'opt_in') =>
    (
      await stack.db.prisma.delivery.findMany({
        where: { contactId: person.id, purpose },
        orderBy: { createdAt: 'asc' },
      })
    ).map(({ status, reason }) => ({ status, reason }));

  async function asked(): Promise<Person> {
    const ann = someone();
    await register(stack, ann, ['sms']);
    const { status } = await stack.call('POST', `/v1/contacts/${ann.id}/opt-in`, {});
    expect(status).toBe(202);
    return ann;
  }
  /** Nothing has left here that the sandbox's phone could answer. */
  const text = (person: Person, words: string) =>
    stack.control('/inbound', { from: person.phone, to: '+12025550100', text: words });
  const no = async (person: Person): Promise<void> => {
    await text(person, 'NO');
    await until('the no counts', async () => {
      const where = { contactId: person.id, method: 'sms', state: 'declined', reason: null };
      return (await stack.db.prisma.channel.count({ where })) > 0;
    });
  };
  const notNeeded = { status: 'cancelled', reason: 'no longer needed' };

  it.each([
    ['no', no],
    ['stop', (ann: Person) => stack.call('DELETE', `/v1/contacts/${ann.id}/consents/sms`)],
    [
      'waiver',
      (ann: Person) =>
        stack.call('POST', `/v1/contacts/${ann.id}/waivers`, { method: 'sms', reason: 'landline' }),
    ],
    [
      'new number',
      (ann: Person) => stack.call('PATCH', `/v1/contacts/${ann.id}`, { phone: someone().phone }),
    ],
  ])('an opt-in is off its lane at once where a %s came meanwhile', async (_what, act) => {
    const ann = await asked();
    await settle(await claimed(ann, 'sms'), { kind: 'sent', providerId: `p-${ann.id}` });
    stack.time.offsetMs = limits.optInEveryMs + 60_000;
    try {
      await stack.call('POST', `/v1/contacts/${ann.id}/opt-in`, { methods: ['sms'] });
      const second = await claimed(ann, 'sms');
      await act(ann);
      await settle(second, givenBack);
      expect((await shown(ann, 'opt_in')).at(-1)).toEqual(notNeeded);
    } finally {
      stack.time.offsetMs = 0;
    }
  });

  it('an opt-in waits where only a doubt came meanwhile', async () => {
    const ann = await asked();
    const first = await claimed(ann, 'sms');
    await text(ann, 'not interested');
    await until('it is in doubt', async () => {
      const where = { contactId: ann.id, doubt: { not: null } };
      return (await stack.db.prisma.channel.count({ where })) > 0;
    });
    await settle(first, givenBack);
    expect(await shown(ann, 'opt_in')).toEqual([{ status: 'queued', reason: 'busy' }]);
  });

  it('a message is suppressed where the channel was waived meanwhile, and waits where it was stopped', async () => {
    const [ann, bob] = [await agreed('sms', 'for ann'), await agreed('sms', 'for bob')];
    const [hers, his] = [await claimed(ann, 'sms'), await claimed(bob, 'sms')];
    await stack.call('POST', `/v1/contacts/${ann.id}/waivers`, { method: 'sms', reason: 'no' });
    await stack.call('DELETE', `/v1/contacts/${bob.id}/consents/sms`);
    await settle(hers, givenBack);
    await settle(his, givenBack);
    expect(await shown(ann, 'content')).toEqual([
      { status: 'suppressed', reason: 'channel_waived' },
    ]);
    expect(await shown(bob, 'content')).toEqual([{ status: 'queued', reason: 'busy' }]);
  });

  it('a message that was cancelled meanwhile does not leave', async () => {
    const ann = someone();
    await registerWithConsent(stack, ann, ['email', 'sms']);
    await stack.call('DELETE', `/v1/contacts/${ann.id}/consents/sms`);
    await queue(stack, ann, 'one');
    const one = await claimed(ann, 'email');
    const { messageId } = await rowOf(one);
    // Its text waits, and is cancelled; what is under way cannot be.
    expect((await stack.call('DELETE', `/v1/messages/${messageId}`)).status).toBe(200);
    await settle(one, givenBack);
    expect(await rowOf(one)).toMatchObject({
      status: 'cancelled',
      reason: 'cancelled by the practice',
    });
  });

  describe('of a message that was cancelled while it was under way', () => {
    /** Its email is at the provider, its text waits. */
    async function cancelled(): Promise<{ ann: Person; email: Claimed; path: string }> {
      const ann = someone();
      await registerWithConsent(stack, ann, ['email', 'sms']);
      await queue(stack, ann, 'one');
      const email = await claimed(ann, 'email');
      const path = `/v1/messages/${(await rowOf(email)).messageId}`;
      expect((await stack.call('DELETE', path)).status).toBe(200);
      return { ann, email, path };
    }
    const ways = async (path: string) => {
      const { deliveries } = (
        await stack.call<{ deliveries: { method: string; status: string }[] }>('GET', path)
      ).body;
      return Object.fromEntries(deliveries.map(({ method, status }) => [method, status]));
    };
    const restore = async (path: string) => (await stack.call('POST', `${path}/restore`)).status;

    it.each(['before', 'after'] as const)(
      'waits again on every way where the cancelling is undone %s it came back',
      async (when) => {
        const { ann, email, path } = await cancelled();
        if (when === 'after') {
          await settle(email, givenBack);
          expect(await ways(path)).toEqual({ email: 'cancelled', sms: 'cancelled' });
        }
        expect(await restore(path)).toBe(200);
        if (when === 'before') await settle(email, givenBack);
        expect(await ways(path)).toEqual({ email: 'queued', sms: 'queued' });
        await settle(await again(ann, 'email'), { kind: 'sent', providerId: `e-${ann.id}` });
        await settle(await again(ann, 'sms'), { kind: 'sent', providerId: `s-${ann.id}` });
        expect(await ways(path)).toEqual({ email: 'sent', sms: 'sent' });
      },
    );

    it('waits again where the provider says only later that it had not taken it', async () => {
      const { ann, email, path } = await cancelled();
      await settle(email, { kind: 'sent', providerId: `e-${ann.id}` });
      await says(email, 'not taken', `e-${ann.id}`);
      expect(await ways(path)).toEqual({ email: 'cancelled', sms: 'cancelled' });
      expect(await restore(path)).toBe(200);
      expect(await ways(path)).toEqual({ email: 'queued', sms: 'queued' });
    });

    it('does not leave where a process cancelled it that marked only its deliveries', async () => {
      const { email, path } = await cancelled();
      const { messageId } = await rowOf(email);
      const where = { id: messageId! };
      await stack.db.prisma.message.updateMany({ where, data: { cancelledAt: null } });
      const migration = '../../prisma/migrations/20261204200011_cancelled_as_a_whole/migration.sql';
      const marks = readFileSync(new URL(migration, import.meta.url), 'utf8');
      await stack.db.prisma.$executeRawUnsafe(marks);
      await settle(email, givenBack);
      expect(await ways(path)).toEqual({ email: 'cancelled', sms: 'cancelled' });
    });

    it('leaves when it is tried again, and the undo of the cancelling brings the rest back', async () => {
      const { ann, email, path } = await cancelled();
      await settle(email, { kind: 'failed', reason: 'refused' });
      expect((await stack.call('POST', `${path}/retry`)).status).toBe(202);
      expect(await restore(path)).toBe(200);
      await settle(await again(ann, 'email'), { kind: 'sent', providerId: `e-${ann.id}` });
      await settle(await again(ann, 'sms'), { kind: 'sent', providerId: `s-${ann.id}` });
      expect(await ways(path)).toEqual({ email: 'sent', sms: 'sent' });
    });

    it('leaves when it is tried again, and the rest stays cancelled', async () => {
      const { ann, email, path } = await cancelled();
      await settle(email, { kind: 'failed', reason: 'refused' });
      expect((await stack.call('POST', `${path}/retry`)).status).toBe(202);
      await settle(await again(ann, 'email'), { kind: 'sent', providerId: `e-${ann.id}` });
      expect(await ways(path)).toEqual({ email: 'sent', sms: 'cancelled' });
    });

    it('is cancelled once more while it is tried again, and that undo leaves the former cancelling', async () => {
      const { ann, email, path } = await cancelled();
      await settle(email, { kind: 'failed', reason: 'refused' });
      await stack.call('POST', `${path}/retry`);
      const second = await again(ann, 'email');
      expect((await stack.call('DELETE', path)).status).toBe(200);
      await settle(second, givenBack);
      expect(await ways(path)).toEqual({ email: 'cancelled', sms: 'cancelled' });
      expect(await restore(path)).toBe(200);
      expect(await ways(path)).toEqual({ email: 'queued', sms: 'cancelled' });
      await settle(await again(ann, 'email'), { kind: 'sent', providerId: `e-${ann.id}` });
    });
  });

  it('a message steps aside with its method, and comes back with it', async () => {
    const ann = await agreed('email', 'one');
    const first = await claimed(ann, 'email');
    await register(stack, ann, ['sms']);
    await settle(first, givenBack);
    const email = async () =>
      (
        await stack.db.prisma.delivery.findFirstOrThrow({
          where: { contactId: ann.id, method: 'email', purpose: 'content' },
        })
      ).status;
    expect(await email()).toBe('cancelled');
    await register(stack, ann, ['email']);
    expect(await email()).toBe('queued');
  });
});

it.each(['email', 'sms'] as const)(
  'an %s whose claim is too old to call rests before it is claimed again, for longer each time',
  async (method) => {
    const ann = await agreed(method, 'one');
    const never = () => Promise.reject(new Error('it was called'));
    const providers = { email: { sendBatch: never }, sms: { sendSms: never } };
    const rests: number[] = [];
    for (let n = 0; n < 3; n += 1) {
      const one = await again(ann, method);
      one.lease.claimedAtMs -= limits.callStartMs + 1;
      const { outcomes } = await callProvider(providers, one, new AbortController().signal);
      const before = stack.db.clock.now().getTime();
      await settle(one, outcomes[0]!.outcome);
      expect(await rowOf(one)).toMatchObject({ status: 'queued' });
      expect((await lanes.claim(stack, ann, method)).kind).toBe('none');
      rests.push((await laneOf(ann, method)).retryAt!.getTime() - before);
    }
    for (const [n, rest] of rests.entries())
      expect(rest).toBeGreaterThanOrEqual(limits.retryFirstMs * 2 ** n);
  },
);

describe.each(['email', 'sms'] as const)(
  'an %s that the provider took and did not send',
  (method) => {
    it('waits as long as was said, though the call’s own answer comes later', async () => {
      const ann = await agreed(method, 'one');
      const one = await claimed(ann, method);
      await says(one, 'not taken', 'a');
      const { retryAt } = await laneOf(ann, method);
      expect(retryAt).not.toBeNull();
      await settle(one, { kind: 'sent', providerId: 'a' });
      const lane = await laneOf(ann, method);
      expect(lane).toMatchObject({ retryAt, leaseToken: null });
      expect((await lanes.claim(stack, ann, method)).kind).toBe('none');
      expect((await rowOf(one)).status).toBe('queued');
    });

    it('waits the longer of what was said and what the call’s own answer says', async () => {
      const ann = await agreed(method, 'one', 'two');
      const one = await claimed(ann, method);
      await says(one, 'not taken', 'a');
      const { retryAt } = await laneOf(ann, method);
      await settle(one, { kind: 'given_back', waitMs: 1, reason: 'busy' });
      expect((await laneOf(ann, method)).retryAt).toEqual(retryAt);
      const later = await again(ann, method);
      await says(later, 'not taken', 'b');
      const waitMs = 48 * 3_600_000;
      const before = stack.db.clock.now().getTime();
      const { lease } = later;
      await stack.db.prisma.delivery.updateMany({
        where: { id: idOf(later) },
        data: { status: 'sending', leaseToken: lease.token },
      });
      await settle(later, { kind: 'given_back', waitMs, reason: 'busy' });
      expect((await laneOf(ann, method)).retryAt!.getTime()).toBeGreaterThanOrEqual(
        before + waitMs,
      );
    });

    it('does not wait where its contact was erased or its channel waived since', async () => {
      const [ann, bob] = [await agreed(method, 'one'), await agreed(method, 'one')];
      const [hers, his] = [await claimed(ann, method), await claimed(bob, method)];
      await settle(hers, { kind: 'sent', providerId: 'a' });
      await settle(his, { kind: 'sent', providerId: 'a' });
      expect((await stack.call('DELETE', `/v1/contacts/${ann.id}`)).status).toBe(204);
      await stack.call('POST', `/v1/contacts/${bob.id}/waivers`, { method, reason: 'no' });
      await says(hers, 'not taken', 'a');
      await says(his, 'not taken', 'a');
      expect(await rowOf(hers)).toMatchObject({
        status: 'cancelled',
        reason: 'the contact was erased',
      });
      expect(await rowOf(his)).toMatchObject({ status: 'suppressed', reason: 'channel_waived' });
    });

    it('waits in the queue of the contact that it was merged into', async () => {
      const [ann, bob] = [await agreed(method, 'one'), await agreed(method)];
      const hers = await claimed(ann, method);
      await settle(hers, { kind: 'sent', providerId: 'a' });
      expect(
        (await stack.call('POST', `/v1/contacts/${ann.id}/merge`, { into: bob.id })).status,
      ).toBe(200);
      await says(hers, 'not taken', 'a');
      expect(await rowOf(hers)).toMatchObject({ status: 'queued', contactId: bob.id });
    });

    it('is a failure after so many attempts, also where the provider never names them', async () => {
      const ann = await agreed(method, 'one');
      let one = await claimed(ann, method);
      await says(one, 'not taken');
      await settle(one, { kind: 'sent', providerId: 'never said again' });
      const first = await rowOf(one);
      expect(first).toMatchObject({ status: 'queued', earlierIds: [''] });
      const known = limits.attemptsGivenBack - 2;
      await stack.db.prisma.delivery.update({
        where: { id: first.id },
        data: {
          earlierIds: Array(known).fill(''),
          earlierAddresses: Array(known).fill(first.addressHash),
        },
      });
      for (const status of ['queued', 'queued', 'failed']) {
        one = await again(ann, method);
        await says(one, 'not taken');
        await settle(one, { kind: 'sent', providerId: 'never said again' });
        expect((await rowOf(one)).status).toBe(status);
      }
    });
  },
);

describe('what is said late of an attempt that went to another address', () => {
  /** Tried at a first address, and again at the one that the contact has now. */
  async function movedOn(): Promise<{ ann: Person; former: string; last: Claimed }> {
    const ann = await agreed('email', 'one');
    const first = await claimed(ann, 'email');
    await settle(first, { kind: 'sent', providerId: 'first' });
    const { addressHash } = await rowOf(first);
    await says(first, 'not taken', 'first');
    const moved = { ...ann, email: `new.${ann.email}` };
    await registerWithConsent(stack, moved, ['email']);
    const last = await again(moved, 'email');
    await settle(last, { kind: 'sent', providerId: 'last' });
    return { ann: moved, former: addressHash!, last };
  }
  const barred = async () =>
    (await stack.db.prisma.suppression.findMany({ where: { liftedAt: null } })).map(
      (row) => row.addressHash,
    );

  it.each(['dead', 'spam', 'stopped'] as const)(
    '%s: bars that address, not today’s',
    async (what) => {
      const { ann, former, last } = await movedOn();
      await says(last, what, 'first');
      expect((await laneOf(ann, 'email')).state).toBe('accepted');
      expect(await barred()).toContain(former);
    },
  );

  it('dead: bars neither where nobody can tell which attempt is meant', async () => {
    const { ann, former, last } = await movedOn();
    await says(last, 'dead');
    const lane = await laneOf(ann, 'email');
    expect(lane.state).toBe('accepted');
    for (const hash of [former, lane.addressHash]) expect(await barred()).not.toContain(hash);
  });

  it.each(['spam', 'stopped'] as const)(
    '%s: bars both where nobody can tell which attempt is meant, since it may be a stop of either',
    async (what) => {
      const { ann, former, last } = await movedOn();
      await says(last, what);
      const lane = await laneOf(ann, 'email');
      expect(lane.state).toBe('revoked');
      for (const hash of [former, lane.addressHash]) expect(await barred()).toContain(hash);
    },
  );

  it('bars today’s where it is about that one', async () => {
    const { ann, last } = await movedOn();
    await says(last, 'spam', 'last');
    expect((await laneOf(ann, 'email')).state).toBe('revoked');
  });
});

it('a report and a STOP of a number that two contacts share do not wait for each other', async () => {
  const ann = await agreed('sms');
  const bob = { ...someone(), phone: ann.phone };
  await register(stack, bob, ['sms']);
  expect(ann.id < bob.id).toBe(true);
  await stack.call('POST', `/v1/contacts/${bob.id}/opt-in`, {});
  const asked = await claimed(bob, 'sms');
  await settle(asked, { kind: 'sent', providerId: 'a' });
  const delivery = await rowOf(asked);
  const waiting = (count: number) =>
    until(`${count} wait`, async () => {
      const rows = await stack.db.prisma.$queryRaw<object[]>`
        SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
      return rows.length >= count;
    });
  const { db } = stack;
  const both = await db.prisma.$transaction(async (sql) => {
    await lockContact(sql, { practiceId: stack.practiceId, contactId: bob.id });
    const report = db.prisma.$transaction((tx) =>
      applyReport(db, tx, delivery, { kind: 'blocked', reason: 'STOP', providerId: 'a' }),
    );
    await waiting(1);
    const stop = db.prisma.$transaction((tx) =>
      applyReply(
        db,
        tx,
        {
          ...passedOn,
          from: ann.phone,
          to: '+12025550100',
          text: 'STOP',
          providerId: `s-${ann.id}`,
        },
        {},
      ),
    );
    await waiting(2);
    return { report, stop };
  });
  await expect(Promise.all([both.report, both.stop])).resolves.toBeDefined();
  for (const person of [ann, bob]) expect((await laneOf(person, 'sms')).state).toBe('revoked');
});
