import { describe, expect, it } from 'vitest';
import { firstWithin, partsWithin } from '../../../src/core/within-bytes.ts';

const bytes = (size: number): number => size;

describe('what is opened together', () => {
  it.each([
    ['all that fits', [1, 2, 3], [1, 2, 3]],
    ['as much as fits exactly', [4, 6, 1], [4, 6]],
    ['no more than fits', [4, 7, 1], [4]],
    ['one in any case', [99, 1], [99]],
    ['nothing behind one that is too large', [1, 99, 1], [1]],
    ['nothing of nothing', [], []],
  ])('is %s', (_what, sizes, first) => {
    expect(firstWithin(sizes, bytes, 10)).toEqual(first);
  });

  it('is everything in the end, in its order', () => {
    const sizes = [3, 3, 3, 3, 99, 1, 10, 0];
    expect([...partsWithin(sizes, bytes, 10)]).toEqual([[3, 3, 3], [3], [99], [1], [10, 0]]);
    expect([...partsWithin([], bytes, 10)]).toEqual([]);
  });
});
