import { describe, expect, it } from 'vitest';
import { transition } from '../../../src/core/consent/consent.ts';
import type {
  Channel,
  ChannelState,
  ConsentEvent,
  ConsentState,
} from '../../../src/core/consent/consent-state.ts';
import { channelStates, newConsentState } from '../../../src/core/consent/consent-state.ts';
import { channel, contact, minutesAgo, now } from './example-consent.ts';

const about = { at: now, method: 'sms', epoch: 3 } as const;
const booked = { address: 'a', consentId: 'c2', barred: false, identified: true } as const;
const elsewhere = { address: 'a', consentId: 'c2', obtainedAt: now } as const;
const events = {
  'an opt-in was sent': { type: 'opt_in_sent', ...about, confirmed: true },
  'an opt-in failed': { type: 'opt_in_failed', ...about, reason: 'refused' },
  'the person says yes': { type: 'accepted', ...about, consentId: 'c2' },
  'the person says no': { type: 'declined', ...about },
  'a yes was recorded elsewhere': { type: 'consented_elsewhere', ...about, ...elsewhere },
  'the person books': { type: 'booked', ...about, ...booked },
  'the person stops it': { type: 'revoked', ...about, reason: 'STOP', address: true },
  'the address bounces': { type: 'unreachable', ...about, reason: 'bounced' },
  'the person starts again': { type: 'restarted', ...about },
  'staff waive it': { type: 'waived', ...about },
} as const satisfies Record<string, ConsentEvent>;

/** What an event makes of a channel in each state, in the order of `channelStates`; `–`: it stays what it is. */
const table: Record<keyof typeof events, (ChannelState | '–')[]> = {
  'an opt-in was sent': ['sent', 'sent', '–', '–', '–', 'sent', '–'],
  'an opt-in failed': ['failed', 'failed', '–', '–', '–', 'failed', '–'],
  'the person says yes': ['accepted', 'accepted', '–', 'accepted', '–', 'accepted', 'accepted'],
  'the person says no': ['declined', 'declined', 'revoked', '–', '–', 'declined', 'declined'],
  'a yes was recorded elsewhere': [
    'accepted',
    'accepted',
    '–',
    'accepted',
    'accepted',
    'accepted',
    'accepted',
  ],
  'the person books': ['accepted', 'accepted', '–', 'accepted', '–', 'accepted', 'accepted'],
  'the person stops it': ['revoked', 'revoked', 'revoked', 'revoked', '–', 'revoked', 'revoked'],
  'the address bounces': ['failed', 'failed', 'failed', 'failed', '–', '–', '–'],
  'the person starts again': ['–', '–', '–', '–', 'not_sent', '–', '–'],
  'staff waive it': ['waived', 'waived', 'waived', 'waived', 'waived', 'waived', '–'],
};

it('knows the states of the contract', () => {
  expect(channelStates).toEqual([
    'not_sent',
    'sent',
    'accepted',
    'declined',
    'revoked',
    'failed',
    'waived',
  ]);
});

const smsAfter = (state: ConsentState, event: ConsentEvent): Channel =>
  transition(state, event).state.channels.sms;

describe.each(Object.entries(table))('when %s', (name, row) => {
  it.each(row.map((becomes, index) => [channelStates[index]!, becomes] as const))(
    'a channel that is %s becomes %s',
    (state, becomes) => {
      const before = contact({ sms: { state, reason: 'before' } });
      const after = transition(before, events[name as keyof typeof events]);
      expect(after.state.channels.sms.state).toBe(becomes === '–' ? state : becomes);
      // Nothing that is said about one channel touches the other.
      expect(after.state.channels.email).toBe(before.channels.email);
    },
  );
});

it.each([
  'an opt-in was sent',
  'an opt-in failed',
  'the person says yes',
  'the person says no',
] as const)('nothing happens when %s in an epoch that has passed', (name) => {
  const before = contact({ sms: 'sent' });
  const after = transition(before, { ...events[name], epoch: 2 });
  expect(after).toEqual({ state: before, effects: [], outcome: 'stale_epoch' });
  expect(after.state).toBe(before);
});

describe('what was known already', () => {
  it.each([
    ['the person says yes', { state: 'accepted' }],
    ['the person says no', { state: 'declined' }],
    ['a yes was recorded elsewhere', { state: 'accepted' }],
    ['staff waive it', { state: 'waived', reason: 'waived by staff' }],
  ] as const)('changes nothing when %s', (name, given) => {
    const before = contact({ sms: given });
    expect(transition(before, events[name])).toEqual({
      state: before,
      effects: [],
      outcome: 'unchanged',
    });
  });

  it('of an opt-in that was sent or failed is replaced by the latest', () => {
    const sent = contact({ sms: { state: 'sent', reason: 'before' } });
    expect(smsAfter(sent, events['an opt-in was sent'])).toEqual(
      channel({ state: 'sent', lastSentAt: now }),
    );
    const failed = contact({ sms: { state: 'failed', reason: 'before' } });
    expect(smsAfter(failed, events['an opt-in failed']).reason).toBe('refused');
  });
});

describe('without an address', () => {
  const { address: _, ...sms } = channel('failed');
  const noAddress: ConsentState = { ...contact({}), channels: { ...contact({}).channels, sms } };

  it.each([
    ['an opt-in was sent', 'unchanged'],
    ['the person says yes', 'unchanged'],
    ['a yes was recorded elsewhere', 'unchanged'],
    ['the person stops it', 'unchanged'],
    ['the person starts again', 'unchanged'],
    ['the person books', 'other_address'],
    ['staff waive it', 'applied'],
  ] as const)('when %s, the outcome is %s', (name, outcome) => {
    const after = transition(noAddress, events[name]);
    expect(after.outcome).toBe(outcome);
    if (outcome !== 'applied') expect(after).toMatchObject({ state: noAddress, effects: [] });
  });
});

describe('what follows', () => {
  const announce = (signal: string) => ({ type: 'announce', signal, method: 'sms' });
  const acceptChannel = announce('acceptChannel');
  const revokeChannel = announce('revokeChannel');
  const close = { type: 'close_requests', method: 'sms' };
  const lift = { type: 'lift_suppression', method: 'sms' };
  const liftStop = { ...lift, only: ['stopped'] };
  const bar = (kind: string, reason: string) => ({ type: 'suppress', method: 'sms', kind, reason });

  it.each([
    ['an opt-in was sent', 'not_sent', []],
    ['an opt-in failed', 'not_sent', []],
    // A stop of the address that the channel has yet to follow is not the yes's to lift.
    [
      'the person says yes',
      'sent',
      [{ ...lift, only: ['unreachable', 'doubtful'] }, acceptChannel],
    ],
    ['the person says no', 'sent', [{ type: 'cancel_opt_ins', method: 'sms' }, revokeChannel]],
    ['the person says no', 'accepted', [close, revokeChannel]],
    ['a yes was recorded elsewhere', 'sent', [lift, acceptChannel]],
    ['the person books', 'sent', [acceptChannel]],
    ['the person stops it', 'accepted', [bar('stopped', 'STOP'), close, revokeChannel]],
    ['the address bounces', 'accepted', [bar('unreachable', 'bounced'), close, revokeChannel]],
    ['the person starts again', 'revoked', [liftStop, close, acceptChannel]],
    ['the person starts again', 'accepted', [liftStop]],
    [
      'staff waive it',
      'sent',
      [close, { type: 'suppress_deliveries', method: 'sms' }, acceptChannel],
    ],
  ] as const)('when %s on a channel that is %s', (name, state, effects) => {
    expect(transition(contact({ sms: state }), events[name]).effects).toEqual(effects);
  });

  it('when a person stops a channel that is stopped already: the address is barred all the same', () => {
    const before = contact({
      sms: { state: 'revoked', reason: 'staff', revokedAt: minutesAgo(9) },
    });
    const after = transition(before, events['the person stops it']);
    expect(after).toEqual({
      state: before,
      effects: [bar('stopped', 'STOP')],
      outcome: 'unchanged',
    });
  });

  it('from a stop given to the practice, not about the address: nothing bars the address', () => {
    const told = { ...events['the person stops it'], address: false };
    expect(transition(contact({ sms: 'accepted' }), told).effects).toEqual([close, revokeChannel]);
  });

  it.each([
    ['the same reason changes nothing', 'STOP', 'unchanged'],
    ['a reason of their own is noted', 'complaint', 'applied'],
  ])('when somebody says stop after a stop of the channel, %s', (_what, reason, outcome) => {
    const before = contact({ sms: { state: 'revoked', reason, revokedAt: minutesAgo(9) } });
    const told = { ...events['the person stops it'], address: false };
    const after = transition(before, told);
    expect(after.outcome).toBe(outcome);
    expect(after.state.channels.sms.reason).toBe('STOP');
  });
});

describe('what a channel remembers', () => {
  const yes = {
    state: 'accepted',
    consentId: 'c1',
    acceptedAt: minutesAgo(60),
    lastSentAt: minutesAgo(90),
  } as const;

  it('of a yes: when, and by which entry of the ledger; no reason and no stop', () => {
    const before = contact({
      sms: { state: 'failed', reason: 'refused', revokedAt: minutesAgo(5) },
    });
    expect(smsAfter(before, events['the person says yes'])).toEqual(
      channel({ state: 'accepted', acceptedAt: now, consentId: 'c2' }),
    );
  });

  it('of a booking: the newer evidence, also where it was accepted', () => {
    expect(smsAfter(contact({ sms: yes }), events['the person books'])).toEqual(
      channel({ ...yes, acceptedAt: now, consentId: 'c2' }),
    );
  });

  it('of a yes recorded elsewhere: when it was obtained, not when it was recorded', () => {
    const paper = { ...events['a yes was recorded elsewhere'], obtainedAt: minutesAgo(9) };
    expect(smsAfter(contact({ sms: 'sent' }), paper).acceptedAt).toEqual(minutesAgo(9));
  });

  it('of a stop: when and why, and nothing of the yes', () => {
    expect(smsAfter(contact({ sms: yes }), events['the person stops it'])).toEqual(
      channel({ state: 'revoked', reason: 'STOP', revokedAt: now, lastSentAt: minutesAgo(90) }),
    );
  });

  it('of a no after a yes: that it is a stop, and that it was said on the page', () => {
    expect(smsAfter(contact({ sms: yes }), events['the person says no'])).toEqual(
      channel({
        state: 'revoked',
        reason: 'declined on the page',
        revokedAt: now,
        lastSentAt: minutesAgo(90),
      }),
    );
  });

  it('of a no: nothing else', () => {
    const before = contact({ sms: { state: 'sent', reason: 'before' } });
    expect(smsAfter(before, events['the person says no'])).toStrictEqual(channel('declined'));
  });

  it('of a new start: only the address, in a new epoch', () => {
    const before = contact({ sms: { state: 'revoked', reason: 'STOP', revokedAt: minutesAgo(9) } });
    expect(smsAfter(before, events['the person starts again'])).toEqual(
      channel({ state: 'not_sent', epoch: 4 }),
    );
  });

  it.each([
    [true, undefined],
    [false, 'not confirmed by the provider'],
  ])('of an opt-in whose sending is confirmed: %s', (confirmed, reason) => {
    const sent = { ...events['an opt-in was sent'], confirmed };
    const before = contact({ sms: { state: 'failed', reason: 'refused' } });
    const after = smsAfter(before, sent);
    expect(after).toEqual(
      channel({ state: 'sent', lastSentAt: now, ...(reason ? { reason } : {}) }),
    );
  });

  it('of an opt-in that is reported after the answer: only when it was sent', () => {
    const late = smsAfter(contact({ sms: yes }), events['an opt-in was sent']);
    expect(late).toEqual(channel({ ...yes, lastSentAt: now }));
  });
});

describe('a yes recorded elsewhere', () => {
  const recorded = events['a yes was recorded elsewhere'];

  it.each([
    ['a minute before the stop', 6, 'older_than_revocation'],
    ['at the very moment of the stop', 5, 'older_than_revocation'],
    ['a minute after the stop', 4, 'applied'],
  ])('obtained %s', (_when, ago, outcome) => {
    const event = { ...recorded, obtainedAt: minutesAgo(ago) };
    const stopped = contact({ sms: { state: 'revoked', revokedAt: minutesAgo(5) } });
    expect(transition(stopped, event)).toMatchObject({ outcome });
    const barred = { ...event, suppressedSince: minutesAgo(5) };
    expect(transition(contact({ sms: 'failed' }), barred)).toMatchObject({ outcome });
    if (outcome !== 'applied') expect(transition(stopped, event).state).toBe(stopped);
  });

  it('for another address says nothing about this one', () => {
    const before = contact({ sms: 'sent' });
    const after = transition(before, { ...recorded, address: 'b' });
    expect(after).toEqual({ state: before, effects: [], outcome: 'other_address' });
  });
});

describe('a booking', () => {
  it.each([
    ['for another address', 'sent', { address: 'b' }, 'other_address'],
    ['on a channel that was stopped', 'revoked', {}, 'stopped_before'],
    ['to an address that a stop or a bounce bars', 'failed', { barred: true }, 'stopped_before'],
    ['by somebody who is not this contact', 'sent', { identified: false }, 'not_identified'],
  ] as const)('%s is no consent', (_how, state, facts, outcome) => {
    const before = contact({ sms: state });
    const after = transition(before, { ...events['the person books'], ...facts });
    expect(after).toEqual({ state: before, effects: [], outcome });
    expect(after.state).toBe(before);
  });
});

describe('the first opening', () => {
  const agree = (state: ConsentState) => transition(state, events['the person says yes']).state;

  it.each([
    ['the last assigned channel agrees', contact({ email: 'accepted', sms: 'sent' }), now],
    ['the other one is waived', contact({ email: 'waived', sms: 'sent' }), now],
    ['the only assigned channel agrees', contact({ sms: 'sent' }), now],
    ['another channel has not agreed', contact({ email: 'sent', sms: 'sent' }), undefined],
  ])('when %s', (_when, before, openedAt) => {
    expect(agree(before).openedAt).toEqual(openedAt);
  });

  it('does not come of waiving alone', () => {
    expect(transition(contact({ sms: 'sent' }), events['staff waive it']).state.openedAt).toBe(
      undefined,
    );
  });

  it('is remembered, not repeated', () => {
    const before = contact({ sms: 'sent' }, { openedAt: minutesAgo(9) });
    expect(agree(before).openedAt).toEqual(minutesAgo(9));
  });

  it('does not come of what changes nothing', () => {
    const before = contact({ sms: 'accepted' });
    expect(agree(before)).toBe(before);
  });
});

describe('the kinds that a person does not want', () => {
  const choose = (state: ConsentState, ...declined: string[]) =>
    transition(state, { type: 'kinds_chosen', at: now, declined } as ConsentEvent);

  it('are kept in one order, so that the same choice is the same state', () => {
    const chosen = choose(newConsentState(), 'ad_hoc', 'billing_reminder');
    expect(chosen).toMatchObject({ outcome: 'applied', effects: [] });
    expect(chosen.state.declinedKinds).toEqual(['billing_reminder', 'ad_hoc']);
    const again = choose(chosen.state, 'billing_reminder', 'ad_hoc');
    expect(again).toEqual({ state: chosen.state, effects: [], outcome: 'unchanged' });
  });
});
