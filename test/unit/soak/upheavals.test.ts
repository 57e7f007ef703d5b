import { expect, it } from 'vitest';
import {
  lengthsMs,
  plannedNames,
  planUpheavals,
  type PlannedName,
} from '../../../packages/soak/upheavals/plan.ts';

const minuteMs = 60_000;
const planned = (seed: number, minutes: number) =>
  planUpheavals({ seed, durationMs: minutes * minuteMs, short: false, only: plannedNames });

it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])('seed %i has each upheaval in 20 minutes', (seed) => {
  const names = new Set(planned(seed, 20).map(({ name }) => name));
  expect([...names].toSorted()).toEqual(plannedNames.toSorted());
});

it.each([1, 3, 8, 20, 60])('no two are at once in %i minutes, and all end in time', (minutes) => {
  for (let seed = 1; seed <= 50; seed += 1) {
    const plan = planned(seed, minutes);
    for (const [index, { atMs, name }] of plan.entries())
      expect(atMs + lengthsMs[name]).toBeLessThan(plan[index + 1]?.atMs ?? minutes * minuteMs);
  }
});

it('a seed has its order, and another seed another one', () => {
  const orderOf = (seed: number): PlannedName[] => planned(seed, 20).map(({ name }) => name);
  expect(orderOf(7)).toEqual(orderOf(7));
  expect(orderOf(7)).not.toEqual(orderOf(8));
});

it('the short run has the two that take seconds', () => {
  const plan = planUpheavals({ seed: 7, durationMs: 75_000, short: true, only: plannedNames });
  expect(plan.map(({ name }) => name)).toEqual(['connectionsCut', 'rollingRestart']);
});
