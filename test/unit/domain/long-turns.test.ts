import { beforeEach, describe, expect, it } from 'vitest';
import { LongTurns } from '../../../src/core/turns/long-turns.ts';

let now = 0;
let done: string[] = [];
beforeEach(() => {
  [now, done] = [0, []];
});

const takes = (ms: number) => async (name: string) => {
  now += ms;
  done.push(name);
};

describe('long work', () => {
  it('goes on in the next round with those that had no turn', async () => {
    const turns = new LongTurns(100, 1_000, () => now);
    for (let round = 0; round < 3; round += 1) await turns.round(['a', 'b', 'c'], takes(60));
    expect(done).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
  });

  it('has a turn in each round, however long it takes', async () => {
    const turns = new LongTurns(100, 1_000, () => now);
    for (let round = 0; round < 3; round += 1) await turns.round(['a', 'b'], takes(500));
    expect(done).toEqual(['a', 'b', 'a']);
  });

  it('that fails keeps nobody from theirs, and is tried again after a while', async () => {
    const turns = new LongTurns(100, 1_000, () => now);
    const failing = async (name: string): Promise<void> => {
      await takes(500)(name);
      if (name === 'a') throw new Error('too many');
    };
    expect(await turns.round(['a', 'b'], failing)).toEqual(new Error('too many'));
    expect(await turns.round(['a', 'b'], failing)).toBeUndefined();
    expect(await turns.round(['a'], failing)).toBeUndefined();
    expect(done).toEqual(['a', 'b']);
    now += 1_000;
    expect(await turns.round(['b', 'a'], failing)).toEqual(new Error('too many'));
    expect(done).toEqual(['a', 'b', 'a']);
  });
});
