import { describe, expect, it } from 'vitest';
import { transition } from '../../../src/core/consent/consent.ts';
import type { Doubt } from '../../../src/core/consent/doubt.ts';
import type { Channel } from '../../../src/core/consent/consent-state.ts';
import { refusalChange } from '../../../src/core/consent/refusal.ts';
import { reopenedBy, reopenedLater, type Reopening } from '../../../src/core/consent/reopening.ts';
import { channel, contact, minutesAgo, now } from './example-consent.ts';

const said = { method: 'sms', at: now } as const;
const saidAt = minutesAgo(10);
const before = minutesAgo(20);
const since = minutesAgo(5);

const stop = { reason: 'on the preferences page', since: before };
const words = {
  start: { word: 'start' },
  again: { word: 'again', reached: true, stop },
  settled: { word: 'settled' },
} as const satisfies Record<string, Reopening>;

const closed = (revokedAt: Date, reason = stop.reason): Channel =>
  channel({ state: 'revoked', reason, revokedAt });
const doubted = (began: Date): Channel =>
  channel({ state: 'accepted', doubt: { why: 'unsure', since: began } });

const later = (word: Reopening, one: Channel) => reopenedLater(word, one, { ...said, saidAt });

describe('a contact whose turn comes after the word', () => {
  it.each([
    ['START opens one that was stopped before', words.start, closed(before), 'restarted'],
    ['START opens one that could not be reached', words.start, channel('failed'), 'restarted'],
    ['START lets go one that was held before', words.start, doubted(before), 'restarted'],
    ['START leaves one that was stopped since', words.start, closed(since), undefined],
    ['START leaves one that was stopped at that moment', words.start, closed(saidAt), undefined],
    ['START leaves one that was stopped at some time', words.start, channel('revoked'), undefined],
    ['START leaves one that is held since', words.start, doubted(since), undefined],
    ['START leaves one that said no', words.start, channel('declined'), undefined],
    ['START leaves one that goes on', words.start, channel('accepted'), undefined],
    ['a page opens one that its stop closed', words.again, closed(before), 'restarted'],
    ['a page lets go one that was held before', words.again, doubted(before), 'restarted'],
    ['a page leaves one that staff stopped', words.again, closed(before, 'by staff'), undefined],
    ['a page leaves one that was stopped earlier', words.again, closed(minutesAgo(30)), undefined],
    ['a page leaves one that was stopped since', words.again, closed(since), undefined],
    ['a page leaves one that could not be reached', words.again, channel('failed'), undefined],
    ['a settled doubt lets go one that was held', words.settled, doubted(before), 'doubt_settled'],
    ['a settled doubt leaves one that is held since', words.settled, doubted(since), undefined],
  ] as const)('%s', (_, word, one, type) => {
    expect(later(word, one)?.type).toBe(type);
  });

  const missed = { ...stop, endedAt: saidAt };
  const unreached = (word: Reopening, one: Channel) =>
    reopenedLater(word, one, { ...said, saidAt, missed });
  const agreed = (acceptedAt: Date) => channel({ state: 'accepted', acceptedAt });
  const asked = (lastSentAt: Date) => channel({ state: 'sent', lastSentAt });
  it.each([
    ['START stops and opens one that had agreed', words.start, agreed(before), true],
    ['START stops and opens one that was asked', words.start, asked(before), true],
    ['a page stops and opens one that had agreed', words.again, agreed(before), true],
    ['START leaves one that agreed since', words.start, agreed(since), undefined],
    ['START leaves one that was asked since', words.start, asked(since), undefined],
    ['START leaves one that said no', words.start, channel('declined'), undefined],
    ['START leaves one that staff waived', words.start, channel('waived'), undefined],
  ] as const)('whom its stop had not reached: %s', (_, word, one, isMissed) => {
    const event = unreached(word, one);
    expect(event && 'missedStop' in event ? event.missedStop : undefined).toBe(isMissed);
    if (event)
      expect(transition(contact({ sms: one }), event)).toMatchObject({
        outcome: 'applied',
        state: { channels: { sms: { state: 'not_sent', epoch: one.epoch + 1 } } },
      });
  });

  it('keeps the doubt that is left', () => {
    const event = later({ word: 'settled', left: 'unsure' }, doubted(before));
    expect(event).toMatchObject({ left: 'unsure' });
  });

  it.each([
    ['a stop', words.start, closed(before)],
    ['a doubt', words.settled, doubted(before)],
  ] as const)('lifts nothing from the address, which %s may have barred again', (_, word, one) => {
    const state = contact({ sms: one });
    const event = later(word, one)!;
    const after = transition(state, event);
    expect(after.outcome).toBe('applied');
    expect(after.effects.map(({ type }) => type)).not.toContain('lift_suppression');
    expect(refusalChange(one, after.state.channels.sms, event)).toBeUndefined();
  });
});

it('a page always opens the contact that it is of', () => {
  const staff = closed(before, 'by staff');
  expect(reopenedBy(words.again, staff, said)).toBeUndefined();
  expect(reopenedBy(words.again, staff, { ...said, own: true })).toMatchObject({ reached: true });
});

describe('a page that may settle a doubt', () => {
  const held = (why: Doubt, given: Partial<Channel> = {}): Channel =>
    channel({ state: 'accepted', doubt: { why, since: before }, ...given });

  it('lets another go on who is held, and leaves the stop that it told the practice', () => {
    expect(reopenedBy(words.again, held('unsure'), said)?.type).toBe('restarted');
    const stopped = held('unsure', closed(before, 'by staff'));
    const event = reopenedBy(words.again, stopped, said)!;
    const { state } = transition(contact({ sms: stopped }), event);
    expect(state.channels.sms).toMatchObject({ state: 'revoked', reason: 'by staff' });
    expect(state.channels.sms).not.toHaveProperty('doubt');
  });

  it.each(['wrong_person', 'deceased'] as const)('settles none of the kind %s', (why) => {
    expect(reopenedBy(words.again, held(why), said)).toBeUndefined();
    for (const one of [held(why), held(why, closed(before))]) {
      const event = reopenedBy(words.again, one, { ...said, own: true })!;
      const { state, effects } = transition(contact({ sms: one }), event);
      expect(state.channels.sms.doubt).toEqual(one.doubt);
      expect(effects).toContainEqual({
        type: 'lift_suppression',
        method: 'sms',
        only: ['stopped'],
      });
    }
  });
});
