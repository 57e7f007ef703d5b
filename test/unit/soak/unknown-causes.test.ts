import { expect, it } from 'vitest';
import { Journal, type JournalData } from '../../../packages/soak/journal.ts';
import type { DeliveryView } from '../../../packages/soak/observe.ts';
import { causeOf, type UnknownCause } from '../../../packages/soak/unknown-causes.ts';

/** A text whose call was claimed at 100 s and of which nobody knows the end. */

const claimedAt = 100_000;
const interrupted: DeliveryView = {
  method: 'sms',
  status: 'unknown',
  reason: 'the call was interrupted',
};
const unclear: DeliveryView = {
  method: 'sms',
  status: 'unknown',
  reason: 'the provider gave no clear answer: ECONNRESET',
};
const kill = (at: number) => (data: JournalData) => void data.kills.push({ part: 'worker', at });
const fault =
  (order: Record<string, unknown>, at = 90_000, spentAt?: number) =>
  (data: JournalData): void =>
    void data.faults.push({ at, id: 1, order, ...(spentAt === undefined ? {} : { spentAt }) });

it.each<[string, DeliveryView, (data: JournalData) => void, UnknownCause | undefined]>([
  ['a worker that died in the call', interrupted, kill(104_000), 'unknownByKill'],
  ['one that died before', interrupted, kill(90_000), undefined],
  ['one that died long after', interrupted, kill(130_000), undefined],
  ['one that died, where the provider had answered', unclear, kill(104_000), undefined],
  [
    'another part that died',
    interrupted,
    (data) => void data.kills.push({ part: 'api', at: 104_000 }),
    undefined,
  ],
  [
    'a worker that died with the answer while the database was away',
    interrupted,
    (data) => {
      data.upheavals.push({ name: 'databaseAway', at: 101_000, until: 161_000 });
      kill(150_000)(data);
    },
    'unknownByKill',
  ],
  [
    'a worker that stood still',
    unclear,
    (data) => void data.freezes.push({ part: 'worker', at: 101_000, until: 110_000 }),
    'unknownByFreeze',
  ],
  [
    'a connection that was to be cut',
    unclear,
    fault({ kind: 'accept_then_drop' }),
    'unknownByFault',
  ],
  [
    'an answer that was to be late',
    unclear,
    fault({ kind: 'delay', delayMs: 9_000 }),
    'unknownByFault',
  ],
  ['one that was to be in time', unclear, fault({ kind: 'delay', delayMs: 3_000 }), undefined],
  [
    'a fault of the other channel',
    unclear,
    fault({ kind: 'accept_then_drop', channel: 'email' }),
    undefined,
  ],
  [
    'a fault that was spent before',
    unclear,
    fault({ kind: 'accept_then_drop' }, 80_000, 90_000),
    undefined,
  ],
  [
    'a fault, where no answer was expected',
    interrupted,
    fault({ kind: 'accept_then_drop' }),
    undefined,
  ],
  ['nothing', interrupted, () => undefined, undefined],
])('the cause of an unknown end: %s', (_, delivery, happen, cause) => {
  const { data } = new Journal();
  happen(data);
  expect(causeOf(data, delivery, claimedAt)).toBe(cause);
});

it('an email is tried again after an unclear answer: its cause may be that of an earlier try', () => {
  const { data } = new Journal();
  fault({ kind: 'accept_then_drop' }, 40_000, 45_000)(data);
  const email: DeliveryView = { ...interrupted, method: 'email' };
  expect(causeOf(data, email, claimedAt)).toBe('unknownByFault');
  expect(causeOf(data, email, 400_000)).toBeUndefined();
});

it('without a time there is no cause', () => {
  const { data } = new Journal();
  kill(104_000)(data);
  expect(causeOf(data, interrupted, undefined)).toBeUndefined();
});
