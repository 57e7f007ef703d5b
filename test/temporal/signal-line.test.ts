import { describe, expect, it, vi } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { SignalLine } from '../../src/signals/signal-line.ts';

/** Signals that are under way until they are let end. */
function slowSignals() {
  const sent: string[] = [];
  const ends: (() => void)[] = [];
  const signal = (name: string) => () => {
    sent.push(name);
    return new Promise<void>((end) => ends.push(end));
  };
  const endAll = (): void => ends.splice(0).forEach((end) => end());
  return { sent, signal, endAll };
}

const settled = () => new Promise((done) => setImmediate(done));
const { each, all, waiting } = limits.signalsUnderWay;

describe('signals under way', () => {
  it('take turns by practice: one with thousands keeps no other’s waiting', async () => {
    const line = new SignalLine(() => undefined);
    const { sent, signal } = slowSignals();
    for (let n = 0; n < 1_000; n += 1) void line.send('crowd', signal(`crowd ${n}`));
    void line.send('quiet', signal('quiet'));
    await settled();
    expect(sent).toHaveLength(each + 1);
    expect(sent).toContain('quiet');
  });

  it('are so many of all practices, and the next begins when one ends', async () => {
    const line = new SignalLine(() => undefined);
    const { sent, signal, endAll } = slowSignals();
    for (const practice of ['a', 'b', 'c'])
      for (let n = 0; n < 100; n += 1) void line.send(practice, signal(`${practice} ${n}`));
    await settled();
    expect(sent).toHaveLength(all);
    endAll();
    await settled();
    expect(sent).toHaveLength(2 * all);
    expect(sent.slice(all).some((name) => name.startsWith('c'))).toBe(true);
  });

  it('beyond those that may wait are left to the sweeper', async () => {
    const failed = vi.fn<(error: unknown, count: number) => void>();
    const line = new SignalLine(failed);
    const { signal } = slowSignals();
    for (let n = 0; n < each + waiting; n += 1) void line.send('crowd', signal(`${n}`));
    expect(await line.send('crowd', signal('late'))).toBe(false);
    expect(failed).toHaveBeenCalledOnce();
  });
});

describe('a wake-up', () => {
  it('adds nothing to one that waits for the same workflow, and counts beside one under way', async () => {
    const line = new SignalLine(() => undefined);
    const { sent, signal, endAll } = slowSignals();
    const first = line.wake('p', 'contact/p/ann', signal('ann'));
    await settled();
    // The first may have looked before what this one is about was stored.
    for (let n = 0; n < each; n += 1) void line.send('p', signal('other'));
    const second = line.wake('p', 'contact/p/ann', signal('ann again'));
    const third = line.wake('p', 'contact/p/ann', signal('ann a third time'));
    expect(third).toBe(second);
    for (let n = 0; n < 3; n += 1) {
      endAll();
      await settled();
    }
    expect(await Promise.all([first, second, third])).toEqual([true, true, true]);
    expect(sent.filter((name) => name.startsWith('ann'))).toEqual(['ann', 'ann again']);
  });
});

describe('signals that are not taken', () => {
  it('are reported once in a while, with how many there were', async () => {
    const failed = vi.fn<(error: unknown, count: number) => void>();
    let now = 0;
    const line = new SignalLine(failed, () => now);
    const away = () => Promise.reject(new Error('away'));
    for (let n = 0; n < 50; n += 1) expect(await line.send('p', away)).toBe(false);
    expect(failed).toHaveBeenCalledOnce();
    now += limits.failuresEveryMs;
    await line.send('p', away);
    expect(failed.mock.calls.map(([, count]) => count)).toEqual([1, 50]);
  });
});
