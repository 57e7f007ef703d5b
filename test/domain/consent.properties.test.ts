import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { transition } from '../../src/domain/consent.ts';
import {
  newConsentState,
  type ConsentEvent,
  type ConsentState,
} from '../../src/domain/consent-state.ts';
import { channelsToAsk, laneGate, lightOf, type Practice } from '../../src/domain/gate.ts';
import type { ConsentMethod, Method } from '../../src/domain/method.ts';
import { consentMethods } from '../../src/domain/method.ts';

/**
 * Generated lives of a contact. Events are what may happen in any order, also late, twice and about epochs that have
 * passed; a model of a few lines says what must hold, independent of the rules.
 */

const method = fc.constantFrom<ConsentMethod>('email', 'sms');
const address = fc.constantFrom('a1', 'a2', 'a3');
const suppressed = fc.option(
  fc.record({
    kind: fc.constantFrom<'stopped' | 'unreachable'>('stopped', 'unreachable'),
    reason: fc.constant('earlier'),
  }),
  { nil: undefined, freq: 8 },
);
const assignedAddress = fc
  .record({ address: fc.option(address, { nil: undefined }), suppressed })
  .map(({ address: a, suppressed: s }) =>
    a === undefined ? {} : { address: a, ...(s ? { suppressed: s } : {}) },
  );

type Draft = (state: ConsentState, at: Date, id: string) => ConsentEvent;

/** Most events are about today's epoch; some are late. */
const epochOf = (state: ConsentState, m: ConsentMethod, lag: number): number =>
  Math.max(state.channels[m].epoch - lag, 0);
const lag = fc.constantFrom(0, 0, 0, 0, 1, 2);

/** A counter-example prints as the names of its events. */
const readable = (given: { name: string; make: Draft }) => ({
  ...given,
  [fc.toStringMethod]: () => given.name,
});

const anyDraft: fc.Arbitrary<{ name: string; make: Draft }> = fc.oneof(
  fc
    .record({
      methods: fc.uniqueArray(fc.constantFrom<Method>('email', 'sms', 'fax'), { maxLength: 3 }),
      email: assignedAddress,
      sms: assignedAddress,
    })
    .map((given) => ({
      name: `assigned ${JSON.stringify(given)}`,
      make: ((_s, at) => ({ type: 'assigned', at, ...given, fax: {} })) satisfies Draft,
    })),
  fc.tuple(method, lag, fc.boolean()).map(([m, l, confirmed]) => ({
    name: `opt_in_sent ${m} lag ${l}`,
    make: ((s, at) => ({
      type: 'opt_in_sent',
      at,
      method: m,
      epoch: epochOf(s, m, l),
      confirmed,
    })) satisfies Draft,
  })),
  fc.tuple(method, lag).map(([m, l]) => ({
    name: `opt_in_failed ${m} lag ${l}`,
    make: ((s, at) => ({
      type: 'opt_in_failed',
      at,
      method: m,
      epoch: epochOf(s, m, l),
      reason: 'refused',
    })) satisfies Draft,
  })),
  fc.tuple(method, lag).map(([m, l]) => ({
    name: `accepted ${m} lag ${l}`,
    make: ((s, at, consentId) => ({
      type: 'accepted',
      at,
      method: m,
      epoch: epochOf(s, m, l),
      consentId,
    })) satisfies Draft,
  })),
  fc.tuple(method, lag).map(([m, l]) => ({
    name: `declined ${m} lag ${l}`,
    make: ((s, at) => ({
      type: 'declined',
      at,
      method: m,
      epoch: epochOf(s, m, l),
    })) satisfies Draft,
  })),
  fc.tuple(method, address, fc.integer({ min: 0, max: 20 })).map(([m, a, ago]) => ({
    name: `consented_elsewhere ${m} ${a} ${ago} s ago`,
    make: ((_s, at, consentId) => ({
      type: 'consented_elsewhere',
      at,
      method: m,
      address: a,
      obtainedAt: new Date(at.getTime() - ago * 1_000),
      consentId,
    })) satisfies Draft,
  })),
  fc.tuple(method, fc.boolean()).map(([m, byAddress]) => ({
    name: `revoked ${m}`,
    make: ((_s, at) => ({
      type: 'revoked',
      at,
      method: m,
      reason: 'STOP',
      address: byAddress,
    })) satisfies Draft,
  })),
  method.map((m) => ({
    name: `unreachable ${m}`,
    make: ((_s, at) => ({ type: 'unreachable', at, method: m, reason: 'bounced' })) satisfies Draft,
  })),
  method.map((m) => ({
    name: `restarted ${m}`,
    make: ((_s, at) => ({ type: 'restarted', at, method: m })) satisfies Draft,
  })),
  method.map((m) => ({
    name: `waived ${m}`,
    make: ((_s, at) => ({ type: 'waived', at, method: m, reason: 'landline' })) satisfies Draft,
  })),
);

const draft = anyDraft.map(readable);

type Step = { name: string; event: ConsentEvent; before: ConsentState; after: ConsentState };

function live(drafts: readonly { name: string; make: Draft }[]): Step[] {
  let state = newConsentState();
  return drafts.map(({ name, make }, index) => {
    const event = make(state, new Date(1_700_000_000_000 + index * 1_000), `consent-${index}`);
    const before = state;
    state = transition(state, event).state;
    return { name, event, before, after: state };
  });
}

const life = fc.array(draft, { minLength: 1, maxLength: 40 });
const practice = fc.record({
  settings: fc.record({
    messagingEnabled: fc.boolean(),
    optInEnabled: fc.constantFrom(true, true, false),
    gate: fc.constantFrom<'all' | 'each'>('all', 'each'),
    onRevoke: fc.constantFrom<'channel' | 'contact'>('channel', 'contact'),
    smsConsentVia: fc.constantFrom<'sms' | 'emailPage'>('sms', 'emailPage'),
  }),
}) satisfies fc.Arbitrary<Practice>;

const runs = { numRuns: 10_000 };

function property(check: (steps: Step[], settings: Practice) => void): void {
  fc.assert(
    fc.property(life, practice, (drafts, settings) => check(live(drafts), settings)),
    runs,
  );
}

describe('consent, in generated lives', () => {
  it('lets content out only on a channel whose last word, about its present address, was yes', () => {
    property((steps, settings) => {
      const on: Practice = {
        settings: { ...settings.settings, messagingEnabled: true, optInEnabled: true },
      };
      const yes: Record<ConsentMethod, boolean> = { email: false, sms: false };
      for (const { event, before, after } of steps) {
        for (const m of consentMethods) {
          if (after.channels[m].epoch !== before.channels[m].epoch) yes[m] = false;
          if (!('method' in event) || event.method !== m) continue;
          const current = !('epoch' in event) || event.epoch === before.channels[m].epoch;
          if (event.type === 'accepted' && current)
            yes[m] ||= after.channels[m].state === 'accepted';
          if (event.type === 'consented_elsewhere' && event.address === after.channels[m].address)
            yes[m] ||= after.channels[m].state === 'accepted';
          if (['revoked', 'unreachable', 'waived'].includes(event.type)) yes[m] = false;
          if (event.type === 'declined' && current) yes[m] = false;
        }
        for (const m of consentMethods) if (laneGate(after, m, on).open) expect(yes[m]).toBe(true);
      }
    });
  });

  it('holds everything until all assigned channels agreed, and after that each channel alone', () => {
    property((steps) => {
      const all: Practice = {
        settings: {
          messagingEnabled: true,
          optInEnabled: true,
          gate: 'all',
          onRevoke: 'channel',
          smsConsentVia: 'sms',
        },
      };
      let opened = false;
      for (const { after } of steps) {
        const assigned = consentMethods.filter((m) => after.channels[m].assigned);
        const agreed = assigned.filter((m) =>
          ['accepted', 'waived'].includes(after.channels[m].state),
        );
        opened ||=
          agreed.length === assigned.length &&
          assigned.some((m) => after.channels[m].state === 'accepted');
        for (const m of assigned) {
          const { open } = laneGate(after, m, all);
          expect(open).toBe(opened && after.channels[m].state === 'accepted');
        }
      }
    });
  });

  it('keeps a stop until the person, or a consent obtained after it, lifts it', () => {
    property((steps) => {
      for (const { event, before, after } of steps)
        for (const m of consentMethods) {
          const [was, is] = [before.channels[m], after.channels[m]];
          if (was.state !== 'revoked' || is.state === 'revoked') continue;
          const lifts =
            ('method' in event &&
              event.method === m &&
              ['consented_elsewhere', 'restarted', 'waived'].includes(event.type)) ||
            (event.type === 'assigned' && was.address !== is.address);
          expect(lifts).toBe(true);
          if (event.type === 'consented_elsewhere' && was.revokedAt)
            expect(event.obtainedAt > was.revokedAt).toBe(true);
        }
    });
  });

  it('changes nothing for an event about an epoch that has passed', () => {
    property((steps) => {
      for (const { event, before, after } of steps)
        if ('epoch' in event && event.epoch !== before.channels[event.method].epoch)
          expect(after).toBe(before);
    });
  });

  it('starts a new epoch exactly when the address changes or the person starts again', () => {
    property((steps) => {
      for (const { event, before, after } of steps)
        for (const m of consentMethods) {
          const [was, is] = [before.channels[m], after.channels[m]];
          const grew = is.epoch - was.epoch;
          const restarted =
            event.type === 'restarted' && event.method === m && was.state === 'revoked';
          expect(grew).toBe(was.address !== is.address || restarted ? 1 : 0);
        }
    });
  });

  it('asks only where nobody was asked in this epoch, and never on a stopped channel', () => {
    property((steps, settings) => {
      for (const { after } of steps)
        for (const m of channelsToAsk(after, settings)) {
          expect(after.channels[m]).toMatchObject({ state: 'not_sent', assigned: true });
          expect(after.channels[m].address).toBeDefined();
        }
    });
  });

  it('is green exactly when no assigned channel holds anybody up', () => {
    property((steps) => {
      const on: Practice = {
        settings: {
          messagingEnabled: true,
          optInEnabled: true,
          gate: 'all',
          onRevoke: 'channel',
          smsConsentVia: 'sms',
        },
      };
      for (const { after } of steps) {
        const assigned = consentMethods.filter((m) => after.channels[m].assigned);
        const green =
          after.registered &&
          assigned.length + Number(after.fax.assigned) > 0 &&
          assigned.every((m) => ['accepted', 'waived'].includes(after.channels[m].state));
        const { light, reason } = lightOf(after, on);
        expect(light).toBe(green ? 'green' : 'red');
        if (light === 'red') expect(reason).toBeTruthy();
      }
    });
  });

  it('does the same when the same event comes twice', () => {
    property((steps) => {
      for (const { event, after } of steps) {
        if (event.type === 'opt_in_sent' || event.type === 'restarted') continue;
        const again = transition(after, event);
        expect(again.state.channels.email.state).toBe(after.channels.email.state);
        expect(again.state.channels.sms.state).toBe(after.channels.sms.state);
      }
    });
  });
});
