import { checkConsent, checkOptIns } from './check-consent.ts';
import { checkPromises, checkStops } from './check-upheavals.ts';
import { underWayMs, wasFrozen } from './consent-history.ts';
import type { JournalData, Message, Method } from './journal.ts';
import { markIn, type OutboxEntry } from './mailbox.ts';
import { finalStatuses, isSettled, type MessageView, type Observed } from './observe.ts';
import { causeOf } from './unknown-causes.ts';
import {
  count,
  describe,
  entryOf,
  faultNames,
  type Arrival,
  type Case,
  type Verdict,
} from './verdict.ts';

/**
 * Judges a run by the driver's journal, the sandbox's outbox and the API's word. It shares no code with the service: it
 * knows the contract only.
 */

export function check(journal: JournalData, observed: Observed): Verdict {
  const faults = Object.fromEntries(
    faultNames.map((name) => [name, [] as Case[]]),
  ) as Verdict['faults'];
  const apart: Record<string, number> = {
    unknownArrived: 0,
    unknownNotArrived: 0,
    unknownByKill: 0,
    unknownByFreeze: 0,
    unknownByFault: 0,
    underWay: 0,
    frozen: 0,
    blockedByProvider: 0,
    stopsDisturbed: 0,
  };
  const arrivals = readArrivals(journal, observed.outbox);
  const views = new Map(
    observed.contacts.flatMap(({ messages }) => messages.map((view) => [view.id, view] as const)),
  );
  checkWitness(observed, faults);
  checkLost(journal, observed, views, arrivals, faults, apart);
  checkTwice(arrivals, faults);
  checkConsent(journal, arrivals, faults, apart);
  checkStale(journal, arrivals, faults);
  checkOrder(journal, views, arrivals, faults);
  checkOptIns(journal, observed.outbox, faults, apart);
  checkPromises(journal, views, arrivals, faults);
  checkStops(journal, faults, apart);
  for (const { at, what, said } of journal.undone)
    faults.undone.push({ at: new Date(at).toISOString(), what, said });
  for (const { id, intact } of observed.contacts) if (!intact) faults.brokenLedgers.push({ id });
  return {
    passed: faultNames.every((name) => faults[name].length === 0),
    faults,
    apart,
    counts: count(journal, observed, arrivals),
  };
}

function readArrivals(journal: JournalData, outbox: readonly OutboxEntry[]): Arrival[] {
  const byMark = new Map(journal.messages.map((message) => [message.mark, message]));
  return outbox.flatMap((entry) => {
    const message = byMark.get(markIn(entry.text) ?? '');
    if (!message) return [];
    const method: Method = entry.to.endsWith('@fax.example') ? 'fax' : entry.channel;
    return { entry, at: Date.parse(entry.at), message, method };
  });
}

/** An outbox with gaps proves nothing. */
function checkWitness({ outbox }: Observed, faults: Verdict['faults']): void {
  const gap = outbox.findIndex(({ seq }, index) => seq !== index + 1);
  if (gap >= 0) faults.lost.push({ what: 'the outbox has a gap', position: gap });
}

function checkLost(
  journal: JournalData,
  observed: Observed,
  views: ReadonlyMap<string, MessageView>,
  arrivals: readonly Arrival[],
  faults: Verdict['faults'],
  apart: Record<string, number>,
): void {
  const arrived = new Set(arrivals.map(({ message, method }) => `${message.id}/${method}`));
  const forced = new Set(journal.forcedEvents.map(({ outboxId }) => outboxId));
  const bounced = new Set(
    arrivals.filter(({ entry }) => forced.has(entry.id)).map(({ message }) => message.id),
  );
  const blocked = blockedTimes(journal);
  const unregistered = new Set(
    observed.contacts.filter(({ reason }) => reason === 'not_registered').map(({ id }) => id),
  );
  for (const message of journal.messages) {
    const view = views.get(message.id);
    if (!view) {
      if (message.ended !== undefined)
        faults.lost.push({ what: 'unknown to the API', ...describe(message) });
      continue;
    }
    if (view.deliveries.length === 0 && !unregistered.has(message.contactId))
      faults.lost.push({ what: 'without any delivery', ...describe(message), view });
    for (const delivery of view.deliveries) {
      const { method, status, reason } = delivery;
      const got = arrived.has(`${message.id}/${method}`);
      if (status === 'unknown') {
        apart[got ? 'unknownArrived' : 'unknownNotArrived']! += 1;
        const claimedAt = observed.claims[`${message.id}/${method}`];
        const cause = causeOf(journal, delivery, claimedAt);
        if (cause) apart[cause]! += 1;
        else faults.unexplainedUnknowns.push({ ...describe(message), delivery, claimedAt });
      }
      if (!isSettled(delivery, observed.at))
        faults.lost.push({ what: 'neither ended nor waiting', ...describe(message), delivery });
      else if (finalStatuses.includes(status) && needsReason.has(status) && !reason)
        faults.lost.push({ what: 'ended without an explanation', ...describe(message), delivery });
      if (['sent', 'delivered'].includes(status) && !got) {
        // Known from a webhook alone, it has no time of its own.
        const sentAt = delivery.sentAt === undefined ? undefined : Date.parse(delivery.sentAt);
        if (method === 'sms' && blocked(message, sentAt)) apart['blockedByProvider']! += 1;
        else faults.lost.push({ what: 'said to be sent', ...describe(message), delivery });
      }
      if (notSent.has(status) && got && !bounced.has(message.id))
        faults.misreported.push({ ...describe(message), delivery });
    }
  }
}

const needsReason = new Set(['failed', 'cancelled', 'suppressed', 'unknown']);
const notSent = new Set(['queued', 'sending', 'failed', 'expired', 'cancelled', 'suppressed']);

/** After a bare STOP the carrier itself drops texts under way, and its webhook about that may be lost. */
function blockedTimes(
  journal: JournalData,
): (message: Message, sentAt: number | undefined) => boolean {
  const stops = journal.words.filter(({ providerBlocks }) => providerBlocks === true);
  return ({ contactId, began: queuedAt }, sentAt) =>
    journal.registrations.some(
      (one) =>
        one.contactId === contactId &&
        stops.some(
          ({ address, began, ended = Infinity }) =>
            address === one.addresses.sms &&
            (sentAt ?? Infinity) >= began - 1_000 &&
            (sentAt ?? queuedAt) <= ended + 10_000,
        ),
    );
}

function checkTwice(arrivals: readonly Arrival[], faults: Verdict['faults']): void {
  const first = new Map<string, Arrival>();
  for (const arrival of arrivals) {
    const key = `${arrival.message.id}/${arrival.method}`;
    const before = first.get(key);
    if (before)
      faults.twice.push({
        ...describe(arrival.message),
        method: arrival.method,
        entries: [before, arrival].map(({ entry }) => entryOf(entry)),
      });
    else first.set(key, arrival);
  }
}

function checkStale(
  journal: JournalData,
  arrivals: readonly Arrival[],
  faults: Verdict['faults'],
): void {
  const successors = new Map(journal.messages.map((message) => [message.supersedes, message]));
  for (const { entry, at, message, method } of arrivals) {
    const until = Math.min(
      message.notAfter ?? Infinity,
      successors.get(message.id)?.ended ?? Infinity,
    );
    if (at <= until + underWayMs || wasFrozen(journal.freezes, until, at)) continue;
    faults.stale.push({ ...describe(message), method, lateMs: at - until, entry: entryOf(entry) });
  }
}

/** A came surely before B in (due, arrival): then A's place in the outbox is before B's. */
function precedes(a: Message, b: Message): boolean {
  if (a.ended === undefined) return false;
  if (a.call === b.call) return a.position < b.position && a.sendAt === b.sendAt;
  // A signal's message is stored later than it was acknowledged: only a later signal is surely behind it.
  if (a.via === 'signal' && (b.via !== 'signal' || b.crossed || a.sendAt || b.sendAt)) return false;
  return Math.max(a.sendAt ?? 0, a.ended) < Math.max(b.sendAt ?? 0, b.began);
}

function checkOrder(
  journal: JournalData,
  views: ReadonlyMap<string, MessageView>,
  arrivals: readonly Arrival[],
  faults: Verdict['faults'],
): void {
  const lanes = new Map<string, Arrival[]>();
  for (const arrival of arrivals) {
    const { message, method } = arrival;
    const status = views.get(message.id)?.deliveries.find((d) => d.method === method)?.status;
    if (status !== 'sent' && status !== 'delivered') continue;
    const lane = `${message.contactId}/${method}`;
    lanes.set(lane, [...(lanes.get(lane) ?? []), arrival]);
  }
  for (const [lane, sequence] of lanes)
    for (const [index, later] of sequence.entries())
      for (const earlier of sequence.slice(0, index))
        if (precedes(later.message, earlier.message))
          faults.outOfOrder.push({
            lane,
            first: { ...describe(later.message), entry: entryOf(later.entry) },
            overtakenBy: { ...describe(earlier.message), entry: entryOf(earlier.entry) },
            frozen: wasFrozen(journal.freezes, later.message.ended ?? 0, later.at),
          });
}
