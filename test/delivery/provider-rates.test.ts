import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  giveBackTokens,
  pauseProvider,
  takeTokens,
  type Allowance,
} from '../../src/record/practices/provider-rate-store.ts';
import { resumeSending } from '../../src/record/practices/practice-switches.ts';
import { limits } from '../../src/core/limits.ts';
import {
  contents,
  greenPeople,
  queue,
  registerWithConsent,
  someone,
  type Person,
} from '../harness/people.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';

const perSecond = 10;
let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ env: { PLIVO_MESSAGES_PER_SECOND: String(perSecond) } });
});
afterAll(() => stack.stop());
beforeEach(
  () => stack.db.prisma.$executeRaw`
  UPDATE provider_rates SET tokens = 0, paused_until = NULL, refilled_at = now(), next_turn_at = now()`,
);

async function agreed(methods: ('email' | 'sms')[]): Promise<Person> {
  const ann = someone();
  await registerWithConsent(stack, ann, methods);
  return ann;
}

type Delivery = { status: string; waitingFor?: string; reason?: string };
const deliveries = async ({ id }: Person): Promise<Delivery[]> => {
  const { body } = await stack.call<{ items: { deliveries: Delivery[] }[] }>(
    'GET',
    `/v1/contacts/${id}/messages`,
  );
  return body.items.flatMap((message) => message.deliveries);
};

describe('the bucket of a provider', () => {
  const rate = { perSecond: 1, burst: 5 };
  const fill = (tokens: number) =>
    stack.db.prisma.$executeRaw`UPDATE provider_rates SET tokens = ${tokens}, refilled_at = now()`;
  const granted = (all: Allowance[]): number =>
    all.reduce((sum, one) => sum + (one.ok ? one.granted : 0), 0);

  it('gives nobody a place in line that is too far off to be kept, and so none is left empty', async () => {
    await fill(0);
    const slow = { perSecond: 1, burst: 1 };
    const ask = () => takeTokens(stack.db, 'resend', slow, { wanted: 100, inLineFor: 100 });
    const nextTurn = async () =>
      (await stack.db.prisma.providerRate.findUniqueOrThrow({ where: { provider: 'resend' } }))
        .nextTurnAt;
    const waits: number[] = [];
    for (let n = 0; n < 12; n += 1) {
      const answer = await ask();
      waits.push(answer.ok ? 0 : answer.waitMs);
    }
    const within = waits.filter((wait) => wait <= limits.pauseLookMs);
    // A place every 100 s, for a quarter of an hour.
    expect(within.length).toBeGreaterThanOrEqual(9);
    expect(within.length).toBeLessThan(12);
    const before = await nextTurn();
    const late = await ask();
    expect(late.ok ? 0 : late.waitMs).toBeGreaterThan(limits.pauseLookMs);
    expect(await nextTurn()).toEqual(before);
  });

  it('is never emptied twice, however many workers take at once', async () => {
    await fill(5);
    const began = performance.now();
    const all = await Promise.all(
      Array.from({ length: 40 }, () => takeTokens(stack.db, 'resend', rate, { wanted: 2 })),
    );
    const refilled = Math.floor((performance.now() - began) / 1_000) + 1;
    expect(granted(all)).toBeGreaterThanOrEqual(5);
    expect(granted(all)).toBeLessThanOrEqual(5 + refilled);
  });

  it('holds no more than its burst, and what was overdrawn has to come in first', async () => {
    await fill(1_000);
    expect(await takeTokens(stack.db, 'resend', rate, { wanted: 100 })).toEqual({
      ok: true,
      granted: 5,
    });
    await giveBackTokens(stack.db, 'resend', rate, 100);
    expect(await takeTokens(stack.db, 'resend', rate, { wanted: 100 })).toEqual({
      ok: true,
      granted: 5,
    });
    await giveBackTokens(stack.db, 'resend', rate, -95);
    const late = await takeTokens(stack.db, 'resend', rate, { wanted: 1 });
    expect(late).toMatchObject({ ok: false });
    expect(!late.ok && late.waitMs).toBeGreaterThan(80_000);
  });

  it('gives each waiting caller a turn of its own', async () => {
    const waits = [];
    for (let n = 0; n < 5; n += 1) {
      const one = await takeTokens(
        stack.db,
        'resend',
        { perSecond: 0.01, burst: 1 },
        { wanted: 1 },
      );
      waits.push(one.ok ? 0 : one.waitMs);
    }
    for (const [n, waitMs] of waits.entries()) expect(waitMs).toBeGreaterThan((n + 1) * 99_000);
  });

  it('is shut by a pause, for everybody and without a rate too; the longer pause stays', async () => {
    await pauseProvider(stack.db, 'resend', 60_000, 'quota');
    await pauseProvider(stack.db, 'resend', 1_000, 'rate');
    for (const some of [rate, undefined]) {
      const one = await takeTokens(stack.db, 'resend', some, { wanted: 1 });
      expect(!one.ok && one.waitMs).toBeGreaterThan(50_000);
    }
  });
});

describe('two workers', () => {
  it(`never give a provider more than ${perSecond} a second together, burst aside, for a minute`, async () => {
    await stack.startWorker();
    const people = await Promise.all(Array.from({ length: 30 }, () => agreed(['sms'])));
    const each = Array.from({ length: 20 }, (_, n) => `text ${n}`);
    await Promise.all(people.map((person) => queue(stack, person, ...each)));
    const arrivals = async (): Promise<number[]> =>
      ((await stack.outbox()) as unknown as { at: string }[]).map(({ at }) => Date.parse(at));
    await until('all arrived', async () => (await arrivals()).length >= 600, 140_000);

    const times = (await arrivals()).toSorted((a, b) => a - b);
    expect(times).toHaveLength(600);
    // A call may take some time from its token to the provider; over ten seconds that hardly shows.
    const most = (seconds: number): number =>
      Math.max(
        ...times.map((from) => times.filter((t) => t >= from && t < from + seconds * 1_000).length),
      );
    const burst = perSecond * limits.smsBurstSeconds;
    for (const seconds of [10, 30, 60])
      expect(most(seconds)).toBeLessThanOrEqual(perSecond * (seconds + 1) + burst);
    for (const person of people) expect(await contents(stack, person, 'sms')).toEqual(each);
  }, 200_000);
});

describe('a provider that asks to wait', () => {
  it('is left alone by every lane until then, and what waits says so', async () => {
    const people = await greenPeople(stack, 8);
    await stack.control('/faults', {
      channel: 'email',
      kind: 'status',
      status: 429,
      retryAfterSeconds: 3_600,
    });
    for (const person of people) {
      await queue(stack, person, 'hello');
      await until('it waits for the provider', async () => {
        const [one] = await deliveries(person);
        return one?.waitingFor === 'provider';
      });
    }
    const lanes = await stack.db.prisma.channel.findMany({
      // A call of the tests before may have come too late on a busy machine.
      where: { contactId: { in: people.map(({ id }) => id) }, failures: { gt: 0 } },
    });
    // Those that were under way when the first was refused, and no other.
    expect(lanes.map(({ failures }) => failures)).toEqual([1]);
    const looks = async (): Promise<number> => {
      const lengths = await Promise.all(
        [
          ...people.map(({ id }) => `contact/${stack.practiceId}/${id}`),
          `dispatch/${stack.practiceId}`,
        ].map(async (id) => (await stack.client.workflow.getHandle(id).describe()).historyLength),
      );
      return lengths.reduce((sum, length) => sum + length, 0);
    };
    const before = await looks();
    // Time for a hundred rounds, if anything went round.
    const another = people[1]!;
    await queue(stack, another, 'one more');
    await until(
      'it is stored and looked at',
      async () =>
        (await deliveries(another)).every(({ waitingFor }) => waitingFor === 'provider') &&
        (await deliveries(another)).length === 2,
    );
    expect((await looks()) - before).toBeLessThan(20);

    await fetch(`${stack.sandbox.url}/faults`, { method: 'DELETE' });
    await resumeSending(stack.db);
    await stack.workflows.wakeDispatcher(stack.practiceId);
    for (const person of people)
      await until('it arrived', async () => (await contents(stack, person, 'email')).length > 0);
  });
});
