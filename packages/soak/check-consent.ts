import { ConsentHistory, underWayMs, wasFrozen } from './consent-history.ts';
import type { Channel, JournalData } from './journal.ts';
import { markIn, optInPath, type OutboxEntry } from './mailbox.ts';
import { describe, entryOf, type Arrival, type Verdict } from './verdict.ts';

/** Did anything leave that nobody had agreed to, and was anybody asked too often? */

export function checkConsent(
  journal: JournalData,
  arrivals: readonly Arrival[],
  faults: Verdict['faults'],
  apart: Record<string, number>,
): void {
  const history = new ConsentHistory(journal);
  for (const { entry, at, message, method } of arrivals) {
    if (message.sendAt !== undefined && at < message.sendAt)
      faults.early.push({
        reason: 'before its sendAt',
        ...describe(message),
        entry: entryOf(entry),
      });
    if (method === 'fax') continue;
    const barred = history.bars(message.contactId, method, entry.to.toLowerCase(), at);
    if (!barred) {
      // Within the tolerance, counted: calls that had begun when the stop came.
      const strict = history.bars(
        message.contactId,
        method,
        entry.to.toLowerCase(),
        at + underWayMs,
      );
      if (strict?.closedBy && strict.closedBy.ended! < at) apart['underWay']! += 1;
      continue;
    }
    const { closedBy } = barred;
    if (closedBy && wasFrozen(journal.freezes, closedBy.ended!, at)) {
      apart['frozen']! += 1;
      continue;
    }
    const lateMs = closedBy ? at - closedBy.ended! : undefined;
    faults[closedBy ? 'afterRevoke' : 'early'].push({
      reason: barred.reason,
      ...(lateMs === undefined ? {} : { lateMs, closedBy }),
      ...describe(message),
      method,
      entry: entryOf(entry),
    });
  }
}

export function checkOptIns(
  journal: JournalData,
  outbox: readonly OutboxEntry[],
  faults: Verdict['faults'],
  apart: Record<string, number>,
): void {
  const history = new ConsentHistory(journal);
  const byAddress = new Map<string, OutboxEntry[]>();
  for (const entry of outbox)
    if (markIn(entry.text) === undefined && optInPath(entry.text) !== undefined) {
      const key = `${entry.channel}/${entry.to.toLowerCase()}`;
      byAddress.set(key, [...(byAddress.get(key) ?? []), entry]);
    }
  apart['optInsByHand'] = journal.askedByHand.length;
  for (const [key, entries] of byAddress) {
    const [channel, address] = key.split('/') as [Channel, string];
    const asked = journal.askedByHand
      .filter((one) => one.channel === channel && one.address === address)
      .map(({ began }) => ({ from: began, to: Infinity }));
    // Each opt-in takes the place that ends first; one without a place is one too many.
    const places = [...history.epochs(channel, address), ...asked].toSorted((a, b) => a.to - b.to);
    for (const entry of entries) {
      const at = Date.parse(entry.at);
      const place = places.findIndex(({ from, to }) => from <= at && at <= to);
      if (place >= 0) places.splice(place, 1);
      else faults.extraOptIns.push({ address, entry: entryOf(entry), of: entries.map(entryOf) });
    }
  }
}
