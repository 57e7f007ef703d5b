import { pause } from '../installation.ts';
import { Random } from '../random.ts';
import { connectionsCut, databaseAway, databaseReadOnly } from './database.ts';
import type { Field, Upheaval } from './field.ts';
import { keyRotation } from './key-rotation.ts';
import { largeSignals } from './large-signals.ts';
import { movedClock } from './moved-clock.ts';
import { lastMs, type Planned, type PlannedName } from './plan.ts';
import { restartAll, rollingRestart } from './restarts.ts';
import { settingsChanged } from './settings.ts';
import { unreadableRow } from './unreadable-row.ts';

/** Those that have their time, one after the other; a new one is one more entry here, in names.ts and in plan.ts. */
const upheavals: Record<PlannedName, Upheaval> = {
  rollingRestart,
  connectionsCut,
  databaseAway,
  databaseReadOnly,
  keyRotation,
  movedClock,
  unreadableRow,
  settingsChanged,
  largeSignals,
};

/** As brief as a test needs them. */
const briefUpheavals: Partial<Record<PlannedName, Upheaval>> = {
  connectionsCut,
  rollingRestart: (field) => restartAll(field, 'worker', 'now'),
};

/** One after the other, never two at once: one that takes longer than planned puts off the next. */
export async function upheave(
  field: Omit<Field, 'random'>,
  plan: readonly Planned[],
  options: { seed: number; durationMs: number; short: boolean },
): Promise<void> {
  const { journal, over } = field.world;
  const start = Date.now();
  const lastAt = start + options.durationMs - lastMs / 2;
  for (const [index, { atMs, name }] of plan.entries()) {
    await pause(start + atMs - Date.now(), over);
    if (over.aborted || Date.now() > lastAt) {
      if (!journal.data.upheavals.some((one) => one.name === name))
        journal.surprise(`no time was left for ${name}`);
      continue;
    }
    const random = new Random(`${options.seed}/upheaval/${index}`);
    const run = (options.short ? briefUpheavals[name] : undefined) ?? upheavals[name];
    await journal
      .during(name, () => run({ ...field, random }))
      .catch((error: unknown) => journal.surprise(`${name}: ${String(error)}`));
  }
}
