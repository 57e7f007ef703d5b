import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beforeStop } from '../../../src/core/consent/consent-by-staff.ts';
import { transition } from '../../../src/core/consent/consent.ts';
import { consentMethods } from '../../../src/core/method.ts';
import { life, live, runs } from './generated-lives.ts';

/** What staff alone may do: ask again after a no, and take their own stop back. */

describe('after a no', () => {
  it('a channel is asked again only after staff gave a reason, however late an earlier opt-in is noted', () => {
    fc.assert(
      fc.property(life, (drafts) => {
        const asked = { email: false, sms: false };
        for (const { event, before, after } of live(drafts))
          for (const m of consentMethods) {
            const mine = 'method' in event && event.method === m;
            if (mine && event.type === 'asked_again' && before.channels[m].state === 'declined')
              asked[m] = true;
            const left =
              before.channels[m].state === 'declined' && after.channels[m].state === 'sent';
            if (left && before.channels[m].epoch === after.channels[m].epoch)
              expect(asked[m]).toBe(true);
            if (after.channels[m].state !== 'declined') asked[m] = false;
            if (mine && ['declined', 'opt_in_failed'].includes(event.type)) asked[m] = false;
          }
      }),
      runs,
    );
  });

  it('what was about to be asked is taken from the lane', () => {
    fc.assert(
      fc.property(life, (drafts) => {
        for (const { event, before, after } of live(drafts)) {
          if (event.type !== 'declined') continue;
          if (after.channels[event.method].state !== 'declined' || before === after) continue;
          const { effects } = transition(before, event);
          expect(effects).toContainEqual({ type: 'cancel_opt_ins', method: event.method });
        }
      }),
      runs,
    );
  });
});

describe('a stop by staff that is taken back', () => {
  it('leaves the contact exactly as it was', () => {
    fc.assert(
      fc.property(life, fc.constantFrom(...consentMethods), (drafts, method) => {
        const state = live(drafts).at(-1)!.after;
        const at = new Date(1_800_000_000_000);
        const stop = { type: 'revoked', at, method, reason: 'by staff', address: false } as const;
        const stopped = transition(state, stop);
        if (stopped.outcome !== 'applied') return;
        const undone = transition(stopped.state, {
          type: 'stop_undone',
          at: new Date(at.getTime() + 5_000),
          method,
          epoch: state.channels[method].epoch,
          stoppedAt: at,
          before: beforeStop(state.channels[method]),
        });
        expect(undone.outcome).toBe('applied');
        expect(undone.state).toEqual(state);
      }),
      runs,
    );
  });

  it('is refused once anything else happened to the channel', () => {
    fc.assert(
      fc.property(life, life, fc.constantFrom(...consentMethods), (drafts, later, method) => {
        const state = live(drafts).at(-1)!.after;
        const stoppedAt = new Date(1_600_000_000_000);
        const { state: stopped } = transition(state, {
          type: 'revoked',
          at: stoppedAt,
          method,
          reason: 'by staff',
          address: false,
        });
        let since = stopped;
        for (const [index, { make }] of later.entries())
          since = transition(
            since,
            make(since, new Date(1_900_000_000_000 + index), `later-${index}`),
          ).state;
        const now = since.channels[method];
        const { outcome, state: after } = transition(since, {
          type: 'stop_undone',
          at: new Date(1_950_000_000_000),
          method,
          epoch: state.channels[method].epoch,
          stoppedAt,
          before: beforeStop(state.channels[method]),
        });
        if (outcome !== 'applied') expect(after).toBe(since);
        else {
          expect(now.state).toBe('revoked');
          expect(now.revokedAt).toEqual(stoppedAt);
        }
      }),
      runs,
    );
  });
});
