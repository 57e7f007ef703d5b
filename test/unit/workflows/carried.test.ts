import { describe, expect, it } from 'vitest';
import { readCarried, type Carried } from '../../../workflows/carried.ts';

const continued = { continuedFromExecutionRunId: 'the-run-before' };
const asOf = '2026-11-30T10:00:00.000Z';

const good: Carried = {
  schema: 1,
  version: 7,
  status: {
    id: 'ann',
    light: 'red',
    reason: 'waiting for the answer',
    channels: { email: { state: 'sent', lastSentAt: asOf } },
    queued: 2,
    oldestQueuedAt: asOf,
    asOf,
  },
  waitingOn: ['email'],
  attributes: { OptInLight: 'red' },
  attributesAt: 1_796_032_800_000,
  dirty: false,
  nextAt: '2026-12-01T10:00:00.000Z',
};

describe('what a run carries to the next', () => {
  it('is taken as it is', () => {
    expect(readCarried(good, continued)).toBe(good);
    const { nextAt: _, ...asleep } = { ...good, status: null };
    expect(readCarried(asleep, continued)).toBe(asleep);
  });

  it('is nothing where no run went before, whatever somebody starts it with', () => {
    for (const given of [good, undefined, { nextAt: 'garbage' }])
      expect(readCarried(given, {})).toBeUndefined();
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a word', 'garbage'],
    ['a list', [good]],
    ['a part', { nextAt: good.nextAt }],
    ['another schema', { ...good, schema: 2 }],
    ['a version that is no number', { ...good, version: '7' }],
    ['a version between two', { ...good, version: 7.5 }],
    ['a version without end', { ...good, version: Infinity }],
    ['a status of one word', { ...good, status: 'red' }],
    ['a status without channels', { ...good, status: { ...good.status, channels: undefined } }],
    ['a channel of nothing', { ...good, status: { ...good.status, channels: { email: null } } }],
    ['a light of another colour', { ...good, status: { ...good.status, light: 'amber' } }],
    ['an oldest of no time', { ...good, status: { ...good.status, oldestQueuedAt: 'garbage' } }],
    ['a method that nobody knows', { ...good, waitingOn: ['pigeon'] }],
    ['methods in one word', { ...good, waitingOn: 'email' }],
    ['an attribute that is no text', { ...good, attributes: { OptInLight: 1 } }],
    ['attributes of nothing', { ...good, attributes: null }],
    ['attributes of no time', { ...good, attributesAt: NaN }],
    ['a maybe', { ...good, dirty: 'yes' }],
    ['a next look of no time', { ...good, nextAt: 'garbage' }],
    ['a next look as a number', { ...good, nextAt: 1 }],
  ])('is nothing where it is %s', (_what, given) => {
    expect(readCarried(given, continued)).toBeUndefined();
  });
});
