import { describe, expect, it } from 'vitest';
import { isOnItsWay, throttleMs } from '../../../src/core/opt-in-throttle.ts';
import { minutesAgo, now } from './example-consent.ts';

const minute = 60_000;
const day = 24 * 60;

describe('an opt-in by hand', () => {
  it.each([
    ['the first', [], 0],
    ['four minutes after the last', [4], 1],
    ['five minutes after the last', [5], 0],
    ['the fifth in a day', [10, 20, 30, 40], 0],
    ['the sixth in a day', [10, 20, 30, 40, 50], day - 50],
    ['the seventh in a day', [10, 20, 30, 40, 50, 60], day - 50],
    ['the sixth, a day after the first of them', [10, 20, 30, 40, day], 0],
    ['the sixth, a minute before that', [2, 20, 30, 40, day - 1], 3],
  ])('%s waits', (_which, ago, waitMinutes) => {
    expect(throttleMs(ago.map(minutesAgo), now)).toBe(waitMinutes * minute);
  });
});

describe('an opt-in that is still on its way', () => {
  it.each([
    ['queued', false, 60, true],
    ['sending', false, 60, true],
    ['sent', true, 0.49, true],
    ['sent', true, 0.5, false],
    ['sent', false, 0, false],
    ['delivered', true, 0, false],
    ['unknown', true, 0, false],
  ])('%s, by itself: %s, %s minutes old: %s', (status, automatic, ago, expected) => {
    expect(isOnItsWay({ status, automatic, createdAt: minutesAgo(ago) }, now)).toBe(expected);
  });
});
