import { describe, expect, test } from 'vitest';
import { addressesOfAttempt, notBegun, type Attempts } from '../../../src/core/message/attempts.ts';

const attempts = (
  earlier: readonly (readonly [id: string, address: string])[],
  [providerId, addressHash]: readonly [id: string | null, address: string | null],
  status = 'sent',
): Attempts => ({
  status,
  providerId,
  addressHash,
  earlierIds: earlier.map(([id]) => id),
  earlierAddresses: earlier.map(([, address]) => address),
});

const one = ['home'];
const none: string[] = [];
const both = ['old', 'home'];

describe('the addresses that a report bars', () => {
  test.each([
    ['the only one', [], ['a', 'home'], 'a', one, one],
    ['the only one, before the call’s answer', [], [null, 'home'], 'a', one, one],
    ['the only one, under an id that is new', [], ['a', 'home'], 'b', one, one],
    ['an earlier one', [['a', 'old']], ['b', 'home'], 'a', ['old'], ['old']],
    ['the last one', [['a', 'old']], ['b', 'home'], 'b', one, one],
    ['the last one, before the call’s answer', [['a', 'old']], [null, 'home'], 'b', one, one],
    ['one without an id before it', [['', 'old']], ['b', 'home'], 'a', ['old'], ['old']],
    ['this one or one without an id', [['', 'old']], [null, 'home'], 'a', none, both],
    ['either, at one address', [['', 'home']], [null, 'home'], 'a', one, one],
    ['either, and one was not kept', [['', '']], [null, 'home'], 'a', none, one],
    ['no attempt by name', [['a', 'old']], ['b', 'home'], undefined, none, both],
    ['no attempt by name, all at one address', [['a', 'home']], ['b', 'home'], undefined, one, one],
    ['an id that is new, beside two others', [['a', 'old']], ['b', 'home'], 'c', none, both],
    ['an earlier one whose address was not kept', [['a', '']], ['b', 'home'], 'a', none, one],
    ['an erased contact', [], ['a', null], 'a', none, none],
  ] as const)('%s', (_what, earlier, last, id, dead, stopped) => {
    expect(addressesOfAttempt(attempts(earlier, last), id, { stop: false })).toEqual(dead);
    expect(addressesOfAttempt(attempts(earlier, last), id, { stop: true })).toEqual(stopped);
  });

  test.each(notBegun)('an attempt that never began is none of them: %s', (status) => {
    for (const stop of [true, false]) {
      const waiting = attempts([['a', 'old']], [null, 'home'], status);
      for (const id of ['a', 'b', undefined])
        expect(addressesOfAttempt(waiting, id, { stop })).toEqual(['old']);
      expect(addressesOfAttempt(attempts([], [null, 'home'], status), 'a', { stop })).toEqual([]);
    }
  });

  test('attempts from before addresses were kept have none, and the later ones keep theirs', () => {
    const forgotten = { ...attempts([['a', '']], ['b', null]), earlierAddresses: [] };
    for (const id of ['a', 'b', undefined])
      for (const stop of [true, false])
        expect(addressesOfAttempt(forgotten, id, { stop })).toEqual([]);
  });
});
