import { describe, expect, it } from 'vitest';
import { askedAgainReason, beforeStop } from '../../../src/core/consent/consent-by-staff.ts';
import { transition } from '../../../src/core/consent/consent.ts';
import { channel, contact, minutesAgo, now } from './example-consent.ts';

const about = { at: now, method: 'sms', epoch: 3 } as const;
const sent = { type: 'opt_in_sent', ...about, confirmed: true } as const;
const again = contact({ sms: { state: 'declined', reason: askedAgainReason } });

describe('asking again after a no', () => {
  it('keeps the no until the next opt-in has left', () => {
    const noted = transition(contact({ sms: 'declined' }), { type: 'asked_again', ...about });
    expect(noted).toEqual({ state: again, effects: [], outcome: 'applied' });
    expect(askedAgainReason).toBe('asked again by staff');
    expect(transition(again, sent).state.channels.sms).toEqual(
      channel({ state: 'sent', lastSentAt: now }),
    );
  });

  it.each(['not_sent', 'sent', 'accepted', 'revoked', 'failed', 'waived'] as const)(
    'means nothing on a channel that is %s',
    (state) => {
      const before = contact({ sms: state });
      const after = transition(before, { type: 'asked_again', ...about });
      expect(after).toEqual({ state: before, effects: [], outcome: 'unchanged' });
    },
  );

  it('means nothing twice', () => {
    expect(transition(again, { type: 'asked_again', ...about }).outcome).toBe('unchanged');
  });

  it('that fails leaves the no, with the reason', () => {
    const failed = { type: 'opt_in_failed', ...about, reason: 'refused' } as const;
    expect(transition(again, failed).state.channels.sms).toEqual(
      channel({ state: 'declined', reason: 'refused' }),
    );
    expect(transition(contact({ sms: 'declined' }), failed).outcome).toBe('unchanged');
  });

  it('is off once the person says no again', () => {
    const after = transition(again, { type: 'declined', ...about });
    expect(after.state.channels.sms).toEqual(channel('declined'));
    expect(after.effects[0]).toEqual({ type: 'cancel_opt_ins', method: 'sms' });
  });
});

describe('a stop that staff take back', () => {
  const yes = {
    state: 'accepted',
    acceptedAt: minutesAgo(90),
    consentId: 'c1',
    lastSentAt: minutesAgo(99),
  } as const;
  const stop = { type: 'revoked', ...about, reason: 'by staff', address: false } as const;
  const undo = { type: 'stop_undone', ...about, stoppedAt: now } as const;

  it.each([
    ['a yes', yes],
    ['a failure', { state: 'failed', reason: 'refused' }],
    ['nothing', 'not_sent'],
    ['a stop with another reason', { state: 'revoked', reason: 'STOP', revokedAt: minutesAgo(9) }],
  ] as const)('gives back all that it took from %s', (_what, given) => {
    const before = contact({ sms: given });
    const stopped = transition(before, stop).state;
    const undone = transition(stopped, { ...undo, before: beforeStop(before.channels.sms) });
    expect(undone.state.channels.sms).toEqual(before.channels.sms);
    expect(undone.effects).toEqual([{ type: 'announce', signal: 'acceptChannel', method: 'sms' }]);
  });

  it('remembers only what a stop takes', () => {
    expect(beforeStop(channel(yes))).toEqual({
      state: 'accepted',
      acceptedAt: minutesAgo(90),
      consentId: 'c1',
    });
    expect(Object.keys(beforeStop(channel('sent')))).toEqual(['state']);
  });

  it.each([
    ['another stop came after it', { state: 'revoked', revokedAt: minutesAgo(1) }],
    ['it says not when', { state: 'revoked' }],
    ['something else happened', { state: 'accepted', revokedAt: now }],
  ] as const)('stays where %s', (_where, given) => {
    const before = contact({ sms: given });
    const after = transition(before, { ...undo, before: { state: 'accepted' } });
    expect(after).toEqual({ state: before, effects: [], outcome: 'unchanged' });
  });
});
