import { describe, expect, test } from 'vitest';
import { addressOfAttempt, type Attempts } from '../../../src/domain/attempts.ts';

const attempts = (
  earlier: readonly (readonly [id: string, address: string])[],
  [providerId, addressHash]: readonly [id: string | null, address: string | null],
): Attempts => ({
  providerId,
  addressHash,
  earlierIds: earlier.map(([id]) => id),
  earlierAddresses: earlier.map(([, address]) => address),
});

describe('the address that a report is about', () => {
  test.each([
    ['the only one', [], ['a', 'home'], 'a', 'home'],
    ['the only one, before the call’s answer', [], [null, 'home'], 'a', 'home'],
    ['the only one, under an id that is new', [], ['a', 'home'], 'b', 'home'],
    ['an earlier one', [['a', 'old']], ['b', 'home'], 'a', 'old'],
    ['the last one', [['a', 'old']], ['b', 'home'], 'b', 'home'],
    ['the last one, before the call’s answer', [['a', 'old']], [null, 'home'], 'b', 'home'],
    ['one without an id before it', [['', 'old']], ['b', 'home'], 'a', 'old'],
    ['this one or one without an id', [['', 'old']], [null, 'home'], 'a', undefined],
    ['this one or one without an id, at one address', [['', 'home']], [null, 'home'], 'a', 'home'],
    ['no attempt by name', [['a', 'old']], ['b', 'home'], undefined, undefined],
    ['no attempt by name, all at one address', [['a', 'home']], ['b', 'home'], undefined, 'home'],
    ['an id that is new, beside two others', [['a', 'old']], ['b', 'home'], 'c', undefined],
    ['an earlier one whose address was not kept', [['a', '']], ['b', 'home'], 'a', undefined],
    ['an erased contact', [], ['a', null], 'a', undefined],
  ] as const)('%s', (_what, earlier, last, id, address) => {
    expect(addressOfAttempt(attempts(earlier, last), id)).toBe(address);
  });

  test('of attempts whose addresses were forgotten is none', () => {
    const forgotten = { ...attempts([['a', 'old']], ['b', null]), earlierAddresses: [] };
    for (const id of ['a', 'b', undefined]) expect(addressOfAttempt(forgotten, id)).toBeUndefined();
  });
});
