import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { transition } from '../../../src/core/consent/consent.ts';
import {
  newConsentState,
  type Channel,
  type ConsentEvent,
  type ConsentState,
} from '../../../src/core/consent/consent-state.ts';
import { laneGate } from '../../../src/core/consent/gate.ts';
import { consentMethods, type ConsentMethod } from '../../../src/core/method.ts';
import { refusalChange, type Refusal } from '../../../src/core/consent/refusal.ts';
import { life, practice, runs } from './generated-lives.ts';

/** Two contacts of a practice, whose addresses are the same few: what was said about an address is kept with it. */

type Lived = { event: ConsentEvent; before: ConsentState; after: ConsentState };

/** The lives, as the store leads them: an assignment finds what is kept of its address. */
function liveTogether(drafts: readonly { of: number; make: (typeof someLife)[number]['make'] }[]) {
  const states = [newConsentState(), newConsentState()];
  const kept = new Map<string, Refusal>();
  return drafts.map(({ of, make }, index): Lived => {
    const before = states[of]!;
    let event = make(before, new Date(1_700_000_000_000 + index * 1_000), `consent-${index}`);
    if (event.type === 'assigned')
      for (const m of consentMethods) {
        const refused = kept.get(`${m} ${event[m].address}`);
        if (refused) event = { ...event, [m]: { ...event[m], refused } };
      }
    const after = transition(before, event).state;
    states[of] = after;
    if ('method' in event) keep(kept, event.method, before, after, event);
    return { event, before, after };
  });
}
declare const someLife: typeof life extends fc.Arbitrary<infer L> ? L : never;

function keep(
  kept: Map<string, Refusal>,
  m: ConsentMethod,
  before: ConsentState,
  after: ConsentState,
  event: ConsentEvent,
): void {
  const change = refusalChange(before.channels[m], after.channels[m], event);
  const key = `${m} ${after.channels[m].address}`;
  if (
    change?.type === 'remember' &&
    !(kept.get(key)?.word === 'revoked' && change.refusal.word === 'declined')
  )
    kept.set(key, change.refusal);
  if (change?.type === 'forget' && (change.only ?? kept.get(key)?.word) === kept.get(key)?.word)
    kept.delete(key);
}

const saysNo = ({ state, reason }: Channel): boolean =>
  state === 'revoked' || (state === 'declined' && reason !== 'asked again by staff');

const together = fc
  .tuple(life, fc.array(fc.nat(1), { minLength: 40, maxLength: 40 }))
  .map(([drafts, whose]) => drafts.map(({ make }, index) => ({ make, of: whose[index]! })));

describe('a no, and a stop of one contact by staff', () => {
  it('hold wherever the address comes back, until a yes, a START, or staff who ask again', () => {
    fc.assert(
      fc.property(together, practice, (drafts, { settings }) => {
        /** Said about an address, and not taken back there since: a model of its own. */
        const no = new Set<string>();
        for (const { event, before, after } of liveTogether(drafts)) {
          for (const m of consentMethods) {
            const [was, is] = [before.channels[m], after.channels[m]];
            const key = `${m} ${is.address}`;
            if (event.type === 'assigned' && is.address !== was.address && no.has(key)) {
              expect(['declined', 'revoked']).toContain(is.state);
              // Also where nobody is asked any more.
              const off = { ...settings, messagingEnabled: true, optInEnabled: false };
              if (is.assigned)
                expect(laneGate(after, m, { senderMissing: [], settings: off }).open).toBe(false);
            }
            if (!('method' in event) || event.method !== m || was === is) continue;
            const refuses = ['declined', 'revoked', 'opt_in_failed'].includes(event.type);
            if (refuses && saysNo(is) && !(event.type === 'revoked' && event.address)) no.add(key);
            if (is.state === 'accepted' || ['asked_again', 'restarted'].includes(event.type))
              no.delete(key);
          }
          if (event.type === 'restarted')
            no.delete(`${event.method} ${after.channels[event.method].address}`);
        }
      }),
      runs,
    );
  });
});
