import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CallsUnderWay } from '../../../src/core/turns/calls-under-way.ts';
import { cases } from '../generated.ts';

it('as many calls of one are under way as may, whatever others do', () => {
  const calls = new CallsUnderWay(2);
  const [first, second, third] = [{}, {}, {}];
  expect([first, second, third].map((call) => calls.begin(call, 'a'))).toEqual([true, true, false]);
  expect(calls.begin({}, 'b')).toBe(true);
  calls.end(third);
  expect(calls.begin({}, 'a')).toBe(false);
  calls.end(first);
  calls.end(first);
  expect(calls.begin({}, 'a')).toBe(true);
  expect(calls.begin({}, 'a')).toBe(false);
});

it('nothing is under way when every caller has got an answer or hung up, whenever that was', () => {
  type Moment = 'begin' | 'answer' | 'hang up';
  const life = fc.shuffledSubarray<Moment>(['begin', 'answer', 'hang up'], { minLength: 1 });
  const lives = fc.array(fc.record({ whose: fc.constantFrom('a', 'b'), life }), { maxLength: 30 });
  fc.assert(
    fc.property(lives, fc.infiniteStream(fc.nat()), (all, order) => {
      const calls = new CallsUnderWay(3);
      const left = all.map(({ whose, life: moments }) => {
        // A call that is not answered is hung up on at last.
        const ends = moments.some((moment) => moment !== 'begin');
        return { call: {}, whose, moments: ends ? [...moments] : [...moments, 'hang up' as const] };
      });
      for (let open = left; open.length > 0; open = open.filter((one) => one.moments.length > 0)) {
        const { call, whose, moments } = open[order.next().value! % open.length]!;
        if (moments.shift() === 'begin') calls.begin(call, whose);
        else calls.end(call);
        expect(calls.of('a')).toBeLessThanOrEqual(3);
      }
      expect([calls.of('a'), calls.of('b')]).toEqual([0, 0]);
    }),
    cases(200),
  );
});
