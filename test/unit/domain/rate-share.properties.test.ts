import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../src/core/limits.ts';
import { shareLeft, shareMs, type ShareKind } from '../../../src/core/turns/rate-share.ts';
import { cases } from '../generated.ts';

/** What one practice was allowed, in the order in which it asked. */
type Taken = { atMs: number; count: number };
type Ask = { afterMs: number; wanted: number };

/** Messages a second, from one in ten seconds to a large account's. */
const rate = fc.double({ min: 0.1, max: 200, noNaN: true });
const asks = fc.array(
  fc.record({
    afterMs: fc.integer({ min: 0, max: 5_000 }),
    wanted: fc.integer({ min: 1, max: 100 }),
  }),
  { minLength: 1, maxLength: 60 },
);

/** As the database does it: what was taken is kept as the time at which it has come in again. */
function play(kind: ShareKind, perSecond: number, asked: readonly Ask[]): Taken[] {
  let [now, untilMs] = [0, 0];
  return asked.map(({ afterMs, wanted }) => {
    now += afterMs;
    const count = Math.min(wanted, shareLeft(kind, untilMs - now, perSecond).ahead);
    untilMs = Math.max(untilMs, now) + shareMs(kind, count, perSecond);
    return { atMs: now, count };
  });
}

const total = (all: readonly Taken[]): number => all.reduce((sum, { count }) => sum + count, 0);

const part = { urgent: limits.urgentShare, ordinary: limits.ordinaryShare };

describe.each<ShareKind>(['urgent', 'ordinary'])(
  'what one practice sends ahead of others: %s',
  (kind) => {
    it('is never more than its share of the rate, over any stretch of time, beyond what gathers in two seconds', () => {
      fc.assert(
        fc.property(rate, asks, (perSecond, asked) => {
          const all = play(kind, perSecond, asked);
          const share = perSecond * part[kind];
          const gathered = Math.max(1, (share * limits.rateCreditMs) / 1_000);
          for (const [first, { atMs: from }] of all.entries())
            for (const [last, { atMs: to }] of all.entries()) {
              if (last < first) continue;
              const most = gathered + (share * (to - from)) / 1_000;
              expect(total(all.slice(first, last + 1))).toBeLessThanOrEqual(most + 1e-6);
            }
        }),
        cases(300),
      );
    });

    it('is all of its share for one that comes back at the time it is given', () => {
      fc.assert(
        fc.property(rate, fc.integer({ min: 20, max: 60 }), (perSecond, times) => {
          let [now, untilMs, count] = [0, 0, 0];
          for (let asked = 0; asked < times; asked += 1) {
            const { ahead, waitMs } = shareLeft(kind, untilMs - now, perSecond);
            // It has some now, or a time at which it has.
            expect(ahead > 0).toBe(waitMs === 0);
            now += waitMs;
            const then = shareLeft(kind, untilMs - now, perSecond).ahead;
            expect(then).toBeGreaterThanOrEqual(1);
            untilMs = Math.max(untilMs, now) + shareMs(kind, then, perSecond);
            count += then;
          }
          const share = perSecond * part[kind];
          expect(count).toBeGreaterThanOrEqual(Math.floor((share * now) / 1_000));
        }),
        cases(300),
      );
    });

    it('is at least one message at once after a while without any, however short the rate', () => {
      fc.assert(
        fc.property(rate, asks, (perSecond, asked) => {
          const quietMs = shareMs(kind, 1, perSecond) + limits.rateCreditMs;
          const last = play(kind, perSecond, [
            ...asked,
            { afterMs: Math.ceil(quietMs), wanted: 1 },
          ]).at(-1);
          expect(last?.count).toBe(1);
        }),
        cases(300),
      );
    });
  },
);

describe('at five messages a second', () => {
  it.each([
    ['nothing taken yet', -60_000, 5, 0],
    ['two of five taken', shareMs('urgent', 2, 5), 3, 0],
    ['all taken: half of them at once, a second later', shareMs('urgent', 5, 5), 0, 1_000],
    ['one nearly in again', shareMs('urgent', 5, 5) - 399, 0, 601],
  ])('%s', (_case, takenMs, ahead, waitMs) => {
    expect(shareLeft('urgent', takenMs, 5)).toEqual({ ahead, waitMs });
  });
});
