import { describe, expect, it } from 'vitest';
import {
  besideStop,
  bringsOthers,
  declinedOnPage,
  endsOnPages,
  isAuthor,
  mayTakeBack,
  stoppedBySeveral,
  stoppedHere,
  unsubscribed,
  type Closed,
} from '../../../src/core/consent/authors.ts';
import { doubts } from '../../../src/core/consent/doubt.ts';
import { now } from './example-consent.ts';

const there = { ids: ['ann', 'ann-before'], elsewhere: false };
const elsewhere = { ...there, elsewhere: true };

const page = (pageOf: string) => ({ via: 'preferences', pageOf });
const link = (linkOf: string) => ({ via: 'unsubscribe', linkOf });
const phone = { via: 'sms' };
const staff = { via: 'staff' };
const provider = { via: 'provider' };

describe('the author of a stop', () => {
  it.each([
    ['their page', page('ann'), true, true],
    ['their page under an earlier id', page('ann-before'), true, true],
    ['another’s page', page('ben'), false, false],
    ['the link in their mail', link('ann'), true, false],
    ['a mail to us, by that link', { ...link('ann'), via: 'unsubscribe_mail' }, true, false],
    ['the link in another’s mail', link('ben'), false, false],
    ['a link whose contact was not kept', { via: 'unsubscribe' }, false, false],
    ['the page behind an opt-in', { via: 'page' }, true, false],
    ['a text', phone, false, false],
    ['staff', staff, false, false],
    ['a provider', provider, false, false],
    ['a bar that it followed', { via: 'suppression' }, false, false],
    ['nobody that is known', undefined, false, false],
  ])('by %s', (_by, fields, onItsPage, onAnother) => {
    expect(isAuthor(fields, there)).toBe(onItsPage);
    expect(isAuthor(fields, elsewhere)).toBe(onAnother);
  });
});

const closed = (given: Partial<Closed>): Closed => ({
  state: 'revoked',
  said: [page('ann')],
  doubts: [],
  ...given,
});
const bar = ({ reason }: { reason: string }, said: Closed['said'][number]) => ({
  bar: { reason, said },
});

describe('a page takes back', () => {
  it.each<[string, Partial<Closed>, boolean, boolean]>([
    ['what its person stopped there', bar(stoppedHere, page('ann')), true, true],
    [
      'not what another stopped on theirs',
      { said: [page('ben')], ...bar(stoppedHere, page('ben')) },
      false,
      false,
    ],
    ['not another’s stop beside its own', bar(unsubscribed, link('ben')), false, false],
    [
      'what its person unsubscribed',
      { said: [link('ann')], ...bar(unsubscribed, link('ann')) },
      true,
      false,
    ],
    [
      'not what another unsubscribed',
      { said: [link('ben')], ...bar(unsubscribed, link('ben')) },
      false,
      false,
    ],
    [
      'its part of what several stopped',
      { said: [page('ann'), page('ben')], ...bar(stoppedBySeveral, page('ben')) },
      true,
      false,
    ],
    [
      'no part of what others stopped',
      { said: [page('ben')], ...bar(stoppedBySeveral, page('ben')) },
      false,
      false,
    ],
    [
      'not what the phone stopped',
      { said: [phone], ...bar({ reason: 'STOP' }, phone) },
      false,
      false,
    ],
    [
      'not what the phone stopped too',
      { said: [page('ann'), phone], ...bar({ reason: 'STOP' }, phone) },
      false,
      false,
    ],
    ['nor once that bar is gone', { said: [phone, page('ann')] }, false, false],
    ['not what staff stopped', { said: [staff] }, false, false],
    ['not what staff stopped too', { said: [staff, page('ann')] }, false, false],
    [
      'not what a provider stopped',
      { said: [provider], ...bar({ reason: 'complained' }, provider) },
      false,
      false,
    ],
    ['not what nobody is known to have stopped', { said: [] }, false, false],
    ['not what does not open any more', { said: [page('ann'), undefined] }, false, false],
    ['a no of its person there', { state: 'declined', said: [] }, true, false],
    [
      'not a no beside another’s stop',
      { state: 'declined', said: [], ...bar(unsubscribed, link('ben')) },
      false,
      false,
    ],
    ['nothing where nothing is closed', { state: 'accepted', said: [] }, false, false],
  ])('%s', (_what, given, onItsPage, onAnother) => {
    expect(mayTakeBack(closed(given), there)).toBe(onItsPage);
    expect(mayTakeBack(closed(given), elsewhere)).toBe(onAnother);
  });

  it.each(doubts)('a doubt (%s) only where it may settle it, whatever else it stopped', (why) => {
    const doubted = {
      doubts: [
        { why: 'unsure', since: now },
        { why, since: now },
      ] as const,
    };
    for (const given of [{ said: [], state: 'accepted' }, {}, { state: 'declined' }] as const) {
      expect(mayTakeBack(closed({ ...given, ...doubted }), there)).toBe(why === 'unsure');
      expect(mayTakeBack(closed({ ...given, ...doubted }), elsewhere)).toBe(false);
    }
  });
});

describe('a stop beside another', () => {
  it.each([
    ['one’s own', stoppedHere.reason, [page('ann')], undefined],
    ['one’s own, by the link', unsubscribed.reason, [link('ann')], undefined],
    ['another’s', stoppedHere.reason, [page('ben')], stoppedBySeveral],
    ['another’s link', unsubscribed.reason, [link('ben')], stoppedBySeveral],
    ['several others’', stoppedBySeveral.reason, [page('ben'), page('cyd')], stoppedBySeveral],
    [
      'several people’s, of which one is one’s own',
      stoppedBySeveral.reason,
      [page('ben'), page('ann')],
      undefined,
    ],
    ['the phone’s', 'STOP', [phone], undefined],
    ['a provider’s', 'complained', [provider], undefined],
  ])('of the same address: %s', (_whose, reason, said, made) => {
    expect(besideStop(reason, said, there)).toBe(made);
  });

  it('brings others back with its author, unless several made it', () => {
    expect([stoppedHere, unsubscribed, stoppedBySeveral].map(bringsOthers)).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('of a channel is one that a page may take back, or none', () => {
    for (const reason of [stoppedHere.reason, unsubscribed.reason, declinedOnPage])
      expect(endsOnPages(reason)).toBe(true);
    for (const reason of ['STOP', 'by staff', 'complained', stoppedBySeveral.reason])
      expect(endsOnPages(reason)).toBe(false);
  });
});
