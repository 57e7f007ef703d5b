import { kindOf, type PartKind } from './installation.ts';
import type { JournalData, Stop } from './journal.ts';
import type { MessageView } from './observe.ts';
import { describe, type Arrival, type Verdict } from './verdict.ts';

/** Did an upheaval harm what it must not even have touched? */

/** A process that is asked to stop has so long, in ms. */
const stopMs = 10_000;

export function checkPromises(
  journal: JournalData,
  views: ReadonlyMap<string, MessageView>,
  arrivals: readonly Arrival[],
  faults: Verdict['faults'],
): void {
  const arrived = new Set(arrivals.map(({ message }) => message.id));
  const messages = new Map(journal.messages.map((message) => [message.id, message]));
  for (const { messageId, why } of journal.promised) {
    const view = views.get(messageId);
    // Its cause is asked for where all of them are.
    if (arrived.has(messageId) || view?.status === 'unknown') continue;
    faults.heldUp.push({ why, ...describe(messages.get(messageId)!), view });
  }
  for (const { messageId } of journal.spoiled) {
    const view = views.get(messageId);
    if (view?.status === 'failed' && !arrived.has(messageId)) continue;
    const what = 'did not open, and has no outcome of its own';
    faults.lost.push({ what, ...describe(messages.get(messageId)!), view });
  }
}

export function checkStops(
  journal: JournalData,
  faults: Verdict['faults'],
  apart: Record<string, number>,
): void {
  for (const stop of journal.stops) {
    if (stop.reason === 'exit code 0' && stop.tookMs <= stopMs) continue;
    if (wasDisturbed(journal, stop)) apart['stopsDisturbed']! += 1;
    else faults.badStops.push({ ...stop, at: new Date(stop.at).toISOString() });
  }
}

/** How long a server that was killed has effects on those that use it after it is back, in ms: they connect again. */
const afterwardsMs = 3_000;

/** What a process needs for a good end, beside itself. */
const needs: Record<string, readonly PartKind[]> = {
  api: ['postgres', 'pgbouncer'],
  worker: ['postgres', 'pgbouncer', 'temporal'],
};

/** What it needs was down meanwhile, or it was killed or frozen itself. */
function wasDisturbed({ kills, freezes }: JournalData, { part, at, tookMs }: Stop): boolean {
  const end = at + tookMs;
  const needed = needs[part.startsWith('api') ? 'api' : 'worker']!;
  return (
    kills.some(
      (kill) =>
        (kill.part === part || needed.includes(kindOf(kill.part))) &&
        kill.at <= end &&
        (kill.backAt ?? Infinity) + afterwardsMs >= at,
    ) || freezes.some((freeze) => freeze.part === part && freeze.at <= end && freeze.until >= at)
  );
}
