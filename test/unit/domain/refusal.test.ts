import { describe, expect, it } from 'vitest';
import { transition } from '../../../src/core/consent/consent.ts';
import type {
  ChannelState,
  ConsentEvent,
  ConsentState,
} from '../../../src/core/consent/consent-state.ts';
import { newConsentState } from '../../../src/core/consent/consent-state.ts';
import { refusalChange, type Refusal } from '../../../src/core/consent/refusal.ts';
import { channel, contact, minutesAgo, now } from './example-consent.ts';

const since = minutesAgo(90);
const no: Refusal = { word: 'declined', since };
const stop: Refusal = { word: 'revoked', reason: 'stopped by staff', since };
const ofSms = { at: now, method: 'sms' as const };
const yes = { ...ofSms, epoch: 3, consentId: 'c' };

function assigned(state: ConsentState, refused: Refusal, suppressed?: 'stopped' | 'unreachable') {
  const bar = suppressed ? { suppressed: { kind: suppressed, reason: 'earlier' } } : {};
  return transition(state, {
    type: 'assigned',
    at: now,
    methods: ['sms'],
    email: {},
    sms: { address: 'a', refused, ...bar },
    fax: {},
  }).state.channels.sms;
}

describe('an address that was refused before', () => {
  it.each([
    ['is declined for a contact that is new', no, undefined, { state: 'declined' }],
    [
      'is stopped for a contact that is new',
      stop,
      undefined,
      { state: 'revoked', reason: 'stopped by staff', revokedAt: since },
    ],
    [
      'stays barred by a stop',
      no,
      'stopped',
      { state: 'revoked', reason: 'earlier', revokedAt: now },
    ],
    ['is declined rather than dead', no, 'unreachable', { state: 'declined' }],
  ] as const)('%s', (_what, refused, bar, expected) =>
    expect(assigned(newConsentState(), refused, bar)).toEqual(channel({ ...expected, epoch: 1 })),
  );

  it('says nothing about a contact that has the address already', () =>
    expect(assigned(contact({ sms: 'accepted' }), stop)).toEqual(channel('accepted')));

  it('is refused when it comes back', () =>
    expect(assigned(contact({ sms: { state: 'not_sent', address: 'b' } }), no)).toMatchObject({
      state: 'declined',
      epoch: 4,
    }));
});

describe('the last word about an address', () => {
  const after = (state: ChannelState | ReturnType<typeof channel>, event: ConsentEvent) => {
    const before = contact({ sms: state });
    return refusalChange(before.channels.sms, transition(before, event).state.channels.sms, event);
  };
  const asked = channel({ state: 'declined', reason: 'asked again by staff' });

  it.each<[string, ChannelState | ReturnType<typeof channel>, ConsentEvent, unknown]>([
    ['a no', 'sent', { type: 'declined', ...yes }, { word: 'declined', since: now }],
    [
      'a no after a yes',
      'accepted',
      { type: 'declined', ...yes },
      { word: 'revoked', since: now, reason: 'declined on the page' },
    ],
    ['a no once more', asked, { type: 'declined', ...yes }, { word: 'declined', since: now }],
    [
      'a stop of one contact',
      'accepted',
      { type: 'revoked', ...ofSms, reason: 'r', address: false },
      { word: 'revoked', since: now, reason: 'r' },
    ],
    [
      'a question after a no that could not be sent',
      asked,
      { type: 'opt_in_failed', ...yes, reason: 'r' },
      { word: 'declined', since: now, reason: 'r' },
    ],
  ])('is kept: %s', (_what, state, event, refusal) =>
    expect(after(state, event)).toEqual({ type: 'remember', refusal }),
  );

  it.each<[string, ChannelState | ReturnType<typeof channel>, ConsentEvent, unknown]>([
    ['a yes', 'declined', { type: 'accepted', ...yes }, {}],
    [
      'a consent obtained later',
      'declined',
      { type: 'consented_elsewhere', ...ofSms, address: 'a', obtainedAt: now, consentId: 'c' },
      {},
    ],
    [
      'a booking',
      'declined',
      { type: 'booked', ...ofSms, address: 'a', consentId: 'c', barred: false, identified: true },
      {},
    ],
    ['staff who ask again', 'declined', { type: 'asked_again', ...ofSms }, { only: 'declined' }],
    ['a START, if it was a stop', 'revoked', { type: 'restarted', ...ofSms }, { only: 'revoked' }],
    [
      'the person’s own page, if it was their own stop',
      channel({ state: 'revoked', revokedAt: since }),
      { type: 'restarted', ...ofSms, onPage: true },
      { only: 'revoked', since },
    ],
  ])('is over with %s', (_what, state, event, only) =>
    expect(after(state, event)).toEqual({ type: 'forget', ...(only as object) }),
  );

  it.each<[string, ChannelState, ConsentEvent]>([
    [
      'a stop of the address, which is a bar',
      'accepted',
      { type: 'revoked', ...ofSms, reason: 'r', address: true },
    ],
    ['a yes after a stop, which does not count', 'revoked', { type: 'accepted', ...yes }],
    [
      'a consent older than a stop',
      'declined',
      {
        type: 'consented_elsewhere',
        ...ofSms,
        address: 'a',
        obtainedAt: minutesAgo(99),
        consentId: 'c',
        suppressedSince: since,
      },
    ],
    ['a waiver', 'declined', { type: 'waived', ...ofSms }],
    ['an opt-in that could not be sent', 'sent', { type: 'opt_in_failed', ...yes, reason: 'r' }],
    ['asking again where nobody said no', 'sent', { type: 'asked_again', ...ofSms }],
  ])('does not change with %s', (_what, state, event) =>
    expect(after(state, event)).toBeUndefined(),
  );

  it('is as before where staff take their own stop back', () => {
    const stopped = channel({ state: 'revoked', revokedAt: since });
    const undone = (before: object): ConsentEvent =>
      ({ type: 'stop_undone', ...ofSms, epoch: 3, stoppedAt: since, before }) as ConsentEvent;
    const putBack = { type: 'put_back', stoppedAt: since };
    expect(after(stopped, undone({ state: 'accepted' }))).toEqual(putBack);
    expect(after(stopped, undone({ state: 'declined' }))).toMatchObject({
      ...putBack,
      refusal: { word: 'declined' },
    });
  });

  it('is that of another contact again where staff take back a stop of this one', () => {
    const before = channel({ state: 'accepted' });
    const stopped = channel({ state: 'revoked', revokedAt: since });
    const event = { type: 'stop_undone', ...ofSms, epoch: 3, stoppedAt: since, before } as const;
    for (const refused of [no, stop])
      expect(after(stopped, { ...event, refused })).toEqual({
        type: 'put_back',
        stoppedAt: since,
        refusal: refused,
      });
  });
});
