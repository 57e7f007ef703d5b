import { describe, expect, it } from 'vitest';
import { transition } from '../../../src/core/consent/consent.ts';
import type {
  Channel,
  ConsentEvent,
  ConsentState,
} from '../../../src/core/consent/consent-state.ts';
import { newConsentState } from '../../../src/core/consent/consent-state.ts';
import { channel, contact, minutesAgo, now } from './example-consent.ts';

type Assigned = Extract<ConsentEvent, { type: 'assigned' }>;

/** Registers by SMS at address `a`, unless the row says otherwise. */
function assign(state: ConsentState, given: Partial<Assigned> = {}) {
  return transition(state, {
    type: 'assigned',
    at: now,
    methods: ['sms'],
    email: {},
    sms: { address: 'a' },
    fax: {},
    ...given,
  });
}
const barred = (kind: 'stopped' | 'unreachable') => ({
  sms: { address: 'a', suppressed: { kind, reason: 'earlier' } },
});

describe('registering', () => {
  it('begins the first epoch of each address, and closes requests for what was there before', () => {
    const { state, effects, outcome } = assign(newConsentState(), {
      methods: ['email', 'sms', 'fax'],
      email: { address: 'e' },
      fax: { address: 'f' },
    });
    expect(outcome).toBe('applied');
    expect(state).toEqual({
      registered: true,
      declinedKinds: [],
      channels: {
        email: { assigned: true, epoch: 1, state: 'not_sent', address: 'e' },
        sms: { assigned: true, epoch: 1, state: 'not_sent', address: 'a' },
      },
      fax: { assigned: true, address: 'f' },
    });
    expect(effects).toEqual([
      { type: 'close_requests', method: 'email' },
      { type: 'close_requests', method: 'sms' },
      { type: 'reassign_deliveries' },
    ]);
  });

  it('by fax alone leaves the other channels idle', () => {
    const { state } = assign(newConsentState(), { methods: ['fax'], sms: {}, fax: {} });
    expect(state.fax).toEqual({ assigned: true });
    expect(state.channels.sms).toEqual({ assigned: false, epoch: 0, state: 'not_sent' });
  });

  it.each([
    ['email', 'no email address'],
    ['sms', 'no mobile number'],
  ] as const)('by %s without an address says so', (method, reason) => {
    const { state } = assign(newConsentState(), { methods: [method], sms: {} });
    expect(state.channels[method]).toEqual({ assigned: true, epoch: 0, state: 'failed', reason });
  });
});

it('an unknown contact is not registered, and nothing is assigned', () => {
  const idle = { assigned: false, epoch: 0, state: 'not_sent' };
  expect(newConsentState()).toEqual({
    registered: false,
    declinedKinds: [],
    channels: { email: idle, sms: idle },
    fax: { assigned: false },
  });
});

describe('changing a contact', () => {
  it.each([
    ['registers it, though nothing is assigned', newConsentState(), { methods: [], sms: {} }],
    [
      'takes one of its methods away',
      contact({ email: 'sent', sms: 'sent' }),
      { email: { address: 'a' } },
    ],
    ['takes its only method away', contact({ sms: 'sent' }), { methods: [] }],
  ] as const)('that %s moves what is queued, and keeps every address', (_what, before, given) => {
    const { state, effects, outcome } = assign(before, given);
    expect({ effects, outcome }).toEqual({
      effects: [{ type: 'reassign_deliveries' }],
      outcome: 'applied',
    });
    for (const method of ['email', 'sms'] as const)
      expect(state.channels[method]).toStrictEqual({
        ...before.channels[method],
        assigned: state.channels[method].assigned,
      });
  });

  it('changes nothing when all is as it was', () => {
    const before = contact({ sms: 'sent' });
    before.channels.email = { assigned: false, epoch: 0, state: 'not_sent' };
    expect(assign(before)).toEqual({ state: before, effects: [], outcome: 'unchanged' });
  });

  it('keeps the answer while the address stays, and what was queued follows the methods', () => {
    const { state, effects } = assign(contact({ sms: 'accepted' }), { methods: ['fax'] });
    expect(state.channels.sms).toEqual(channel({ state: 'accepted', assigned: false }));
    expect(effects).toEqual([{ type: 'reassign_deliveries' }]);
  });

  it('begins a new epoch with a new address, and forgets what was said about the old one', () => {
    const yes = contact({ sms: { state: 'accepted', consentId: 'c', acceptedAt: minutesAgo(9) } });
    const { state, effects } = assign(yes, { sms: { address: 'b' } });
    expect(state.channels.sms).toEqual(channel({ state: 'not_sent', epoch: 4, address: 'b' }));
    expect(effects).toEqual([{ type: 'close_requests', method: 'sms' }]);
  });

  it('that takes the address away is a new epoch, too', () => {
    const { state } = assign(contact({ sms: 'accepted' }), { sms: {} });
    const expected: Channel = {
      assigned: true,
      epoch: 4,
      state: 'failed',
      reason: 'no mobile number',
    };
    expect(state.channels.sms).toEqual(expected);
  });

  it('that no longer needs an address makes its lack no failure', () => {
    const without = assign(newConsentState(), { sms: {} }).state;
    const { state } = assign(without, { sms: {}, methods: ['fax'] });
    expect(state.channels.sms).toEqual({ assigned: false, epoch: 0, state: 'not_sent' });
  });

  it('leaves a waived channel waived, with and without an address', () => {
    const waived = contact({ sms: { state: 'waived', reason: 'landline' } });
    expect(assign(waived, barred('stopped')).state.channels.sms).toEqual(waived.channels.sms);
    const { address: _, ...sms } = waived.channels.sms;
    const without = { ...waived, channels: { ...waived.channels, sms } };
    expect(assign(without, { sms: {} }).state.channels.sms).toEqual(sms);
  });

  it.each([
    ['the fax number', { fax: { address: 'other' } }, []],
    ['whether fax is used', { methods: ['sms', 'fax'] }, [{ type: 'reassign_deliveries' }]],
  ] as const)('changes %s alone', (_what, given, effects) => {
    const before = assign(newConsentState()).state;
    const after = assign(before, given);
    expect(after.outcome).toBe('applied');
    expect(after.effects).toEqual(effects);
    expect(after.state.channels).toEqual(before.channels);
  });
});

describe('an address that is barred', () => {
  it.each([
    ['stopped', 'not_sent', { state: 'revoked', reason: 'earlier', revokedAt: now }],
    ['stopped', 'failed', { state: 'revoked', reason: 'earlier', revokedAt: now }],
    ['stopped', 'accepted', { state: 'revoked', reason: 'earlier', revokedAt: now }],
    ['stopped', 'revoked', { state: 'revoked' }],
    ['stopped', 'waived', { state: 'waived' }],
    ['unreachable', 'not_sent', { state: 'failed', reason: 'earlier' }],
    ['unreachable', 'failed', { state: 'failed' }],
    ['unreachable', 'revoked', { state: 'revoked' }],
    ['unreachable', 'waived', { state: 'waived' }],
  ] as const)('(%s) closes a channel that is %s', (kind, state, expected) => {
    expect(assign(contact({ sms: state }), barred(kind)).state.channels.sms).toEqual(
      channel(expected),
    );
  });

  it('is closed for a contact registered with it later', () => {
    expect(assign(newConsentState(), barred('stopped')).state.channels.sms).toMatchObject({
      state: 'revoked',
      reason: 'earlier',
    });
  });
});

describe('a record of the same person that joins', () => {
  const merge = (staying: ConsentState, joining: ConsentState) =>
    transition(staying, { type: 'merged', at: now, joining });

  it.each([
    ['a stop beats a yes', 'accepted', 'revoked', 'revoked'],
    ['a no beats a yes', 'accepted', 'declined', 'declined'],
    ['a failure beats an open request', 'sent', 'failed', 'failed'],
    ['an open request beats none', 'not_sent', 'sent', 'sent'],
    ['not having been asked beats a waiver', 'waived', 'not_sent', 'not_sent'],
    ['a waiver beats a yes', 'accepted', 'waived', 'waived'],
    ['a failure beats a yes', 'accepted', 'failed', 'failed'],
    ['a stop beats a no', 'declined', 'revoked', 'revoked'],
    ['a no beats a failure', 'failed', 'declined', 'declined'],
  ] as const)('%s', (_what, own, other, expected) => {
    const joined = (a: typeof own, b: typeof other | typeof own) =>
      merge(contact({ sms: a }), contact({ sms: { state: b, epoch: 9 } })).state.channels.sms;
    expect(joined(own, other)).toMatchObject({ state: expected, epoch: 4 });
    // The other way round the stricter word is there already.
    expect(merge(contact({ sms: other }), contact({ sms: own })).state.channels.sms).toEqual(
      channel(expected),
    );
  });

  it('closes requests and tells the workflow where something changed', () => {
    const joining = contact({ sms: 'revoked' });
    expect(merge(contact({ sms: 'accepted' }), joining)).toMatchObject({
      outcome: 'applied',
      effects: [
        { type: 'close_requests', method: 'sms' },
        { type: 'announce', signal: 'revokeChannel', method: 'sms' },
      ],
    });
    expect(merge(contact({ sms: 'revoked' }), joining)).toMatchObject({
      outcome: 'applied',
      effects: [],
    });
  });

  it('suppresses what is queued on a waived channel', () => {
    expect(merge(contact({ sms: 'waived' }), contact({})).effects).toEqual([
      { type: 'suppress_deliveries', method: 'sms' },
    ]);
  });

  it('says nothing about another address, nor about a channel without one', () => {
    const own = contact({ sms: 'accepted' });
    expect(merge(own, contact({ sms: { state: 'revoked', address: 'b' } })).state.channels).toEqual(
      own.channels,
    );
    const { address: _, ...bare } = channel('failed');
    const without = { ...own, channels: { ...own.channels, sms: bare } };
    const joining = { ...own, channels: { ...own.channels, sms: { ...bare, state: 'revoked' } } };
    expect(merge(without, joining as ConsentState).state.channels.sms).toEqual(bare);
  });

  it('adds the kinds that were not wanted there', () => {
    const own = contact({}, { declinedKinds: ['ad_hoc'] });
    const joining = contact({}, { declinedKinds: ['billing_reminder', 'ad_hoc'] });
    expect(merge(own, joining).state.declinedKinds).toEqual(['billing_reminder', 'ad_hoc']);
  });
});
