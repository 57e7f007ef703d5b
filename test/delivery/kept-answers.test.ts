import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { createProviders } from '../../src/main/compose.ts';
import { forgetOld } from '../../src/delivery/sweep-store.ts';
import type { Providers } from '../../src/delivery/call.ts';
import type { Claimed } from '../../src/delivery/claim.ts';
import { noteAnswers, type Outcome } from '../../src/delivery/settle.ts';
import { limits } from '../../src/core/limits.ts';
import type { Method } from '../../src/core/method.ts';
import * as lanes from '../harness/lanes.ts';
import {
  contents,
  greenPeople,
  lightOf,
  optIns,
  queue,
  register,
  registerWithConsent,
  someone,
  type Person,
} from '../harness/people.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';

/** What a provider answered is written down, whatever the database does meanwhile. */

let stack: Stack;
let admin: pg.Client;
let name: string;
beforeAll(async () => {
  stack = await startStack({ worker: false });
  name = new URL(stack.databaseUrl).pathname.slice(1);
  admin = new pg.Client({ connectionString: inject('databaseUrl') });
  await admin.connect();
  // Nothing but the answers themselves says what became of a text.
  await stack.control('/faults', { channel: 'sms', kind: 'lose_webhook', count: 1_000 });
});
afterAll(async () => {
  await admin.end();
  await stack.stop();
});
afterEach(() => stack.stopWorkers());

/** The real provider; `after` is done once, when the first such text was taken. */
function providersThat(after: () => Promise<void>, such: (text: string) => boolean): Providers {
  const real = createProviders(stack.config);
  let done = false;
  return {
    email: real.email,
    sms: {
      async sendSms(sms, options) {
        const answer = await real.sms.sendSms(sms, options);
        if (!done && such(sms.text)) {
          done = true;
          await after();
        }
        return answer;
      },
    },
  };
}

const statusesOf = async (people: readonly Person[]): Promise<Record<string, number>> => {
  const rows = await stack.db.prisma.delivery.groupBy({
    by: ['status'],
    where: { contactId: { in: people.map(({ id }) => id) }, purpose: 'content' },
    _count: true,
  });
  return Object.fromEntries(rows.map(({ status, _count }) => [status, _count]));
};

it('texts that were taken while the database was away are sent, none of them unknown', async () => {
  const takes = (yes: boolean) =>
    admin.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS ${String(yes)}`);
  let back: Promise<unknown> | undefined;
  await stack.startWorker(
    providersThat(
      async () => {
        await takes(false);
        await admin.query(
          'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1',
          [name],
        );
        // Longer than a lease: others, if there are any, would take the calls for interrupted.
        back = new Promise((resolve) => setTimeout(resolve, limits.leaseMs + 3_000)).then(() =>
          takes(true),
        );
      },
      (text) => text.includes('hello'),
    ),
  );
  const people = await greenPeople(stack, 20, ['sms']);
  const stored = await stack.call(
    'POST',
    '/v1/messages',
    people.map(({ id }) => ({
      contactId: id,
      kind: 'ad_hoc',
      body: `hello ${id}`,
      sendAt: new Date(Date.now() + 2_000).toISOString(),
    })),
  );
  expect(stored.status).toBe(202);
  await until('the database went away', () => back);
  await back;
  await until('all are final', async () => {
    const { queued = 0, sending = 0 } = await statusesOf(people);
    return queued + sending === 0;
  });
  expect(await statusesOf(people)).toEqual({ sent: 20 });
  for (const ann of people) expect(await contents(stack, ann, 'sms')).toHaveLength(1);
});

it('an opt-in whose contact somebody else holds for longer than a lease is sent, with the provider’s id', async () => {
  const zed = someone();
  const holder = new pg.Client({ connectionString: stack.databaseUrl });
  await holder.connect();
  let released: Promise<unknown> | undefined;
  await stack.startWorker(
    providersThat(
      async () => {
        await holder.query('BEGIN');
        await holder.query('SELECT 1 FROM contacts WHERE id = $1 FOR UPDATE', [zed.id]);
        released = new Promise((resolve) => setTimeout(resolve, limits.leaseMs + 3_000)).then(() =>
          holder.query('ROLLBACK'),
        );
      },
      (text) => /\/o\//.test(text),
    ),
  );
  await register(stack, zed, ['sms']);
  await queue(stack, zed, 'x');
  await optIns(stack, zed, 1);
  const optIn = () =>
    stack.db.prisma.delivery.findFirstOrThrow({ where: { contactId: zed.id, purpose: 'opt_in' } });
  // The answer is there before the contact is free.
  await until('the answer is noted', async () => (await optIn()).providerId !== null);
  await until('the lock is given back', () => released);
  await released;
  await until('it is settled', async () => (await optIn()).status !== 'sending');
  expect((await optIn()).status).toBe('sent');
  const { channels } = await lightOf(stack, zed);
  expect(channels.sms).toMatchObject({ state: 'sent' });
  expect(channels.sms?.reason).toBeUndefined();
  await holder.end();
});

it('the answers to other texts are kept where one call ends in an error of ours', async () => {
  const real = createProviders(stack.config);
  let broken = 0;
  await stack.startWorker({
    email: real.email,
    sms: {
      async sendSms(sms, options) {
        if (sms.text.includes('broken') && broken++ === 0) throw new TypeError('of ours');
        return real.sms.sendSms(sms, options);
      },
    },
  });
  const people = await greenPeople(stack, 4, ['sms']);
  await stack.call(
    'POST',
    '/v1/messages',
    people.map(({ id }, n) => ({
      contactId: id,
      kind: 'ad_hoc',
      body: n === 0 ? 'broken' : 'whole',
      sendAt: new Date(Date.now() + 2_000).toISOString(),
    })),
  );
  await until('all are final', async () => {
    const { queued = 0, sending = 0 } = await statusesOf(people);
    return queued + sending === 0;
  });
  expect(await statusesOf(people)).toEqual({ sent: 3, unknown: 1 });
});

describe('a worker that ended between its answer and what follows from it', () => {
  const claimed = (person: Person, method: Method) => lanes.claimed(stack, person, method);
  const noted = (one: Claimed, outcome: Outcome): Promise<void> => {
    const ids = one.kind === 'email' ? one.emails : one.messages;
    return noteAnswers(
      stack.db,
      one,
      ids.map(({ deliveryId }) => ({ deliveryId, outcome })),
    );
  };
  const rowsOf = async (person: Person) =>
    stack.db.prisma.delivery.findMany({
      where: { contactId: person.id },
      orderBy: { arrival: 'asc' },
    });
  /** Past the lease of its holder. */
  const later = async (play: () => Promise<void>): Promise<void> => {
    stack.time.offsetMs += limits.leaseMs + 1;
    await play().finally(() => (stack.time.offsetMs = 0));
  };

  it('leaves its message as it was answered, and the next one goes on', async () => {
    const ann = someone();
    await registerWithConsent(stack, ann, ['sms']);
    await queue(stack, ann, 'one', 'two');
    await noted(await claimed(ann, 'sms'), { kind: 'sent', providerId: 'p1' });
    const of = async () =>
      (await rowsOf(ann)).map(({ status, providerId }) => [status, providerId]);
    expect(await of()).toEqual([
      ['sent', 'p1'],
      ['queued', null],
    ]);
    await later(async () => {
      const next = await claimed(ann, 'sms');
      expect(next.kind === 'sms' && next.messages[0]?.sms.text).toContain('two');
    });
  });

  it.each(['sms', 'email'] as const)(
    'leaves its opt-in by %s for the next one, who knows that it was sent',
    async (method) => {
      const bob = someone();
      await register(stack, bob, [method]);
      await queue(stack, bob, 'one');
      await stack.call('POST', `/v1/contacts/${bob.id}/opt-in`, {});
      await noted(await claimed(bob, method), { kind: 'sent', providerId: `p-${method}` });
      await later(async () => {
        await lanes.claim(stack, bob, method);
        expect(await lanes.claim(stack, bob, method)).toMatchObject({ kind: 'none' });
      });
      const optIn = (await rowsOf(bob)).find(({ purpose }) => purpose === 'opt_in');
      expect(optIn).toMatchObject({ status: 'sent', providerId: `p-${method}` });
      const channel = (await lightOf(stack, bob)).channels[method];
      expect(channel).toMatchObject({ state: 'sent' });
      expect(channel?.reason).toBeUndefined();
    },
  );

  it('leaves no addresses and texts behind in its frozen call', async () => {
    const eve = someone();
    await registerWithConsent(stack, eve, ['email']);
    await queue(stack, eve, 'one');
    const one = await claimed(eve, 'email');
    const frozen = async () =>
      (
        await stack.db.prisma.batch.findFirstOrThrow({
          where: { id: one.kind === 'email' ? one.batchId : '' },
        })
      ).payloadEnc;
    stack.time.offsetMs += 10 * 60_000;
    try {
      // Somebody may have to repeat it.
      await forgetOld(stack.db);
      expect(await frozen()).not.toBe('');
      await noted(one, { kind: 'sent', providerId: 'p4' });
      await forgetOld(stack.db);
      expect(await frozen()).toBe('');
    } finally {
      stack.time.offsetMs = 0;
    }
  });

  it('who comes back late still says what the provider refused', async () => {
    const cyd = someone();
    await registerWithConsent(stack, cyd, ['sms']);
    await queue(stack, cyd, 'one');
    const dead = await claimed(cyd, 'sms');
    await later(async () => {
      expect((await lanes.claim(stack, cyd, 'sms')).kind).toBe('again');
      expect(await rowsOf(cyd)).toMatchObject([{ status: 'unknown' }]);
      await lanes.settle(stack, dead, { kind: 'failed', reason: 'refused' });
      expect(await rowsOf(cyd)).toMatchObject([{ status: 'failed', reason: 'refused' }]);
    });
  });

  it('and settles twice, not knowing of the first time: the evidence says once that it was sent', async () => {
    const dan = someone();
    await register(stack, dan, ['sms']);
    await queue(stack, dan, 'one');
    await stack.call('POST', `/v1/contacts/${dan.id}/opt-in`, {});
    const one = await claimed(dan, 'sms');
    await lanes.settle(stack, one, { kind: 'sent', providerId: 'p3' });
    await lanes.settle(stack, one, { kind: 'sent', providerId: 'p3' });
    const said = await stack.db.prisma.ledgerEntry.count({
      where: { contactId: dan.id, type: 'opt_in_sent' },
    });
    expect(said).toBe(1);
  });
});
