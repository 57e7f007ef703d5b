import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueBeforeQuiet, isOwnAction, quietNow } from '../../../src/core/quiet-hours.ts';
import { defaultSettings } from '../../../src/core/settings.ts';

const night = {
  from: '21:00',
  to: '08:00',
  methods: ['sms' as const],
  kinds: ['billing_reminder' as const],
};
const settings = { timeZone: 'UTC', quietHours: night };
const nobody = { timeZone: null, lastActionAt: null };
const at = (time: string): Date => new Date(`2026-11-${time}Z`);
const minutes = (date: Date, by: number): Date => new Date(date.getTime() + by * 60_000);

describe('quiet hours, now', () => {
  it.each([
    ['28T20:59:59.999', undefined],
    ['28T21:00:00', at('29T08:00')],
    ['28T23:30:00', at('29T08:00')],
    ['29T00:00:00', at('29T08:00')],
    ['29T07:59:59.999', at('29T08:00')],
    ['29T08:00:00', undefined],
    ['29T12:00:00', undefined],
  ])('over midnight, at %s hold until the same or the next morning', (time, until) => {
    expect(quietNow(settings, nobody, 'sms', at(time))?.until).toEqual(until);
  });

  it.each([
    ['12:59', undefined],
    ['13:00', at('28T14:30')],
    ['14:29', at('28T14:30')],
    ['14:30', undefined],
  ])('within a day, at %s', (time, until) => {
    const siesta = { timeZone: 'UTC', quietHours: { ...night, from: '13:00', to: '14:30' } };
    expect(quietNow(siesta, nobody, 'sms', at(`28T${time}`))?.until).toEqual(until);
  });

  it('that begin and end at one time last the whole day', () => {
    const always = { timeZone: 'UTC', quietHours: { ...night, from: '09:00', to: '09:00' } };
    expect(quietNow(always, nobody, 'sms', at('28T12:00'))?.until).toEqual(at('29T09:00'));
  });

  it('hold the kinds and the methods that the setting names', () => {
    expect(quietNow(settings, nobody, 'sms', at('28T23:00'))?.kinds).toEqual(['billing_reminder']);
    expect(quietNow(settings, nobody, 'email', at('28T23:00'))).toBeUndefined();
    const off = { ...settings, quietHours: null };
    expect(quietNow(off, nobody, 'sms', at('28T23:00'))).toBeUndefined();
  });

  it.each([
    ['the contact’s own', 'America/Los_Angeles', '29T05:30', at('29T16:00')],
    ['the practice’s, for a contact without one', null, '29T02:30', at('29T13:00')],
  ])('are of %s time zone', (_whose, timeZone, time, until) => {
    const contact = { timeZone, lastActionAt: null };
    const newYork = { ...settings, timeZone: 'America/New_York' };
    expect(quietNow(newYork, contact, 'sms', at(time))?.until).toEqual(until);
  });

  it.each([
    ['the clocks go forward', '2026-03-08T06:30Z', '2026-03-08T12:00Z'],
    ['the clocks go back', '2026-11-01T06:30Z', '2026-11-01T13:00Z'],
  ])('end at eight by the clock on the wall when %s', (_when, time, until) => {
    const newYork = { ...settings, timeZone: 'America/New_York' };
    expect(quietNow(newYork, nobody, 'sms', new Date(time))?.until).toEqual(new Date(until));
  });

  it.each([
    ['just now', 0, false],
    ['a moment less than 15 minutes ago', 15 - 1 / 60_000, false],
    ['15 minutes ago', 15, true],
    ['an hour ago', 60, true],
  ])('where the person acted %s, hold: %#', (_when, ago, held) => {
    const now = at('28T23:30');
    const lastActionAt = minutes(now, -ago);
    const quiet = quietNow(settings, { timeZone: null, lastActionAt }, 'sms', now);
    expect(quiet !== undefined).toBe(held);
  });

  it.each([
    ['accepted', true],
    ['booked', true],
    ['restarted', true],
    ['declined', false],
    ['revoked', false],
    ['consented_elsewhere', false],
    ['assigned', false],
    ['waived', false],
    ['opt_in_sent', false],
  ] as const)('count %s as the person’s own action: %s', (type, own) => {
    expect(isOwnAction({ type })).toBe(own);
  });

  it('by default hold texts about money from 21:00 to 08:00, and nothing else', () => {
    expect(defaultSettings.quietHours).toEqual({
      ...night,
      kinds: ['billing_reminder', 'late_payment_reminder'],
    });
  });
});

describe('a message that quiet hours would make worthless', () => {
  const now = at('28T12:00');
  const dueAt = at('28T23:00');
  const due = (
    given: Partial<Parameters<typeof dueBeforeQuiet>[2]>,
    method: 'sms' | 'email' = 'sms',
    from = now,
    to: Parameters<typeof dueBeforeQuiet>[0] = settings,
  ) =>
    dueBeforeQuiet(
      to,
      null,
      { kind: 'billing_reminder', dueAt, notAfter: at('29T07:00'), ...given },
      method,
      from,
    );
  const lastMoment = at('28T20:59:59');

  it('leaves at the last allowed moment before them', () => {
    expect(due({})).toEqual(lastMoment);
    expect(due({ notAfter: at('29T08:00') })).toEqual(lastMoment);
    expect(due({}, 'sms', at('28T21:00'))).toEqual(dueAt);
  });

  it.each([
    ['it can wait for their end', () => due({ notAfter: at('29T08:01') })],
    [
      'it never expires',
      () => dueBeforeQuiet(settings, null, { kind: 'billing_reminder', dueAt }, 'sms', now),
    ],
    ['they do not hold its kind', () => due({ kind: 'ad_hoc' })],
    ['they do not hold its method', () => due({}, 'email')],
    ['there are none', () => due({}, 'sms', now, { ...settings, quietHours: null })],
    ['they have begun already', () => due({}, 'sms', at('28T21:00'))],
  ])('leaves when it is due where %s', (_where, leaves) => {
    expect(leaves()).toEqual(dueAt);
  });

  it('leaves when it is due where that is by day', () => {
    expect(due({ dueAt: at('28T20:00') })).toEqual(at('28T20:00'));
  });

  it.each([
    ['28T20:59:58', lastMoment],
    ['28T20:59:59', at('28T20:59:59')],
    ['28T20:59:59.500', at('28T20:59:59.500')],
    ['28T20:59:59.999', at('28T20:59:59.999')],
  ])('leaves at once in the last second before them (%s)', (time, leaves) => {
    expect(due({}, 'sms', at(time))).toEqual(leaves);
  });

  it('is looked at in the contact’s own time zone', () => {
    const pacific = dueBeforeQuiet(
      settings,
      'America/Los_Angeles',
      { kind: 'billing_reminder', dueAt, notAfter: at('29T07:00') },
      'sms',
      now,
    );
    expect(pacific).toEqual(dueAt);
  });
});

describe('quiet hours where the clocks are changed', () => {
  const of = (from: string, to: string, timeZone: string) => ({
    timeZone,
    quietHours: { ...night, from, to },
  });
  const newYork = 'America/New_York';

  it.each([
    ['the first 01:15 of autumn', '21:00', '01:30', '2026-11-01T05:15Z', '2026-11-01T05:30Z'],
    ['the 01:45 between', '21:00', '01:30', '2026-11-01T05:45Z', undefined],
    ['the second 01:15', '21:00', '01:30', '2026-11-01T06:15Z', '2026-11-01T06:30Z'],
    ['the second 01:45', '21:00', '01:30', '2026-11-01T06:45Z', undefined],
    ['the first 01:45, begun at 01:30', '01:30', '04:00', '2026-11-01T05:45Z', '2026-11-01T06:00Z'],
    [
      'the second 01:45, begun at 01:30',
      '01:30',
      '04:00',
      '2026-11-01T06:45Z',
      '2026-11-01T09:00Z',
    ],
    [
      '01:59 of spring, ending at 02:30',
      '21:00',
      '02:30',
      '2026-03-08T06:59Z',
      '2026-03-08T07:00Z',
    ],
    ['03:00 of spring, ending at 02:30', '21:00', '02:30', '2026-03-08T07:00Z', undefined],
  ])('go by the clock on the wall: %s', (_when, from, to, time, until) => {
    const found = quietNow(of(from, to, newYork), nobody, 'sms', new Date(time));
    expect(found?.until).toEqual(until && new Date(until));
  });

  it('are quiet exactly while the wall shows a time of the window, and end when it no longer does', () => {
    const zones = [
      newYork,
      'America/Los_Angeles',
      'Europe/Berlin',
      'Australia/Lord_Howe',
      'America/St_Johns',
      'UTC',
    ];
    const time = fc.integer({ min: 0, max: 95 }).map((quarter) => quarter * 15);
    const written = (minute: number): string =>
      `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
    // Around the changes of both hemispheres, by day and night.
    const around = fc.constantFrom(
      '2026-03-08T06:00Z',
      '2026-11-01T06:00Z',
      '2026-03-29T01:00Z',
      '2026-10-25T01:00Z',
      '2026-04-04T15:00Z',
      '2026-10-03T15:30Z',
      '2026-06-01T00:00Z',
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        time,
        time,
        around,
        fc.integer({ min: -1_500, max: 1_500 }),
        (zone, from, to, centre, by) => {
          const clock = new Intl.DateTimeFormat('en-GB', {
            timeZone: zone,
            hour: '2-digit',
            minute: '2-digit',
          });
          const inside = (date: Date): boolean => {
            const shown = clock.format(date);
            const [first, last] = [written(from), written(to)];
            return first < last ? shown >= first && shown < last : shown >= first || shown < last;
          };
          const now = minutes(new Date(centre), by);
          const until = quietNow(of(written(from), written(to), zone), nobody, 'sms', now)?.until;
          expect(until !== undefined).toBe(inside(now));
          if (until === undefined || from === to) return;
          expect(inside(until)).toBe(false);
          for (let step = now; step < until; step = minutes(step, 1))
            expect(inside(step)).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });
});
