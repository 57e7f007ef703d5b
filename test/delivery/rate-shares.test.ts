import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addressHash } from '../../src/record/contacts/contact-store.ts';
import { queueCode } from '../../src/record/links/doorstep-store.ts';
import { createPractice } from '../../src/record/practices/practice-store.ts';
import { transaction } from '../../src/platform/db/transaction.ts';
import { ProviderRates, Turn, type Wish } from '../../src/delivery/provider-rates.ts';
import { limits } from '../../src/core/limits.ts';
import { greenPeople, queue, someone } from '../harness/people.ts';
import { testIdentity } from '../harness/service.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';

/** The fate of everybody else's messages while one practice asks for codes as fast as it can. */

const perSecond = 5;
const crowding = 'crowding';
let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ env: { RESEND_MESSAGES_PER_SECOND: String(perSecond) } });
  const sender = { ...testIdentity, emailFrom: 'a@crowding.example' };
  await createPractice(stack.db, { id: crowding, name: 'Crowding', settings: { sender } });
});
afterAll(() => stack.stop());
beforeEach(async () => {
  await stack.db.prisma.rateShare.deleteMany();
  await stack.db.prisma.$executeRaw`
    UPDATE provider_rates SET tokens = 0, paused_until = NULL, refilled_at = now(), next_turn_at = now()`;
});

/** Takes what it gets and comes back at the time it is given, while it is `wanted`. Returns how many it got. */
async function takes(rates: ProviderRates, wish: Wish, wanted: () => boolean): Promise<number> {
  let got = 0;
  while (wanted()) {
    const allowance = await rates.take('email', wish);
    if (allowance.ok) got += allowance.granted;
    else await delay(Math.min(allowance.waitMs, 1_000));
  }
  return got;
}

describe('messages that a person waits for, of one practice', () => {
  const codes: Wish = { practiceId: crowding, wanted: 100, urgent: true, turn: undefined };
  const rates = () => new ProviderRates(stack.db, { resend: perSecond });

  it('leave others half of the rate, and another practice’s code never waits behind them', async () => {
    const began = performance.now();
    const seconds = () => (performance.now() - began) / 1_000;
    let crowded = true;
    // From two workers.
    const ahead = [rates(), rates()].map((worker) => takes(worker, codes, () => crowded));
    const others = takes(
      rates(),
      { practiceId: stack.practiceId, wanted: 100, urgent: false, turn: new Turn() },
      () => crowded,
    );
    const own: Wish = { practiceId: stack.practiceId, wanted: 1, urgent: true, turn: undefined };
    const answers: boolean[] = [];
    while (seconds() < 15) {
      answers.push((await rates().take('email', own)).ok);
      await delay(1_500);
    }
    crowded = false;
    const codesSent = (await Promise.all(ahead)).reduce((sum, count) => sum + count, 0);
    const took = seconds();
    const share = perSecond * limits.urgentShare;
    expect(answers).toEqual(answers.map(() => true));
    expect(codesSent).toBeLessThanOrEqual(share * (took + limits.rateCreditMs / 1_000));
    expect(codesSent).toBeGreaterThan(share * took * 0.5);
    // What is left of the other half, without the credit and this practice's own codes.
    const left = share * took - perSecond - answers.length;
    expect(await others).toBeGreaterThan(left * 0.7);
  }, 60_000);

  it('get the whole rate where nobody else wants it', async () => {
    const began = performance.now();
    const seconds = () => (performance.now() - began) / 1_000;
    const got = await takes(rates(), codes, () => seconds() < 10);
    const share = perSecond * limits.urgentShare;
    expect(got).toBeGreaterThan(share * (10 + limits.rateCreditMs / 1_000));
    expect(got).toBeLessThanOrEqual(perSecond * (seconds() + limits.rateCreditMs / 1_000));
  }, 30_000);

  it('use up no share where the provider takes nothing', async () => {
    const worker = rates();
    await worker.pause('email', 60_000, 'quota');
    for (let asked = 0; asked < 20; asked += 1) {
      const refused = await worker.take('email', codes);
      expect(!refused.ok && refused.waitMs).toBeGreaterThan(30_000);
    }
    await stack.db.prisma.$executeRaw`UPDATE provider_rates SET paused_until = NULL`;
    expect(await worker.take('email', codes)).toEqual({ ok: true, granted: perSecond });
  });

  it('give their practice’s other messages no turn ahead of those in line', async () => {
    const turn = new Turn();
    expect((await rates().take('email', { ...codes, turn })).ok).toBe(true);
    expect(turn.isMine).toBe(false);
  });
});

it('a practice with little to send does not wait behind a crowd of another’s contacts', async () => {
  const rates = (): ProviderRates => new ProviderRates(stack.db, { resend: perSecond });
  let crowded = true;
  const wish = { wanted: 1, urgent: false, turn: undefined };
  const [worker, other] = [rates(), rates()];
  // As contacts that are each asked for their consent: a place in line for each.
  const crowd = Array.from({ length: 200 }, () =>
    takes(worker, { ...wish, practiceId: crowding }, () => crowded),
  );
  await until('the line is long', async () => {
    const { nextTurnAt } = await stack.db.prisma.providerRate.findUniqueOrThrow({
      where: { provider: 'resend' },
    });
    return nextTurnAt.getTime() > Date.now() + 10_000;
  });
  const began = performance.now();
  const own = { ...wish, practiceId: stack.practiceId };
  const waits: number[] = [];
  while (waits.length < 8) {
    const asked = performance.now();
    while (!(await other.take('email', own)).ok) await delay(100);
    waits.push(performance.now() - asked);
    await delay(900);
  }
  crowded = false;
  const sent = (await Promise.all(crowd)).reduce((sum, count) => sum + count, 0);
  const seconds = (performance.now() - began) / 1_000;
  // The crowd alone is 40 seconds long.
  expect(Math.max(...waits)).toBeLessThan(4_000);
  // And takes what is left of the rate.
  expect(sent).toBeGreaterThan((perSecond - 1) * seconds * 0.6);
  expect(sent).toBeLessThanOrEqual(perSecond * (seconds + 15));
}, 60_000);

it('a flood of codes of one practice stops nobody’s due messages, nor another practice’s code', async () => {
  const flood = 100;
  const code = (practiceId: string, to: string) =>
    transaction(stack.db, (sql) =>
      queueCode(
        stack.db,
        sql,
        { practiceId },
        {
          id: randomUUID(),
          method: 'email',
          addressHash: addressHash(stack.db, to),
          message: { to, subject: 'code', text: '123456' },
        },
      ),
    );
  const people = await greenPeople(stack, 20, ['email']);
  for (let n = 0; n < flood; n += 1) expect(await code(crowding, `c${n}@crowd.example`)).toBe(true);
  await stack.workflows.wakeDispatcher(crowding);
  const flooded = async () =>
    (await stack.outbox()).filter(({ to }) => to.endsWith('@crowd.example')).length;
  await until('the flood has begun', async () => (await flooded()) > 0);
  await Promise.all(people.map((person) => queue(stack, person, 'your reminder')));
  const reminded = async () =>
    (await stack.outbox()).filter(({ text }) => text.includes('your reminder')).length;
  await until('the first reminders left', async () => (await reminded()) > 2, 60_000);
  const before = (await stack.outbox()).length;
  const ann = someone();
  await code(stack.practiceId, ann.email);
  await stack.workflows.wakeDispatcher(stack.practiceId);
  const arrived = await until(
    'the other code arrived',
    async () =>
      (await stack.outbox()).findIndex(({ to }) => to === ann.email) > 0 && stack.outbox(),
  );
  // Three seconds' worth, where all that was queued was twenty.
  expect(arrived.findIndex(({ to }) => to === ann.email) - before).toBeLessThan(3 * perSecond);
  await until('all were reminded', async () => (await reminded()) === people.length, 60_000);
  expect(await flooded()).toBeLessThan(flood * 0.8);
  // And no code is lost.
  await until('the flood is over', async () => (await flooded()) === flood, 90_000);
}, 240_000);
