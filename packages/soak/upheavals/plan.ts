import { Random } from '../random.ts';
import type { UpheavalName } from './names.ts';

/** Which upheaval comes when: it depends on the seed and the length of the run alone. */

export type PlannedName = Exclude<UpheavalName, 'slowEndpoints'>;
export type Planned = { atMs: number; name: PlannedName };

/** The room that each is given, in ms: how long it takes on a machine that keeps up. */
export const lengthsMs: Record<PlannedName, number> = {
  // Each part has lived for a minute before.
  rollingRestart: 70_000,
  connectionsCut: 3_000,
  databaseAway: 62_000,
  databaseReadOnly: 22_000,
  // Two rounds of restarts, and a minute until a process that was killed before counts no more.
  keyRotation: 210_000,
  movedClock: 50_000,
  unreadableRow: 30_000,
  settingsChanged: 28_000,
  largeSignals: 40_000,
};

export const plannedNames = Object.keys(lengthsMs) as PlannedName[];

/** Before the first one, and after the last one, people come and go undisturbed for so long, in ms. */
const firstMs = 12_000;
export const lastMs = 8_000;
/** Between two, in ms, at least: what one left behind is seen by itself. */
const calmMs = 5_000;

/**
 * In rounds: each once in a seeded order, again while there is room, spread evenly over the run. A run too short for
 * all has as many as fit; `short`: the two that take seconds.
 */
export function planUpheavals(options: {
  seed: number;
  durationMs: number;
  short: boolean;
  only: readonly PlannedName[];
}): Planned[] {
  const { seed, durationMs, short, only } = options;
  if (short)
    return [
      { atMs: 0.3 * durationMs, name: 'connectionsCut' },
      { atMs: 0.72 * durationMs, name: 'rollingRestart' },
    ];
  const random = new Random(`${seed}/upheavals`);
  const chosen: PlannedName[] = [];
  let roomMs = durationMs - firstMs - lastMs;
  for (;;) {
    const fitting = random.shuffled(only).filter((name) => {
      const neededMs = lengthsMs[name] + calmMs;
      if (neededMs > roomMs) return false;
      roomMs -= neededMs;
      return true;
    });
    chosen.push(...fitting);
    if (fitting.length < only.length) break;
  }
  const spareMs = roomMs / Math.max(chosen.length, 1);
  let fromMs = firstMs;
  return chosen.map((name) => {
    const planned = { atMs: fromMs + random.between(0, spareMs), name };
    fromMs += lengthsMs[name] + calmMs + spareMs;
    return planned;
  });
}
