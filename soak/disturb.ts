import { setTimeout as sleep } from 'node:timers/promises';
import type { Calls } from './calls.ts';
import type { Freeze, Journal, Kill } from './journal.ts';
import { burst } from './messages.ts';
import { Random } from './random.ts';
import type { Scene, World } from './scene.ts';
import { parts, signalProcess, type Part, type Service } from './service.ts';

/** Everything that goes wrong on purpose: parts that die, a worker that stands still, providers that misbehave. */

export type Disturbances = { seed: number; durationMs: number; short: boolean };

/** In ms. A part that lives less than a minute is restarted ever more slowly, which is not under test here. */
const killEveryMs = 92_000;
const backPatienceMs = 90_000;

export function planKills(options: Disturbances, part: Part): number[] {
  const random = new Random(`${options.seed}/kill/${part}`);
  const { durationMs } = options;
  const count = Math.max(1, Math.floor(durationMs / killEveryMs));
  const slotMs = durationMs / count;
  // Each part has its own place in the slot, so that over time all meetings of two happen.
  const place = (parts.indexOf(part) + 0.6) / parts.length;
  return Array.from({ length: count }, (_, index) => {
    const jitter = random.between(-0.12, 0.12);
    return Math.min(slotMs * (index + place + jitter), durationMs - 4_000);
  });
}

export async function killPart(
  service: Service,
  journal: Journal,
  part: Part,
  timesMs: readonly number[],
  over: AbortSignal,
): Promise<void> {
  const start = Date.now();
  for (const atMs of timesMs) {
    await pause(start + atMs - Date.now(), over);
    const pid = await untilUp(service, part, undefined);
    if (over.aborted || pid === undefined) return;
    if (!signalProcess(pid, 'SIGKILL')) continue;
    const kill: Kill = { part, at: Date.now() };
    journal.data.kills.push(kill);
    if ((await untilUp(service, part, pid)) === undefined) {
      journal.surprise(`${part} did not come back in ${backPatienceMs} ms`);
      return;
    }
    kill.backAt = Date.now();
  }
}

async function untilUp(
  service: Service,
  part: Part,
  except: number | undefined,
): Promise<number | undefined> {
  const deadline = Date.now() + backPatienceMs;
  while (Date.now() < deadline && !service.ended) {
    const pid = service.pidOf(part);
    if (pid !== undefined && pid !== except) return pid;
    await sleep(100);
  }
  return undefined;
}

export type PlannedFreeze = { atMs: number; forMs: number };

/** Longer and shorter than a lease (15 s). */
export function planFreezes({ seed, durationMs, short }: Disturbances): PlannedFreeze[] {
  const random = new Random(`${seed}/freeze`);
  if (short) return [{ atMs: durationMs * 0.45, forMs: random.between(5_000, 7_000) }];
  const count = Math.max(1, Math.floor(durationMs / 80_000));
  const slotMs = durationMs / count;
  return Array.from({ length: count }, (_, index) => ({
    atMs: slotMs * (index + random.between(0.1, 0.7)),
    forMs: random.chance(0.4) ? random.between(15_500, 20_000) : random.between(4_000, 14_000),
  }));
}

/** Stops the worker in the middle of a drain that it has just been given, so that it stands between claim and send. */
export async function freezeWorker(
  service: Service,
  world: World,
  plan: readonly PlannedFreeze[],
  seed: number,
): Promise<void> {
  const start = Date.now();
  for (const [index, { atMs, forMs }] of plan.entries()) {
    await pause(start + atMs - Date.now(), world.over);
    if (world.over.aborted) return;
    const random = new Random(`${seed}/freeze/${index}`);
    await Promise.all(
      random
        .shuffled(greenPeople(world))
        .slice(0, 4)
        .map((scene) => burst({ ...scene, random }, 15).catch(() => undefined)),
    );
    await sleep(random.between(0, 300));
    const pid = await untilUp(service, 'worker', undefined);
    if (pid === undefined || !signalProcess(pid, 'SIGSTOP')) continue;
    const freeze: Freeze = { at: Date.now(), until: Number.POSITIVE_INFINITY };
    world.journal.data.freezes.push(freeze);
    const end = Date.now() + forMs;
    // Killed meanwhile: then it is not frozen any more.
    while (Date.now() < end && service.pidOf('worker') === pid && !world.over.aborted)
      await sleep(100);
    signalProcess(pid, 'SIGCONT');
    freeze.until = Date.now();
  }
}

function greenPeople(world: World): Scene[] {
  return world.people.flatMap((person) =>
    person.contacts
      .filter(({ methods, states, registered }) =>
        registered && methods.includes('sms') ? states.sms === 'accepted' : false,
      )
      .map((contact) => ({ ...world, person, contact, random: new Random(contact.id) })),
  );
}

type FaultChoice = { weight: number; order: (random: Random) => Record<string, unknown> };

const either = ['email', 'sms', undefined] as const;
const channelOf = (random: Random): { channel?: string } => {
  const channel = random.pick(either);
  return channel ? { channel } : {};
};

/** Occasional faults of a provider; an SMS without a clear answer becomes `unknown`, so that is kept rare. */
const faultChoices: FaultChoice[] = [
  {
    weight: 3,
    order: (r) => ({ channel: 'email', kind: 'accept_then_drop', count: r.whole(1, 4) }),
  },
  { weight: 2, order: (r) => ({ channel: 'sms', kind: 'accept_then_drop', count: r.whole(1, 2) }) },
  {
    weight: 4,
    order: (r) => ({
      ...channelOf(r),
      kind: 'delay',
      delayMs: r.whole(200, 3_000),
      count: r.whole(2, 12),
    }),
  },
  {
    weight: 1.5,
    order: (r) => ({ channel: 'email', kind: 'delay', delayMs: 9_000, count: r.whole(1, 2) }),
  },
  { weight: 1, order: () => ({ channel: 'sms', kind: 'delay', delayMs: 9_000, count: 1 }) },
  {
    weight: 3,
    order: (r) => ({
      ...channelOf(r),
      kind: 'status',
      status: 429,
      retryAfterSeconds: r.whole(1, 4),
      count: r.whole(1, 6),
    }),
  },
  {
    weight: 2,
    order: (r) => ({ channel: 'email', kind: 'status', status: 500, count: r.whole(1, 4) }),
  },
  { weight: 1, order: () => ({ channel: 'sms', kind: 'status', status: 500, count: 1 }) },
  {
    weight: 2,
    order: (r) => ({ ...channelOf(r), kind: 'status', status: 503, count: r.whole(1, 4) }),
  },
];

export async function misbehave(
  calls: Calls,
  journal: Journal,
  { seed, durationMs }: Disturbances,
  over: AbortSignal,
): Promise<void> {
  const random = new Random(`${seed}/faults`);
  const order = async (fault: Record<string, unknown>): Promise<void> => {
    const seeded = { ...fault, seed: random.whole(0, 2 ** 31) };
    const { status, text } = await calls.sandbox('POST', '/faults', seeded);
    if (status === 201) journal.data.faults.push({ at: Date.now(), order: seeded });
    else journal.surprise(`POST /faults answered ${status}: ${text}`);
  };
  // All the time: webhooks that come twice, or never.
  await order({ kind: 'duplicate_webhook', probability: 0.1 });
  await order({ kind: 'lose_webhook', probability: 0.05 });
  const everyMs = Math.min(7_000, durationMs / 15);
  while (!over.aborted) {
    await pause(random.exponential(everyMs), over);
    const drawn = random.weighted(faultChoices).order(random);
    const probability = random.between(0.3, 1);
    if (!over.aborted) await order({ ...drawn, probability }).catch(() => undefined);
  }
}

async function pause(ms: number, over: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal: over }).catch(() => undefined);
}
