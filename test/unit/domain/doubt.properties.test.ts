import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { transition } from '../../../src/core/consent/consent.ts';
import type { ConsentEvent } from '../../../src/core/consent/consent-state.ts';
import { doubts } from '../../../src/core/consent/doubt.ts';
import { asksOpen, channelsToAsk, laneGate, lightOf } from '../../../src/core/consent/gate.ts';
import { consentMethods } from '../../../src/core/method.ts';
import { life, live, practice, runs, type Step } from './generated-lives.ts';

/** A reply that may be a stop, in generated lives: what it holds, what ends it, and what it leaves alone. */

function steps(check: (step: Step) => void): void {
  fc.assert(
    fc.property(life, (drafts) => live(drafts).forEach(check)),
    runs,
  );
}

/** Compares at once, and explains only where it differs: a million times `expect` takes seconds. */
function same(found: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(found, expected)) expect(found).toStrictEqual(expected);
}

/** Events that may end a doubt about the same address, whichever contact has it. */
const ends: readonly ConsentEvent['type'][] = [
  'revoked',
  'restarted',
  'doubt_settled',
  'accepted',
  'consented_elsewhere',
];

describe('a doubt, in generated lives', () => {
  it('lets no content out on its channel, asks nobody there, and is red, whatever the settings', () => {
    fc.assert(
      fc.property(life, practice, (drafts, settings) => {
        for (const { after } of live(drafts))
          for (const m of consentMethods) {
            const { doubt, assigned, state } = after.channels[m];
            if (!doubt) continue;
            const allowed = {
              out: laneGate(after, m, settings).open,
              ask: asksOpen(after, m) || channelsToAsk(after, settings).includes(m),
              green: assigned && state !== 'waived' && lightOf(after, settings).light === 'green',
            };
            same(allowed, { out: false, ask: false, green: false });
          }
      }),
      runs,
    );
  });

  it('says that a doubt is what a message waits for, where no stop came', () => {
    fc.assert(
      fc.property(life, practice, (drafts, { settings }) => {
        const on = { senderMissing: [], settings: { ...settings, messagingEnabled: true } };
        for (const { after } of live(drafts))
          for (const m of consentMethods) {
            const { doubt, assigned, state } = after.channels[m];
            const held = doubt && assigned && after.registered;
            if (held && state !== 'revoked' && state !== 'waived')
              expect(laneGate(after, m, on)).toEqual({ open: false, waitingFor: 'doubtful_stop' });
          }
      }),
      runs,
    );
  });

  it('stays until the person, staff or a consent obtained after it ends it, or the address changes', () => {
    steps(({ event, before, after }) => {
      for (const m of consentMethods) {
        const [was, is] = [before.channels[m], after.channels[m]];
        if (!was.doubt || is.doubt) continue;
        if (event.type === 'assigned') {
          expect(is.address).not.toBe(was.address);
          continue;
        }
        expect(ends).toContain(event.type);
        expect('method' in event && event.method).toBe(m);
        // A mere holder of the phone does not speak for the contact.
        if (event.type === 'accepted' && was.doubt.why !== 'unsure')
          expect(event.readByStaff).toBe(true);
        // Nor does a page, or a word, that came by another address.
        if (event.type === 'accepted') expect(event).not.toHaveProperty('elsewhere');
        if (event.type === 'restarted') expect(event.reached).toBe(true);
        if (event.type === 'consented_elsewhere')
          expect(event.obtainedAt > was.doubt.since).toBe(true);
        // A stop by staff for one contact says nothing about the others with the number.
        if (event.type === 'revoked') expect(event.address).toBe(true);
      }
    });
  });

  it('changes no state, and settled leaves everything as it was', () => {
    steps(({ after }) => {
      const at = new Date(1_900_000_000_000);
      for (const method of consentMethods)
        for (const doubt of doubts) {
          const { state, outcome } = transition(after, { type: 'doubted', at, method, doubt });
          if (outcome !== 'applied') {
            if (state !== after) expect(state).toBe(after);
            continue;
          }
          const [was, is] = [after.channels[method], state.channels[method]];
          same([is.state, is.doubt?.since], [was.state, was.doubt?.since ?? at]);
          if (was.doubt) continue;
          const settled = transition(state, { type: 'doubt_settled', at, method }).state;
          same({ ...settled, openedAt: undefined }, { ...after, openedAt: undefined });
        }
    });
  });

  it('is over with a stop of the address, which wins whatever was doubted', () => {
    steps(({ after }) => {
      const at = new Date(1_900_000_000_000);
      for (const method of consentMethods) {
        if (after.channels[method].address === undefined) continue;
        const stop = { type: 'revoked', at, method, reason: 'STOP', address: true } as const;
        const { state } = transition(after, stop);
        const { state: stopped, doubt } = state.channels[method];
        same([stopped, doubt], ['revoked', undefined]);
      }
    });
  });

  it('is only ever made stronger by another doubt', () => {
    steps(({ event, before, after }) => {
      if (event.type !== 'doubted') return;
      const [was, is] = [before, after].map(({ channels }) => channels[event.method].doubt);
      if (was && is) expect(doubts.indexOf(is.why)).toBeGreaterThanOrEqual(doubts.indexOf(was.why));
      if (is) expect(doubts.indexOf(is.why)).toBeGreaterThanOrEqual(doubts.indexOf(event.doubt));
    });
  });
});
