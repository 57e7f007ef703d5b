import { expect, it } from 'vitest';
import { Allowances } from '../../../src/core/turns/allowance.ts';

it('whoever uses more than there is waits until it has come back, and nobody else does', () => {
  const allowances = new Allowances(10_000, 0.5);
  expect(allowances.waitMs('busy', 0)).toBe(0);
  allowances.use('busy', 9_900, 0);
  expect(allowances.waitMs('busy', 0)).toBe(0);
  allowances.use('busy', 3_100, 0);
  expect(allowances.waitMs('busy', 0)).toBe(6_002);
  expect(allowances.waitMs('other', 0)).toBe(0);
  expect(allowances.waitMs('busy', 5_900)).toBeGreaterThan(0);
  expect(allowances.waitMs('busy', 6_100)).toBe(0);
});

it('what nobody uses does not grow', () => {
  const allowances = new Allowances(10_000, 0.5);
  allowances.use('idle', 1, 0);
  allowances.use('idle', 10_000, 86_400_000);
  expect(allowances.waitMs('idle', 86_400_000)).toBeGreaterThan(0);
});
