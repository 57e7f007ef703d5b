import { expect, test } from 'vitest';
import { parseRetryAfterMs, waits } from '../../../src/channels/waits.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

test.each([
  ['7', 7_000],
  ['0', 0],
  [' 1.5 ', 1_500],
  ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
  ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
  ['99999999', waits.longestMs],
  ['soon', undefined],
  ['-5', undefined],
  ['', undefined],
  [undefined, undefined],
])('%s is %s ms', (value, expected) => {
  expect(parseRetryAfterMs(value, now)).toBe(expected);
});
