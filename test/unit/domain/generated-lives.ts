import fc from 'fast-check';
import { transition } from '../../../src/core/consent/consent.ts';
import {
  newConsentState,
  type ConsentEvent,
  type ConsentState,
} from '../../../src/core/consent/consent-state.ts';
import { doubts } from '../../../src/core/consent/doubt.ts';
import type { Practice } from '../../../src/core/consent/gate.ts';
import { messageKinds } from '../../../src/core/message/message.ts';
import type { ConsentMethod, Method } from '../../../src/core/method.ts';
import { cases } from '../generated.ts';

/** Generated lives of a contact: what may happen in any order, also late, twice and about epochs that have passed. */

const method = fc.constantFrom<ConsentMethod>('email', 'sms');
const address = fc.constantFrom('a1', 'a2', 'a3');
const suppressed = fc.option(
  fc.record({
    kind: fc.constantFrom<'stopped' | 'unreachable'>('stopped', 'unreachable'),
    reason: fc.constant('earlier'),
  }),
  { nil: undefined, freq: 8 },
);
const doubt = fc.constantFrom(...doubts);
const openDoubt = fc.option(
  doubt.map((why) => ({ why, since: new Date(1_600_000_000_000) })),
  { nil: undefined, freq: 8 },
);
const assignedAddress = fc
  .record({ address: fc.option(address, { nil: undefined }), suppressed, open: openDoubt })
  .map(({ address: a, suppressed: s, open }) =>
    a === undefined
      ? {}
      : { address: a, ...(s ? { suppressed: s } : {}), ...(open ? { doubt: open } : {}) },
  );

export type Draft = (state: ConsentState, at: Date, id: string) => ConsentEvent;

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
  fc.tuple(method, lag, fc.constantFrom('', 'readByStaff', 'elsewhere')).map(([m, l, how]) => ({
    name: `accepted ${m} lag ${l} ${how}`,
    make: ((s, at, consentId) => ({
      type: 'accepted',
      at,
      method: m,
      epoch: epochOf(s, m, l),
      consentId,
      ...(how === '' ? {} : { [how]: true as const }),
    })) satisfies Draft,
  })),
  fc.tuple(method, doubt).map(([m, why]) => ({
    name: `doubted ${m} ${why}`,
    make: ((_s, at) => ({ type: 'doubted', at, method: m, doubt: why })) satisfies Draft,
  })),
  method.map((m) => ({
    name: `doubt_settled ${m}`,
    make: ((_s, at) => ({ type: 'doubt_settled', at, method: m })) satisfies Draft,
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
  fc.tuple(method, address, fc.boolean(), fc.boolean()).map(([m, a, isBarred, identified]) => ({
    name: `booked ${m} ${a}${isBarred ? ' barred' : ''}${identified ? '' : ' not identified'}`,
    make: ((_s, at, consentId) => ({
      type: 'booked',
      at,
      method: m,
      address: a,
      consentId,
      barred: isBarred,
      identified,
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
  fc.tuple(method, fc.boolean()).map(([m, reached]) => ({
    name: `restarted ${m}${reached ? ' from there' : ''}`,
    make: ((_s, at) => ({
      type: 'restarted',
      at,
      method: m,
      ...(reached ? { reached } : {}),
    })) satisfies Draft,
  })),
  fc.subarray([...messageKinds]).map((declined) => ({
    name: `kinds_chosen without ${declined.join()}`,
    make: ((_s, at) => ({ type: 'kinds_chosen', at, declined })) satisfies Draft,
  })),
  method.map((m) => ({
    name: `waived ${m}`,
    make: ((_s, at) => ({ type: 'waived', at, method: m })) satisfies Draft,
  })),
  method.map((m) => ({
    name: `asked_again ${m}`,
    make: ((_s, at) => ({ type: 'asked_again', at, method: m })) satisfies Draft,
  })),
);

const draft = anyDraft.map(readable);

export type Step = { name: string; event: ConsentEvent; before: ConsentState; after: ConsentState };

export function live(drafts: readonly { name: string; make: Draft }[]): Step[] {
  let state = newConsentState();
  return drafts.map(({ name, make }, index) => {
    const event = make(state, new Date(1_700_000_000_000 + index * 1_000), `consent-${index}`);
    const before = state;
    state = transition(state, event).state;
    return { name, event, before, after: state };
  });
}

export const life = fc.array(draft, { minLength: 1, maxLength: 40 });
export const practice = fc.record(
  {
    settings: fc.record({
      messagingEnabled: fc.constantFrom(true, true, true, false),
      optInEnabled: fc.constantFrom(true, true, false),
      gate: fc.constantFrom<'all' | 'each'>('all', 'each'),
      onRevoke: fc.constantFrom<'channel' | 'contact'>('channel', 'contact'),
      smsConsentVia: fc.constantFrom<'sms' | 'emailPage'>('sms', 'emailPage'),
    }),
    senderMissing: fc.constantFrom<Practice['senderMissing'][number][]>([], [], ['supportPhone']),
    pausedReason: fc.constant('drill'),
    suspendedReason: fc.constant('3 complaints'),
  },
  { requiredKeys: ['settings', 'senderMissing'] },
) satisfies fc.Arbitrary<Practice>;

export const runs = cases(10_000);
