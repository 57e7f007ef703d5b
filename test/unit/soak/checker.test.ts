import { expect, it } from 'vitest';
import { check } from '../../../packages/soak/checker.ts';
import { Journal, type Message } from '../../../packages/soak/journal.ts';
import type { DeliveryView, Observed } from '../../../packages/soak/observe.ts';

/** The soak's checker, shown one fault of each kind. */

/** One contact with an email, asked at 1,000, accepted at 2,000 to 2,100 ms, and what the test adds. */
function story() {
  const journal = new Journal();
  const { data } = journal;
  const email = 'p1@example.com';
  data.registrations.push({
    contactId: 'p1',
    methods: ['email'],
    addresses: { email, sms: '+12025550101', fax: '+13125550101' },
    began: 500,
    ended: 600,
  });
  data.words.push({ kind: 'accept', channel: 'email', address: email, began: 2_000, ended: 2_100 });
  const messages: Observed['contacts'][number]['messages'] = [];
  const observed: Observed = {
    at: 100_000,
    contacts: [{ id: 'p1', light: 'green', messages, intact: true }],
    outbox: [],
    unquiet: [],
    waitedMs: 0,
    claims: {},
    rejected: [],
  };
  const arrive = (text: string, at: number, to = email): void => {
    const seq = observed.outbox.length + 1;
    observed.outbox.push({ seq, id: `o${seq}`, channel: 'email', to, text, at: iso(at) });
  };
  const queue = (id: string, began: number, delivery: Partial<DeliveryView>): Message => {
    const message: Message = {
      id,
      contactId: 'p1',
      mark: `${id}~0`,
      via: 'http',
      call: journal.nextCall(),
      position: 0,
      began,
      ended: began + 100,
    };
    data.messages.push(message);
    const status = delivery.status ?? 'delivered';
    messages.push({ id, status, deliveries: [{ method: 'email', status, ...delivery }] });
    return message;
  };
  arrive('https://x/o/abcdefghijklmnopqrstuvwxyz', 1_000);
  return { journal, observed, arrive, queue };
}

function stop({ data }: Journal, end: { reason: string; tookMs: number }): void {
  data.stops.push({ part: 'worker', at: 5_000, ...end });
}

const iso = (ms: number): string => new Date(ms).toISOString();

function faultsOf({ journal, observed }: ReturnType<typeof story>): string[] {
  const { faults } = check(journal.data, observed);
  return Object.entries(faults).flatMap(([name, cases]) => cases.map(() => name));
}

it('the checker finds nothing where nothing is wrong', () => {
  const told = story();
  told.queue('a', 1_200, {});
  told.queue('b', 1_400, { status: 'queued', waitingFor: 'consent:email' });
  told.queue('c', 1_600, { status: 'failed', reason: 'the provider refused' });
  told.arrive('[~a~0~]', 2_050);
  expect(faultsOf(told)).toEqual([]);
});

it.each<[string, (told: ReturnType<typeof story>) => void]>([
  ['lost', ({ queue }) => void queue('a', 1_200, {})],
  ['lost', ({ queue }) => void queue('a', 1_200, { status: 'sending' })],
  ['lost', ({ queue }) => void queue('a', 1_200, { status: 'queued', waitingFor: 'provider' })],
  ['lost', ({ queue }) => void queue('a', 1_200, { status: 'failed' })],
  [
    'lost',
    ({ queue, observed }) => {
      queue('a', 1_200, {});
      observed.contacts[0]!.messages.pop();
    },
  ],
  [
    'twice',
    ({ queue, arrive }) => {
      queue('a', 1_200, {});
      arrive('[~a~0~]', 3_000);
      arrive('[~a~0~]', 9_000);
    },
  ],
  [
    'early',
    ({ queue, arrive }) => {
      queue('a', 1_200, {});
      arrive('[~a~0~]', 1_999);
    },
  ],
  [
    'early',
    ({ queue, arrive }) => {
      queue('a', 1_200, {});
      arrive('[~a~0~]', 3_000, 'somebody.else@example.com');
    },
  ],
  [
    'afterRevoke',
    ({ queue, arrive, journal }) => {
      queue('a', 1_200, {});
      const address = 'p1@example.com';
      journal.data.words.push({
        kind: 'complaint',
        channel: 'email',
        address,
        began: 4_000,
        ended: 4_500,
      });
      arrive('[~a~0~]', 6_501);
    },
  ],
  [
    'outOfOrder',
    ({ queue, arrive }) => {
      queue('a', 1_200, {});
      queue('b', 1_400, {});
      arrive('[~b~0~]', 3_000);
      arrive('[~a~0~]', 3_100);
    },
  ],
  ['extraOptIns', ({ arrive }) => arrive('https://x/o/zyxwvutsrqponmlkjihgfedcba', 1_500)],
  [
    'stale',
    ({ queue, arrive }) => {
      Object.assign(queue('a', 1_200, {}), { notAfter: 3_000 });
      arrive('[~a~0~]', 5_001);
    },
  ],
  [
    'misreported',
    ({ queue, arrive }) => {
      queue('a', 1_200, { status: 'expired' });
      arrive('[~a~0~]', 3_000);
    },
  ],
  ['brokenLedgers', ({ observed }) => void (observed.contacts[0]!.intact = false)],
  [
    'unexplainedUnknowns',
    ({ queue, observed }) => {
      queue('a', 1_200, { status: 'unknown', reason: 'the call was interrupted' });
      observed.claims['a/email'] = 3_000;
    },
  ],
  [
    'heldUp',
    ({ queue, journal }) => {
      queue('a', 1_200, { status: 'queued', waitingFor: 'consent:email' });
      journal.data.promised.push({ messageId: 'a', why: 'it said yes' });
    },
  ],
  [
    'lost',
    ({ queue, arrive, journal }) => {
      queue('a', 1_200, {});
      arrive('[~a~0~]', 3_000);
      journal.data.spoiled.push({ messageId: 'a', at: 1_500 });
    },
  ],
  ['badStops', ({ journal }) => stop(journal, { reason: 'exit code 1', tookMs: 900 })],
  ['badStops', ({ journal }) => stop(journal, { reason: 'exit code 0', tookMs: 10_001 })],
  [
    'undone',
    ({ journal }) => void journal.data.undone.push({ at: 1, what: 'keys rotate', said: 'no' }),
  ],
])('the checker sees: %s', (fault, change) => {
  const told = story();
  change(told);
  expect(faultsOf(told)).toEqual([fault]);
});

it('a process that was asked to stop while the database was down may end otherwise', () => {
  const told = story();
  stop(told.journal, { reason: 'exit code 1', tookMs: 15_000 });
  told.journal.data.kills.push({ part: 'postgres', at: 6_000, backAt: 7_000 });
  expect(faultsOf(told)).toEqual([]);
  expect(check(told.journal.data, told.observed).apart.stopsDisturbed).toBe(1);
});

it('another part that died is no excuse for it', () => {
  const told = story();
  stop(told.journal, { reason: 'exit code 1', tookMs: 15_000 });
  told.journal.data.kills.push({ part: 'api', at: 6_000, backAt: 7_000 });
  expect(faultsOf(told)).toEqual(['badStops']);
});
