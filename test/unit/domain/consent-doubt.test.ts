import { describe, expect, it } from 'vitest';
import { transition } from '../../../src/core/consent/consent.ts';
import type { ConsentEvent, ConsentState } from '../../../src/core/consent/consent-state.ts';
import { doubts, maySettle, strongerDoubt, type Doubt } from '../../../src/core/consent/doubt.ts';
import {
  asksOpen,
  asksSmsOnEmailPage,
  channelsToAsk,
  laneGate,
  lightOf,
} from '../../../src/core/consent/gate.ts';
import { channel, contact, minutesAgo, now, practice } from './example-consent.ts';

const since = minutesAgo(30);
const doubt = (why: Doubt, from = since) => ({ why, since: from });
const unsure = doubt('unsure');
const opened = { openedAt: now };
const about = { at: now, method: 'sms' } as const;
const announce = (signal: string) => ({ type: 'announce', signal, method: 'sms' });
const bar = (reason: Doubt) => ({ type: 'suppress', method: 'sms', kind: 'doubtful', reason });
const sms = (state: ConsentState) => state.channels.sms;

describe('a doubt about an address', () => {
  const doubted = { type: 'doubted', ...about, doubt: 'wrong_person' } as const;

  it('keeps the state, bars the address and is announced', () => {
    const after = transition(contact({ sms: 'accepted' }), doubted);
    expect(sms(after.state)).toEqual(
      channel({ state: 'accepted', doubt: doubt('wrong_person', now) }),
    );
    expect(after.effects).toEqual([bar('wrong_person'), announce('revokeChannel')]);
  });

  it('began when an earlier one began', () => {
    const earlier = transition(contact({ sms: 'accepted' }), { ...doubted, since });
    expect(sms(earlier.state).doubt?.since).toEqual(since);
  });

  it.each([
    ['unsure', 'wrong_person', 'wrong_person'],
    ['wrong_person', 'deceased', 'deceased'],
    ['wrong_person', 'wrong_person', undefined],
    ['deceased', 'wrong_person', undefined],
  ] as const)('that is %s, doubted again as %s, becomes %s', (own, why, becomes) => {
    const before = contact({ sms: { state: 'accepted', doubt: doubt(own) } });
    const after = transition(before, { ...doubted, doubt: why });
    expect(sms(after.state).doubt).toEqual(doubt(becomes ?? own));
    expect(after.outcome).toBe(becomes ? 'applied' : 'unchanged');
    expect(after.effects).toEqual(becomes ? [bar(why), announce('revokeChannel')] : [bar(why)]);
  });

  it('is settled without a trace', () => {
    const settle = { type: 'doubt_settled', ...about } as const;
    const after = transition(contact({ sms: { state: 'accepted', doubt: unsure } }), settle);
    expect(sms(after.state)).toEqual(channel('accepted'));
    expect(after.effects).toEqual([
      { type: 'lift_suppression', method: 'sms', only: ['doubtful'] },
      announce('acceptChannel'),
    ]);
    expect(transition(after.state, settle).outcome).toBe('unchanged');
  });

  it.each([
    ['deceased', 'wrong_person', 'applied'],
    ['wrong_person', 'unsure', 'applied'],
    ['wrong_person', 'wrong_person', 'unchanged'],
  ] as const)('that is %s is settled as far as %s: %s', (own, left, outcome) => {
    const before = contact({ sms: { state: 'accepted', doubt: doubt(own) } });
    const after = transition(before, { type: 'doubt_settled', ...about, left });
    expect(after.outcome).toBe(outcome);
    expect(sms(after.state).doubt).toEqual(doubt(left));
    expect(after.effects).toEqual(outcome === 'applied' ? [announce('revokeChannel')] : []);
  });

  it('comes with the address, for a contact who is registered with it later, and is no reason to reassign', () => {
    const assigned = (given: object): ConsentEvent => ({
      type: 'assigned',
      at: now,
      methods: ['sms'],
      email: {},
      sms: { address: 'a', ...given },
      fax: {},
    });
    const before = transition(contact({ sms: 'accepted' }), assigned({})).state;
    const after = transition(before, assigned({ doubt: unsure }));
    expect(after).toMatchObject({ outcome: 'applied', effects: [] });
    expect(sms(after.state).doubt).toEqual(unsure);
    const stronger = transition(after.state, assigned({ doubt: doubt('deceased', now) }));
    expect(sms(stronger.state).doubt).toEqual(doubt('deceased'));
    expect(transition(stronger.state, assigned({ doubt: unsure })).outcome).toBe('unchanged');
  });
});

describe('while a doubt is open', () => {
  const yes = { type: 'accepted', ...about, epoch: 3, consentId: 'c2' } as const;
  const doubtful = (why: Doubt, state: 'accepted' | 'sent' = 'accepted') =>
    contact({ sms: { state, doubt: doubt(why) } });

  it.each([
    ['unsure', 'accepted', undefined, 'applied'],
    ['unsure', 'sent', undefined, 'applied'],
    ['wrong_person', 'sent', undefined, 'doubtful_holder'],
    ['deceased', 'accepted', undefined, 'doubtful_holder'],
    ['wrong_person', 'sent', true, 'applied'],
  ] as const)(
    '(%s) a yes on a channel that is %s, read by staff: %s, is %s',
    (why, state, readByStaff, outcome) => {
      const event = { ...yes, ...(readByStaff ? { readByStaff } : {}) };
      const before = doubtful(why, state);
      const after = transition(before, event);
      expect(after.outcome).toBe(outcome);
      if (outcome !== 'applied') expect(after).toMatchObject({ state: before, effects: [] });
      else expect(sms(after.state)).not.toHaveProperty('doubt');
    },
  );

  it.each([
    ['before', 31, 'older_than_revocation'],
    ['when', 30, 'older_than_revocation'],
    ['after', 29, 'applied'],
  ])('a consent obtained elsewhere %s it began: %i minutes ago, %s', (_when, ago, outcome) => {
    const event = {
      type: 'consented_elsewhere',
      ...about,
      address: 'a',
      obtainedAt: minutesAgo(ago),
      consentId: 'c2',
    } as const;
    expect(transition(doubtful('wrong_person'), event).outcome).toBe(outcome);
  });

  it('a booking is no consent', () => {
    const event = {
      type: 'booked',
      ...about,
      address: 'a',
      consentId: 'c2',
      barred: false,
      identified: true,
    } as const;
    expect(transition(doubtful('unsure', 'sent'), event).outcome).toBe('stopped_before');
  });

  it.each([
    ['stays', false, unsure],
    ['is settled where it bars the address', true, undefined],
  ])('a stop counts, and the doubt %s', (_what, address, left) => {
    const stop = { type: 'revoked', ...about, reason: 'STOP', address } as const;
    const after = transition(doubtful('unsure'), stop);
    expect(sms(after.state).state).toBe('revoked');
    expect(sms(after.state).doubt).toEqual(left);
    const late = contact({ sms: { state: 'revoked', reason: 'STOP', doubt: unsure } });
    const again = transition(late, stop);
    expect(sms(again.state).doubt).toEqual(left);
    expect(again.effects).toEqual(
      address
        ? [
            { type: 'suppress', method: 'sms', kind: 'stopped', reason: 'STOP' },
            announce('revokeChannel'),
          ]
        : [],
    );
  });

  it('a stop of the address that is not the phone’s word leaves it', () => {
    const stop = {
      type: 'revoked',
      ...about,
      reason: 'on the preferences page',
      address: true,
      doubtStays: true,
    } as const;
    const { state, effects } = transition(doubtful('wrong_person'), stop);
    expect(sms(state)).toMatchObject({ state: 'revoked', doubt: doubt('wrong_person') });
    const { reason } = stop;
    expect(effects).toContainEqual({
      type: 'suppress',
      method: 'sms',
      kind: 'stopped',
      reason,
      doubtStays: true,
    });
    expect(transition(state, stop).outcome).toBe('unchanged');
  });

  it('START settles it, in the same epoch, unless the channel was stopped', () => {
    const start = { type: 'restarted', ...about, reached: true } as const;
    const after = transition(doubtful('wrong_person'), start);
    expect(sms(after.state)).toEqual(channel('accepted'));
    expect(after.effects).toEqual([
      { type: 'lift_suppression', method: 'sms', only: ['stopped', 'doubtful'] },
      announce('acceptChannel'),
    ]);
    const stopped = contact({ sms: { state: 'revoked', doubt: unsure } });
    expect(sms(transition(stopped, start).state)).toEqual(channel({ state: 'not_sent', epoch: 4 }));
  });

  it('START from the address itself opens a channel that could not be reached, as a stopped one', () => {
    const start = { type: 'restarted', ...about } as const;
    const dead = contact({ sms: { state: 'failed', reason: 'no such number', doubt: unsure } });
    expect(sms(transition(dead, start).state).state).toBe('failed');
    const after = transition(dead, { ...start, reached: true });
    expect(sms(after.state)).toEqual(channel({ state: 'not_sent', epoch: 4 }));
  });

  const waits = (waitingFor: string) => ({ open: false, waitingFor });
  it.each([
    ['accepted', waits('doubtful_stop')],
    ['sent', waits('doubtful_stop')],
    ['revoked', waits('consent:sms')],
    ['waived', waits('consent:sms')],
  ] as const)('nothing leaves on a channel that is %s', (state, gate) => {
    const ann = contact({ sms: { state, doubt: unsure } }, opened);
    expect(laneGate(ann, 'sms', practice())).toEqual(gate);
    expect(laneGate(ann, 'sms', practice({ optInEnabled: false }))).toEqual(gate);
  });

  it('the other channel is held only where one stop closes all', () => {
    const ann = contact({ email: 'accepted', sms: { state: 'accepted', doubt: unsure } }, opened);
    expect(laneGate(ann, 'email', practice())).toEqual({ open: true });
    expect(laneGate(ann, 'email', practice({ onRevoke: 'contact' }))).toEqual(
      waits('doubtful_stop'),
    );
  });

  it('nobody is asked', () => {
    const ann = contact({ email: 'sent', sms: { state: 'not_sent', doubt: unsure } });
    expect(asksOpen(ann, 'sms')).toBe(false);
    expect(asksOpen(ann, 'email')).toBe(true);
    expect(asksOpen(ann, 'fax')).toBe(true);
    expect(channelsToAsk(ann, practice())).toEqual([]);
  });

  it.each(doubts)('(%s) consent to SMS is not asked for on the email’s page', (why) => {
    const asked = (given: object) =>
      asksSmsOnEmailPage(contact({ email: 'sent', sms: { state: 'sent', ...given } }), {
        smsConsentVia: 'emailPage',
      });
    expect([asked({}), asked({ doubt: doubt(why) })]).toEqual([true, false]);
  });

  it.each([
    ['unsure', {}, true],
    ['unsure', { elsewhere: true }, false],
    ['wrong_person', {}, false],
    ['deceased', {}, false],
  ] as const)('(%s) a word said %o may settle it: %s', (why, said, expected) => {
    expect(maySettle(doubt(why), said)).toBe(expected);
    const event = { ...yes, ...said };
    const { state, outcome } = transition(doubtful(why, 'sent'), event);
    expect([outcome, sms(state).doubt === undefined]).toEqual(
      expected ? ['applied', true] : ['doubtful_holder', false],
    );
  });

  it('a yes on the page of another address leaves a doubt that the channel has yet to follow', () => {
    const yesThere = transition(contact({ sms: 'sent' }), { ...yes, elsewhere: true });
    expect(yesThere.effects).toContainEqual({
      type: 'lift_suppression',
      method: 'sms',
      only: ['unreachable'],
    });
  });

  it.each([
    ['accepted', 'sms: a reply may be a stop'],
    ['declined', 'sms: a reply may be a stop'],
    ['revoked', 'sms: revoked'],
  ] as const)('the light says so for a channel that is %s', (state, reason) => {
    const ann = contact({ sms: { state, doubt: unsure } }, opened);
    expect(lightOf(ann, practice())).toEqual({ light: 'red', reason });
  });

  it('the light names it before a no and after a stop', () => {
    const beside = (email: 'declined' | 'revoked') =>
      lightOf(contact({ email, sms: { state: 'accepted', doubt: unsure } }), practice()).reason;
    expect(beside('declined')).toBe('sms: a reply may be a stop; email: declined');
    const both = contact({ email: 'declined', sms: { state: 'revoked', doubt: unsure } });
    expect(lightOf(both, practice()).reason).toBe('sms: revoked; email: declined');
    expect(beside('revoked')).toBe('email: revoked; sms: a reply may be a stop');
  });
});

describe('two doubts about one address are one', () => {
  const later = minutesAgo(1);
  it.each([
    [undefined, doubt('unsure', later), doubt('unsure', later)],
    [doubt('unsure'), doubt('unsure', later), doubt('unsure')],
    [doubt('unsure'), doubt('deceased', later), doubt('deceased')],
    [doubt('deceased'), doubt('wrong_person', later), doubt('deceased')],
    [doubt('wrong_person'), doubt('deceased', later), doubt('deceased')],
  ] as const)('case %#', (own, other, expected) => {
    expect(strongerDoubt(own, other)).toEqual(expected);
  });

  const join = (staying: ConsentState, joining: ConsentState) =>
    sms(transition(staying, { type: 'merged', at: now, joining }).state);

  it('when two records become one, whichever has the stricter word', () => {
    const plain = contact({ sms: 'accepted' });
    const doubtful = contact({ sms: { state: 'accepted', doubt: unsure } });
    const declined = contact({ sms: { state: 'declined', epoch: 9, doubt: doubt('deceased') } });
    expect(join(plain, doubtful)).toEqual(channel({ state: 'accepted', epoch: 4, doubt: unsure }));
    expect(join(doubtful, plain)).toEqual(sms(doubtful));
    expect(join(doubtful, declined)).toEqual(
      channel({ state: 'declined', epoch: 4, doubt: doubt('deceased') }),
    );
    expect(join(doubtful, contact({ sms: 'declined' }))).toEqual(
      channel({ state: 'declined', epoch: 4, doubt: unsure }),
    );
    expect(join(plain, contact({ sms: 'declined' }))).toEqual(
      channel({ state: 'declined', epoch: 4 }),
    );
  });
});
