import { setTimeout as sleep } from 'node:timers/promises';
import type { Calls } from './calls.ts';
import {
  backPatienceMs,
  partsOfKind,
  pause,
  signalProcess,
  untilUp,
  type Installation,
  type Part,
} from './installation.ts';
import type { Freeze, Journal, Kill } from './journal.ts';
import { burst } from './messages.ts';
import { Random } from './random.ts';
import type { Scene, World } from './scene.ts';

/** Everything that goes wrong on purpose: parts that die, a worker that stands still, providers that misbehave. */

export type Disturbances = { seed: number; durationMs: number; short: boolean };

/** In ms: longer than the minute that a part must live (journal.ts, `settlesInMs`). */
const killEveryMs = 92_000;

export function planKills(options: Disturbances, part: Part, parts: readonly Part[]): number[] {
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
  service: Installation,
  journal: Journal,
  part: Part,
  timesMs: readonly number[],
  over: AbortSignal,
): Promise<void> {
  const start = Date.now();
  for (const atMs of timesMs) {
    await pause(Math.max(start + atMs - Date.now(), journal.settlesInMs(part)), over);
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
  service: Installation,
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
    await freeze(service, random.pick(partsOfKind(service, 'worker')), forMs, world);
  }
}

/** Stops the part's process for so long, until it is killed, or until `done`. False: there was none to stop. */
export async function freeze(
  service: Installation,
  part: Part,
  forMs: number,
  { journal, over }: World,
  done?: AbortSignal,
): Promise<boolean> {
  const pid = await untilUp(service, part, undefined);
  if (pid === undefined || !signalProcess(pid, 'SIGSTOP')) return false;
  const record: Freeze = { part, at: Date.now(), until: Number.POSITIVE_INFINITY };
  journal.data.freezes.push(record);
  const end = Date.now() + forMs;
  const goesOn = (): boolean =>
    Date.now() < end && service.pidOf(part) === pid && !over.aborted && done?.aborted !== true;
  while (goesOn()) await sleep(100);
  // Two freezes may meet: the process goes on with the end of the later one.
  const others = journal.data.freezes.some(
    (one) => one !== record && one.part === part && one.until === Number.POSITIVE_INFINITY,
  );
  if (!others) signalProcess(pid, 'SIGCONT');
  record.until = Date.now();
  return true;
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
    if (status === 201) {
      const { id } = JSON.parse(text) as { id: number };
      journal.data.faults.push({ at: Date.now(), id, order: seeded });
    } else journal.surprise(`POST /faults answered ${status}: ${text}`);
  };
  // All the time: webhooks that come twice, or never.
  await order({ kind: 'duplicate_webhook', probability: 0.1 });
  await order({ kind: 'lose_webhook', probability: 0.05 });
  const everyMs = Math.min(7_000, durationMs / 15);
  while (!over.aborted) {
    await pause(random.exponential(everyMs), over);
    const drawn = random.weighted(faultChoices).order(random);
    const probability = random.between(0.3, 1);
    await noteSpent(calls, journal).catch(() => undefined);
    if (!over.aborted) await order({ ...drawn, probability }).catch(() => undefined);
  }
}

/** Which of the ordered faults may still happen to a call: an unclear answer must have one as its cause. */
async function noteSpent(calls: Calls, { data }: Journal): Promise<void> {
  const { body } = await calls.sandbox('GET', '/faults');
  const open = new Set((body as { id: number }[]).map(({ id }) => id));
  for (const fault of data.faults) if (!open.has(fault.id)) fault.spentAt ??= Date.now();
}
