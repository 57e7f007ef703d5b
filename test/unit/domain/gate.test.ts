import { describe, expect, it } from 'vitest';
import {
  asksSmsOnEmailPage,
  channelsToAsk,
  kindDeclined,
  laneGate,
  lightOf,
  mutedPractice,
  unaskedReason,
  waitingOn,
} from '../../../src/core/consent/gate.ts';
import { contact, now, practice } from './example-consent.ts';

const opened = { openedAt: now };
const open = { open: true };
const shut = (waitingFor: string) => ({ open: false, waitingFor });

describe('the gate of a channel', () => {
  it.each([
    ['messaging is switched off', practice({ messagingEnabled: false })],
    ['the practice is suspended', practice({}, { suspendedReason: '3 complaints' })],
    ['the practice is paused', practice({}, { pausedReason: 'drill' })],
  ])('carries nothing while %s', (_why, muted) => {
    const ann = contact({ email: 'accepted' }, { ...opened, fax: { assigned: true } });
    expect(mutedPractice(muted)).toBe(true);
    expect(laneGate(ann, 'email', muted)).toEqual(shut('practice_off'));
    expect(laneGate(ann, 'fax', muted)).toEqual(shut('practice_off'));
  });

  it('does not call an ordinary practice muted', () => {
    expect(mutedPractice(practice())).toBe(false);
  });

  it('needs no consent for fax, only that fax is assigned', () => {
    const ann = contact({ sms: 'not_sent' }, { fax: { assigned: true, address: 'f' } });
    expect(laneGate(ann, 'fax', practice())).toEqual(open);
    expect(laneGate(contact({ sms: 'accepted' }), 'fax', practice())).toEqual(shut('method'));
  });

  it('is shut for a contact that is not registered, whatever its channels say', () => {
    const ann = contact({ email: 'accepted' }, { ...opened, registered: false });
    expect(laneGate(ann, 'email', practice())).toEqual(shut('consent:email'));
  });

  it('is shut on a channel that is not assigned', () => {
    const ann = contact({ email: { state: 'accepted', assigned: false } }, opened);
    expect(laneGate(ann, 'email', practice())).toEqual(shut('method'));
  });

  it.each([
    ['not_sent', shut('consent:email')],
    ['sent', shut('consent:email')],
    ['declined', shut('consent:email')],
    ['revoked', shut('consent:email')],
    ['failed', shut('consent:email')],
    ['waived', shut('consent:email')],
    ['accepted', open],
  ] as const)('that is %s', (state, expected) => {
    expect(laneGate(contact({ email: state }, opened), 'email', practice())).toEqual(expected);
  });

  it.each([
    ['all', 'sent', undefined, shut('consent:sms')],
    ['all', 'waived', undefined, open],
    ['all', 'sent', now, open],
    ['each', 'sent', undefined, open],
  ] as const)('with the gate `%s` beside a channel that is %s', (gate, sms, openedAt, expected) => {
    const ann = contact({ email: 'accepted', sms }, openedAt ? { openedAt } : {});
    expect(laneGate(ann, 'email', practice({ gate }))).toEqual(expected);
  });

  it.each([
    ['contact', 'revoked', shut('consent:sms')],
    ['contact', 'declined', open],
    ['contact', 'failed', open],
    ['channel', 'revoked', open],
  ] as const)('with onRevoke `%s` beside a channel that is %s', (onRevoke, sms, expected) => {
    const ann = contact({ email: 'accepted', sms }, opened);
    expect(laneGate(ann, 'email', practice({ onRevoke }))).toEqual(expected);
  });

  it('with onRevoke `contact` forgets the stop of a channel that is no longer assigned', () => {
    const ann = contact({ email: 'accepted', sms: { state: 'revoked', assigned: false } }, opened);
    expect(laneGate(ann, 'email', practice({ onRevoke: 'contact' }))).toEqual(open);
  });
});

describe('with opt-in switched off', () => {
  it.each([
    ['not_sent', open],
    ['sent', open],
    ['accepted', open],
    ['declined', shut('consent:sms')],
    ['revoked', shut('consent:sms')],
    ['failed', shut('consent:sms')],
  ] as const)('a channel that is %s', (state, expected) => {
    const off = practice({ optInEnabled: false });
    expect(laneGate(contact({ sms: state }), 'sms', off)).toEqual(expected);
    expect(lightOf(contact({ sms: state }), off).light).toBe(expected.open ? 'green' : 'red');
  });

  it('a channel without an address holds nobody up', () => {
    const { address: _, ...sms } = { ...contact({ sms: 'failed' }).channels.sms };
    const ann = contact({ email: 'not_sent' });
    ann.channels.sms = sms;
    expect(lightOf(ann, practice({ optInEnabled: false }))).toEqual({ light: 'green' });
  });

  it('no channel waits for another, not even before the first opening', () => {
    const ann = contact({ email: 'not_sent', sms: 'declined' });
    expect(laneGate(ann, 'email', practice({ optInEnabled: false }))).toEqual(open);
  });

  it('nobody is asked', () => {
    expect(
      channelsToAsk(contact({ email: 'not_sent' }), practice({ optInEnabled: false })),
    ).toEqual([]);
  });
});

describe('the light', () => {
  const red = (reason: string) => ({ light: 'red', reason });

  it.each([
    [
      'messaging is off',
      contact({ email: 'accepted' }),
      practice({ messagingEnabled: false }),
      'messaging_off',
    ],
    [
      'the practice is suspended',
      contact({ email: 'accepted' }),
      practice({}, { suspendedReason: '3 complaints' }),
      'practice_suspended: 3 complaints',
    ],
    [
      'nobody registered the contact',
      contact({ email: 'accepted' }, { registered: false }),
      practice(),
      'not_registered',
    ],
    ['no method is assigned', contact({}), practice(), 'no_method'],
    ['nobody was asked', contact({ email: 'not_sent' }), practice(), 'email: not sent'],
    [
      'the answer is awaited',
      contact({ email: 'sent' }),
      practice(),
      'email: waiting for the answer',
    ],
    [
      'an unconfirmed opt-in is awaited',
      contact({ email: { state: 'sent', reason: 'not confirmed by the provider' } }),
      practice(),
      'email: waiting for the answer',
    ],
    ['the person said no', contact({ email: 'declined' }), practice(), 'email: declined'],
    [
      'the person stopped it',
      contact({ sms: { state: 'revoked', reason: 'STOP' } }),
      practice(),
      'sms: revoked (STOP)',
    ],
    ['it was stopped without a reason', contact({ sms: 'revoked' }), practice(), 'sms: revoked'],
    [
      'the opt-in failed',
      contact({ email: { state: 'failed', reason: 'no email address' } }),
      practice(),
      'email: no email address',
    ],
  ])('is red, with the reason, when %s', (_when, state, settings, reason) => {
    expect(lightOf(state, settings)).toEqual(red(reason));
  });

  it.each([
    ['declined', 'failed'],
    ['failed', 'sent'],
    ['sent', 'not_sent'],
    ['revoked', 'declined'],
  ] as const)('names a channel that is %s before one that is %s', (worse, better) => {
    const first = (reason: string | undefined) => reason?.split(':')[0];
    expect(first(lightOf(contact({ email: worse, sms: better }), practice()).reason)).toBe('email');
    expect(first(lightOf(contact({ email: better, sms: worse }), practice()).reason)).toBe('sms');
  });

  it('names every channel that holds the contact up', () => {
    const ann = contact({ email: 'sent', sms: { state: 'revoked', reason: 'STOP' } });
    expect(lightOf(ann, practice())).toEqual(
      red('sms: revoked (STOP); email: waiting for the answer'),
    );
    expect(waitingOn(ann, practice())).toEqual(['email', 'sms']);
  });

  it('is green when all agreed, and for a contact that has fax alone', () => {
    expect(lightOf(contact({ email: 'accepted', sms: 'waived' }), practice())).toEqual({
      light: 'green',
    });
    expect(waitingOn(contact({ email: 'accepted', sms: 'waived' }), practice())).toEqual([]);
    expect(lightOf(contact({}, { fax: { assigned: true } }), practice())).toEqual({
      light: 'green',
    });
  });
});

describe('the channels that an opt-in goes to automatically', () => {
  it.each([
    ['not_sent', ['email']],
    ['sent', []],
    ['accepted', []],
    ['declined', []],
    ['revoked', []],
    ['failed', []],
    ['waived', []],
  ] as const)('a channel that is %s', (state, expected) => {
    expect(channelsToAsk(contact({ email: state }), practice())).toEqual(expected);
  });

  it('nobody while the practice is muted, or before the contact is registered', () => {
    const ann = contact({ email: 'not_sent' });
    expect(channelsToAsk(ann, practice({}, { pausedReason: 'drill' }))).toEqual([]);
    expect(channelsToAsk({ ...ann, registered: false }, practice())).toEqual([]);
  });

  it.each([
    ['sms', ['email', 'sms']],
    ['emailPage', ['email']],
    ['recordedOnly', ['email']],
  ] as const)('with consent to SMS by `%s`', (smsConsentVia, expected) => {
    const ann = contact({ email: 'not_sent', sms: 'not_sent' });
    expect(channelsToAsk(ann, practice({ smsConsentVia }))).toEqual(expected);
  });
});

describe('consent to SMS on the email’s page', () => {
  const onPage = { smsConsentVia: 'emailPage' } as const;

  it.each([
    ['not_sent', true],
    ['sent', true],
    ['failed', true],
    ['declined', true],
    ['accepted', false],
    ['revoked', false],
    ['waived', false],
  ] as const)('is asked for where SMS is %s: %s', (sms, expected) => {
    expect(asksSmsOnEmailPage(contact({ email: 'sent', sms }), onPage)).toBe(expected);
  });

  const { address: _, ...unaddressed } = contact({ email: 'not_sent' }).channels.email;
  it.each([
    [
      'SMS is not assigned',
      contact({ email: 'sent', sms: { state: 'not_sent', assigned: false } }),
    ],
    [
      'email is not assigned',
      contact({ email: { state: 'sent', assigned: false }, sms: 'not_sent' }),
    ],
    [
      'there is no number',
      {
        ...contact({}),
        channels: { email: contact({ email: 'sent' }).channels.email, sms: unaddressed },
      },
    ],
    [
      'there is no email',
      {
        ...contact({}),
        channels: { email: unaddressed, sms: contact({ sms: 'sent' }).channels.sms },
      },
    ],
  ])('is not asked for where %s', (_where, state) => {
    expect(asksSmsOnEmailPage(state, onPage)).toBe(false);
  });

  it('is not asked for where the practice asks otherwise', () => {
    const ann = contact({ email: 'sent', sms: 'not_sent' });
    expect(asksSmsOnEmailPage(ann, { smsConsentVia: 'sms' })).toBe(false);
    expect(asksSmsOnEmailPage(ann, { smsConsentVia: 'recordedOnly' })).toBe(false);
  });

  it('is not asked, on any of its channels, while the practice’s identity is incomplete', () => {
    const ann = contact({ email: 'not_sent', sms: 'not_sent' });
    const nameless = practice({}, { senderMissing: ['postalAddress'] });
    expect(channelsToAsk(ann, nameless)).toEqual([]);
    expect(unaskedReason(ann, 'email', nameless)).toBe('sender_missing');
    expect(unaskedReason(ann, 'sms', nameless)).toBe('sender_missing');
    expect(lightOf(ann, nameless).reason).toBe('email: sender_missing; sms: sender_missing');
    const answered = contact({ email: 'sent', sms: 'declined' });
    expect(unaskedReason(answered, 'email', nameless)).toBeUndefined();
    expect(unaskedReason(answered, 'sms', nameless)).toBeUndefined();
    const recordedOnly = practice(
      { smsConsentVia: 'recordedOnly' },
      { senderMissing: nameless.senderMissing },
    );
    expect(unaskedReason(ann, 'sms', recordedOnly)).toContain('recorded by staff');
  });

  const recorded = 'consent to SMS must be recorded by staff';
  const page = 'asked on the email’s page';
  const nowhere = 'asked only on the email’s page, and there is no email to ask in';
  it.each([
    ['recordedOnly', contact({ email: 'sent', sms: 'not_sent' }), recorded],
    ['emailPage', contact({ email: 'sent', sms: 'not_sent' }), page],
    ['emailPage', contact({ sms: 'not_sent' }), nowhere],
    ['emailPage', contact({ email: 'sent', sms: 'sent' }), undefined],
    ['sms', contact({ email: 'sent', sms: 'not_sent' }), undefined],
  ] as const)('by `%s` is explained to staff (case %#)', (smsConsentVia, state, expected) => {
    expect(unaskedReason(state, 'sms', practice({ smsConsentVia }))).toBe(expected);
    expect(unaskedReason(state, 'email', practice({ smsConsentVia }))).toBeUndefined();
    expect(
      unaskedReason(state, 'sms', practice({ smsConsentVia, optInEnabled: false })),
    ).toBeUndefined();
    const { reason } = lightOf(state, practice({ smsConsentVia }));
    if (expected === undefined) expect(reason).not.toContain('asked');
    else expect(reason).toContain(`sms: ${expected}`);
  });
});

it('a kind is declined only when the person declined that very kind', () => {
  const ann = contact(
    { email: 'accepted' },
    { declinedKinds: ['billing_reminder', 'online_form'] },
  );
  expect(kindDeclined(ann, 'billing_reminder')).toBe(true);
  expect(kindDeclined(ann, 'ad_hoc')).toBe(false);
  expect(kindDeclined(ann, null)).toBe(false);
});
