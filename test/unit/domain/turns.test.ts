import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Turns } from '../../../src/core/turns/turns.ts';
import { cases } from '../generated.ts';

/** Lets every promise that is fulfilled be heard. */
const settled = () => new Promise((done) => setImmediate(done));

describe('turns of practices', () => {
  it('give each its share at once, and the next one waits until one is given back', async () => {
    const turns = new Turns({ each: 2, all: 5, waiting: 10 });
    const begun: number[] = [];
    for (const call of [1, 2, 3, 4]) void turns.take('a')?.then(() => begun.push(call));
    await settled();
    expect(begun).toEqual([1, 2]);
    turns.giveBack('a');
    await settled();
    expect(begun).toEqual([1, 2, 3]);
  });

  it('let a practice that comes later in before those that wait of one with its share', async () => {
    const turns = new Turns({ each: 2, all: 3, waiting: 10 });
    const begun: string[] = [];
    const take = (practice: string): void =>
      void turns.take(practice)?.then(() => begun.push(practice));
    for (const practice of ['a', 'a', 'a', 'a', 'b', 'c', 'b']) take(practice);
    await settled();
    expect(begun).toEqual(['a', 'a', 'b']);
    turns.giveBack('a');
    await settled();
    turns.giveBack('b');
    await settled();
    turns.giveBack('a');
    await settled();
    expect(begun.slice(3).toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('are had at once or not at all by one that does not wait', () => {
    const turns = new Turns({ each: 2, all: 3, waiting: 0 });
    expect(['a', 'a', 'a', 'b', 'c'].map((one) => turns.takeNow(one))).toEqual([
      true,
      true,
      false,
      true,
      false,
    ]);
    turns.giveBack('a');
    expect([turns.takeNow('c'), turns.takeNow('a')]).toEqual([true, false]);
  });

  it('refuse a call where as many of its practice wait as may, and of no other', () => {
    const turns = new Turns({ each: 1, all: 1, waiting: 2 });
    expect([1, 2, 3, 4].map(() => turns.take('a') !== undefined)).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(turns.take('b')).toBeDefined();
  });

  it('are never more than there are, and all come, in whatever order they are taken', async () => {
    const asked = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(asked, async (practices) => {
        const turns = new Turns({ each: 2, all: 5, waiting: 40 });
        const held: string[] = [];
        let begun = 0;
        for (const practice of practices)
          void turns.take(practice)?.then(() => held.push(practice));
        await settled();
        while (held.length > 0) {
          expect(held.length).toBeLessThanOrEqual(5);
          for (const practice of held)
            expect(held.filter((one) => one === practice).length).toBeLessThanOrEqual(2);
          begun += 1;
          turns.giveBack(held.shift()!);
          await settled();
        }
        expect(begun).toBe(practices.length);
      }),
      cases(50),
    );
  });
});
