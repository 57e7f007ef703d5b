import { expect, it } from 'vitest';
import { retentionMs, retentionProblem } from '../../../src/core/retention.ts';

const day = 24 * 60 * 60 * 1_000;

it.each([
  ['P1Y', 366 * day],
  ['P7Y', 7 * 366 * day],
  ['P52W', 364 * day],
  ['P400D', 400 * day],
  ['P1Y6M', undefined],
  ['7 years', undefined],
])('%s is so long that a year is never too short', (duration, ms) => {
  expect(retentionMs(duration)).toBe(ms);
});

it.each([
  ['P90D', true],
  ['P100Y', true],
  ['P89D', false],
  ['PT0S', false],
  ['P101Y', false],
  ['P1M', false],
])('%s may be set: %s', (duration, isAllowed) => {
  expect(retentionProblem(duration) === undefined).toBe(isAllowed);
});
