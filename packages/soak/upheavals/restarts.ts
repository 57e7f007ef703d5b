import { setTimeout as sleep } from 'node:timers/promises';
import { backPatienceMs, partsOfKind, pause, untilUp, type Part } from '../installation.ts';
import type { Stop } from '../journal.ts';
import type { Field, Upheaval } from './field.ts';

/** A deployment: each worker and API is asked to stop, and its supervisor starts it again, one after the other. */
export const rollingRestart: Upheaval = async (field) => {
  for (const kind of field.random.shuffled(['worker', 'api'] as const))
    await restartAll(field, kind);
};

/** Each when it has lived for a minute; `now`: in a run that is not much longer. */
export async function restartAll(
  field: Field,
  kind: 'worker' | 'api',
  when: 'settled' | 'now' = 'settled',
): Promise<void> {
  const { service, world } = field;
  for (const part of partsOfKind(service, kind)) {
    if (when === 'settled') await pause(world.journal.settlesInMs(part), world.over);
    await restart(field, part);
  }
}

/** By SIGTERM. One that is down just now, or frozen, is waited for. */
async function restart({ service, world: { journal } }: Field, part: Part): Promise<void> {
  const deadline = Date.now() + backPatienceMs;
  const isFrozen = (): boolean =>
    journal.data.freezes.some((one) => one.part === part && one.until === Number.POSITIVE_INFINITY);
  while (Date.now() < deadline) {
    const at = Date.now();
    const ended = isFrozen() ? undefined : await service.terminate(part);
    if (ended) {
      const { pid, tookMs, reason } = ended;
      const stop: Stop = { part, at, tookMs, reason };
      journal.data.stops.push(stop);
      if ((await untilUp(service, part, pid)) === undefined)
        journal.surprise(`${part} did not come back in ${backPatienceMs} ms after SIGTERM`);
      else stop.backAt = Date.now();
      return;
    }
    await sleep(200);
  }
  journal.surprise(`${part} could not be asked to stop in ${backPatienceMs} ms`);
}
