import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  advance,
  bookedContact,
  judgeCode,
  newBooking,
  waitingFor,
  type Booking,
  type BookingEvent,
} from '../../../src/core/booking.ts';
import { limits } from '../../../src/core/limits.ts';
import { consentMethods, type ConsentMethod } from '../../../src/core/method.ts';
import { cases } from '../generated.ts';

const method = fc.constantFrom(...consentMethods);
const event: fc.Arbitrary<BookingEvent> = fc.oneof(
  fc.record({
    type: fc.constant('chose' as const),
    methods: fc.subarray<ConsentMethod>([...consentMethods]),
  }),
  fc.record({ type: fc.constant('proved' as const), method }),
  fc.constant<BookingEvent>({ type: 'reopened' }),
  fc.constant<BookingEvent>({ type: 'finished' }),
);

type Step = { event: BookingEvent; before: Booking; after: Booking };

function steps(events: readonly BookingEvent[]): Step[] {
  let booking = newBooking;
  return events.map((one) => {
    const before = booking;
    booking = advance(booking, one);
    return { event: one, before, after: booking };
  });
}

function property(check: (steps: Step[]) => void): void {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), (events) => check(steps(events))),
    cases(5_000),
  );
}

describe('a booking, whatever is pressed in whatever order', () => {
  it('has proven only what was chosen and then proved', () => {
    property((all) => {
      const proved = new Set<ConsentMethod>();
      for (const { event: one, before, after } of all) {
        if (one.type === 'proved' && before.state === 'proving') proved.add(one.method);
        for (const m of after.proven) {
          expect(after.methods).toContain(m);
          expect(proved).toContain(m);
        }
      }
    });
  });

  it('keeps what is proven, and what was chosen beside it', () => {
    property((all) => {
      for (const { before, after } of all) {
        if (before.proven.length === 0) continue;
        expect(after.methods).toEqual(before.methods);
        expect(after.proven).toEqual(expect.arrayContaining([...before.proven]));
      }
    });
  });

  it('is done with something proven, waits for nothing then, and never begins again', () => {
    property((all) => {
      for (const { before, after } of all) {
        if (after.state === 'done') {
          expect(after.proven.length).toBeGreaterThan(0);
          expect(waitingFor(after)).toEqual([]);
        }
        if (before.state === 'done') expect(after).toBe(before);
      }
    });
  });

  it('waits for exactly what was chosen and is not proven', () => {
    property((all) => {
      for (const { after } of all) {
        if (after.state !== 'proving') continue;
        expect(waitingFor(after).length).toBe(after.methods.length - after.proven.length);
        expect(waitingFor(after).length).toBeGreaterThan(0);
      }
    });
  });

  it('is the same after the same press again', () => {
    property((all) => {
      for (const { event: one, after } of all) expect(advance(after, one)).toEqual(after);
    });
  });
});

describe('a code', () => {
  const now = new Date('2026-11-27T08:00:00Z');
  const later = new Date(now.getTime() + 1);

  it('is right only while it works, and ends with the last wrong try', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 12 }), (entered) => {
        let tries = 0;
        for (const matches of entered) {
          const verdict = judgeCode({ tries, expiresAt: later }, matches, now);
          const works = tries < limits.codeTries;
          expect(verdict === 'right').toBe(works && matches);
          if (!matches) {
            tries += 1;
            expect(verdict).toBe(tries < limits.codeTries ? 'wrong' : 'over');
          }
        }
      }),
    );
  });

  it('is over at its time, and where there is none', () => {
    expect(judgeCode({ tries: 0, expiresAt: now }, true, now)).toBe('over');
    expect(judgeCode(undefined, false, now)).toBe('over');
  });
});

describe('whose consent it is', () => {
  it.each([
    [
      'the contact that the scheduler named, whichever contact has the address',
      { named: 'n', holders: ['a'] },
      'n',
    ],
    ['the one contact that has the address', { holders: ['a'] }, 'a'],
    ['nobody’s yet, where several share it', { holders: ['a', 'b'] }, undefined],
    ['nobody’s yet, where none has it', { holders: [] }, undefined],
    [
      'of those that share it, the one that the other address led to',
      { own: 'b', holders: ['a', 'b'] },
      'b',
    ],
    [
      'the one that has it, not the one that the other address led to',
      { own: 'b', holders: ['a'] },
      'a',
    ],
    ['the one that the other address led to, where none has it', { own: 'b', holders: [] }, 'b'],
  ])('%s', (_whose, known, expected) => {
    expect(bookedContact(known)).toBe(expected);
  });
});
