import { MockActivityEnvironment } from '@temporalio/testing';
import type pg from 'pg';
import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createActivities } from '../../activities/index.ts';
import { openRequests, wasOtherOpen } from '../../src/features/replies/open-requests.ts';
import { createProviders, createRates, createWebhooks, sendingOf } from '../../src/main/compose.ts';
import { addressHash } from '../../src/record/contacts/contact-store.ts';
import { dueLanes, planDispatch } from '../../src/record/messages/dispatch-store.ts';
import { areGuessesSpent } from '../../src/record/links/code-budget.ts';
import { queueCode } from '../../src/record/links/doorstep-store.ts';
import { moveFurther } from '../../src/record/contacts/joining.ts';
import { createPractice } from '../../src/record/practices/practice-store.ts';
import { sampleQueues } from '../../src/features/statistics/statistics-store.ts';
import { countEvents } from '../../src/record/practices/event-days.ts';
import { forgetFinished } from '../../src/record/practices/retention.ts';
import { lookAgain, lookFurther } from '../../src/record/practices/practice-looks.ts';
import {
  expireOverdue,
  forgottenContacts,
  forgottenDispatchers,
} from '../../src/delivery/sweep-store.ts';
import { spreadBars } from '../../src/features/consents/spread-bars.ts';
import { spreadReopening } from '../../src/features/consents/spread-reopenings.ts';
import { keepReopening } from '../../src/record/consent/reopening-store.ts';
import { releasedBy } from '../../src/record/messages/release.ts';
import { limits } from '../../src/core/limits.ts';
import { workerLimits } from '../../src/core/limits/worker-limits.ts';
import { deliveryStatuses } from '../../src/core/message/message.ts';
import { prune } from '../../src/delivery/prune.ts';
import { signalsWaitingFor } from '../../src/signals/rejected-signals.ts';
import { storeMessages } from '../../src/record/messages/message-store.ts';
import { mayBeShared } from '../../src/record/practices/sender-store.ts';
import { noteTexts } from '../../src/record/replies/texted-from-store.ts';
import { eraseLate } from '../../src/features/contacts/erase.ts';
import { createEndpoint } from '../../src/features/events/webhook-endpoint-store.ts';
import { endpointsToWake } from '../../src/features/events/webhook-progress.ts';
import { resumeBatch } from '../../src/delivery/interrupted.ts';
import { lookAhead } from '../../src/delivery/look-ahead.ts';
import type { Providers } from '../../src/delivery/call.ts';
import { sendHeads } from '../../src/delivery/drain.ts';
import { transaction } from '../../src/platform/db/transaction.ts';
import { ProviderRates } from '../../src/delivery/provider-rates.ts';
import { claimLanes } from '../../src/delivery/claim.ts';
import { begin } from '../harness/bookings.ts';
import { fillTables, growing } from '../harness/bulk.ts';
import { formerValue } from '../harness/former-seals.ts';
import { register, registerWithConsent, someone, type Person } from '../harness/people.ts';
import { planner, problemsOf, rowsRead } from '../harness/plans.ts';
import { postPlivo, postResend } from '../harness/signed-webhooks.ts';
import { statementsOf } from '../harness/statements.ts';
import { startStack, type Stack } from '../harness/stack.ts';
import { createHeldSignals } from '../../src/signals/held-signals.ts';

/**
 * Of each story that happens all day: the statements that the service really sends, with their parameters, planned over
 * tables of some years. None reads a table that grows from end to end, or more rows of it than the story is about.
 */

/** Rows that one step of a plan may read or sort: a page of a list, with room. */
const most = 500;
/** Contacts of one array, and of one sweep. */
const atOnce = 100;
/** Messages of a single contact that wait. */
const waiting = 2_000;
/** … and contacts that have so many. */
const contactsWaiting = 3;

/**
 * How many wait for a contact is counted to be shown: that grows with what waits for this one, and with nothing else.
 */
const countsWaiting = /SELECT count\(DISTINCT message_id\)(?!.*queue_samples)/s;
/** An erasure looks through the practice's kept answers, of one day: the policies rule out an index over lists of ids. */
const forgetsAnswers = /UPDATE idempotency_keys (k )?SET answer_enc = NULL/;

const [green, held, joining, leaving, moving, changing] = [1, 2, 3, 4, 5, 6].map(() =>
  someone(),
) as [Person, Person, Person, Person, Person, Person];
const sender = '+12025550100';

let stack: Stack;
let client: pg.Client;
let sharing: string;
beforeAll(async () => {
  stack = await startStack({ worker: false });
  const { database } = stack.config;
  const url = database.kind === 'external' ? database.url : '';
  client = await planner(stack);
  await registerWithConsent(stack, green, ['email', 'sms']);
  for (const person of [held, joining, leaving, moving, changing])
    await register(stack, person, ['email', 'sms']);
  // It sends from the same number: whose a reply is must be looked up.
  sharing = stack.own('sharing');
  await createPractice(stack.db, { id: sharing, name: 'Sharing' });
  for (const { phone } of [green, held]) await texted(phone);
  const contactIds = [green.id, held.id, moving.id];
  // One for all rows.
  const content = formerValue('{"subject":"s","body":"b"}', 'messages.content');
  await fillTables(url, stack.practiceId, { contactIds, waiting, content });
  await countEvents(stack.db, 0);
});
afterAll(async () => {
  await client.end();
  await stack.stop();
});

let serial = 0;
const said = async (from: string, text: string): Promise<void> => {
  serial += 1;
  const form = { From: from, To: sender, Text: text, MessageUUID: `said-${serial}`, Type: 'sms' };
  expect(await postPlivo(stack, 'inbound', form)).toBe(200);
};
const call = async (method: string, path: string, body?: object): Promise<void> => {
  const { status, body: answer } = await stack.call(method, `/v1${path}`, body);
  expect([path, status < 300, status < 300 ? '' : answer]).toEqual([path, true, '']);
};
const texted = (phone: string) =>
  noteTexts(
    stack.db.prisma,
    stack.practiceId,
    [{ sender, addressHash: addressHash(stack.db, phone), deliveryId: newId(), isMessage: true }],
    new Date(),
  );
const claim = ({ id }: Person, method: 'email' | 'sms') =>
  claimLanes(
    stack.db,
    { practiceId: stack.practiceId, contactIds: [id], method },
    sendingOf(stack.config),
    100,
  );
/** A provider that takes everything. */
const sendTo = ({ id }: Person, method: 'email' | 'sms') => {
  const { config, db, practiceId } = stack;
  const providers: Providers = {
    email: { sendBatch: async (emails) => emails.map(() => ({ ok: true, providerId: newId() })) },
    sms: { sendSms: async () => ({ providerId: newId() }) },
  };
  const rates = createRates(config, db);
  const stopping = new AbortController().signal;
  const deps = { db, providers, rates, sending: sendingOf(config), stopping };
  return sendHeads(deps, { practiceId, contactIds: [id], method });
};
const code = (from: { ip?: string }) => {
  const { email } = someone();
  const message = { to: email, subject: 's', text: '123456' };
  return transaction(stack.db, (sql) =>
    queueCode(
      stack.db,
      sql,
      { practiceId: stack.practiceId, ...from },
      { id: newId(), method: 'email', addressHash: addressHash(stack.db, email), message },
    ),
  );
};
const lookAt = ({ id }: Person) => {
  const { config, db, workflows, practiceId } = stack;
  const activities = createActivities({
    db,
    providers: createProviders(config),
    rates: createRates(config, db),
    sending: sendingOf(config),
    tell: workflows.tell,
    requireEncodedSignals: false,
    requireBoundSignals: false,
    tellDispatcher: workflows.tellDispatcher,
    postWebhook: createWebhooks(config),
    readHeldSignals: createHeldSignals(stack.client).read,
    stopping: new AbortController().signal,
  });
  const ref = { practiceId, contactId: id };
  return new MockActivityEnvironment().run(() => activities.deliver(ref));
};
const reported = async (type: string): Promise<void> => {
  const data = { email_id: 'provider-2', created_at: new Date().toISOString(), to: ['a@b.co'] };
  const event = { type, created_at: new Date().toISOString(), data };
  expect(await postResend(stack, event)).toBe(200);
};

const contactIn = ({ id, email, phone }: Person, methods: string[]) => ({
  id,
  name: 'Ann',
  role: 'client',
  methods,
  email,
  phone,
});
const described = (person: Person, methods: string[]) => {
  const { id, ...rest } = contactIn(person, methods);
  return call('PUT', `/contacts/${id}`, rest);
};
const message = {
  kind: 'ad_hoc',
  subject: 's',
  body: 'b',
  sendAt: '2040-01-01T00:00:00Z',
} as const;

/** `rows`: that one step may read, where the story is about more of them than others. */
const stories: [story: string, run: () => Promise<unknown>, rows?: number][] = [
  ['a reply that nobody understands', () => said(green.phone, 'what is this about')],
  ['a reply that may be a stop', () => said(green.phone, 'not interested')],
  ['START', () => said(green.phone, 'START')],
  ['YES', () => said(held.phone, 'YES')],
  ['YES with a code', () => said(held.phone, 'YES 1234')],
  ['a text from a number that nobody texted', () => said(someone().phone, 'are you open?')],
  ['NO', () => said(held.phone, 'NO')],
  [
    'requests that a word can answer',
    () =>
      openRequests(stack.db, stack.db.prisma, {
        practiceIds: [stack.practiceId],
        hash: addressHash(stack.db, held.phone),
        sender,
        before: new Date(),
      }),
  ],
  [
    'requests of others that were open when a reply came',
    () => {
      const { practiceId } = stack;
      const request = { practiceId, contactId: held.id, addressHash: 'hash-old-7' };
      return wasOtherOpen(stack.db.prisma, request, new Date());
    },
  ],
  ['a provider’s report by its own id', () => reported('email.delivered')],
  ['a bounce', () => reported('email.bounced')],
  ['a complaint', () => reported('email.complained')],
  [
    'emails that are sent and settled',
    async () => expect((await sendTo(green, 'email')).kind).toBe('called'),
  ],
  [
    'texts that are sent and settled',
    async () => expect((await sendTo(green, 'sms')).kind).toBe('called'),
  ],
  ['a claim of an open lane', () => claim(green, 'email')],
  ['a claim of an open lane of texts', () => claim(green, 'sms')],
  ['a number that a person is texted from, for the first time', () => texted(someone().phone)],
  ['a number that a person is texted from, again', () => texted(green.phone)],
  [
    'an opt-in from a number of its own',
    () => mayBeShared(stack.db.prisma, '+12025550999', sendingOf(stack.config).senders),
  ],
  ['a call that was interrupted', () => resumeBatch(stack.db, newId())],
  ['a code for the practice’s own scheduler', () => code({})],
  ['a code for the public page', () => code({ ip: '192.0.2.7' })],
  [
    'a code that is entered',
    () => areGuessesSpent(stack.db, stack.db.prisma, stack.practiceId, newId()),
  ],
  [
    'a message that goes ahead of others',
    () =>
      new ProviderRates(stack.db, { resend: 1 }).take('email', {
        practiceId: stack.practiceId,
        wanted: 1,
        urgent: true,
        turn: undefined,
      }),
  ],
  ['a claim of a lane that waits for consent', () => claim(held, 'email')],
  ['a look of the contact’s own workflow', () => lookAt(held)],
  [
    'a look ahead over both',
    () =>
      lookAhead(stack.db, {
        practiceId: stack.practiceId,
        contactIds: [green.id, held.id],
        method: 'sms',
      }),
  ],
  ['a plan of the dispatcher', () => planDispatch(stack.db, stack.practiceId)],
  ['lanes that are due', () => dueLanes(stack.db, stack.practiceId, 'sms', 100)],
  [
    'a message that comes in',
    () =>
      call('POST', `/contacts/${green.id}/messages`, {
        id: 'late',
        kind: 'ad_hoc',
        subject: 's',
        body: 'b',
        sendAt: '2040-01-01T00:00:00Z',
      }),
  ],
  ['a message that is changed', () => call('PATCH', '/messages/late', { body: 'c' })],
  ['a message that is cancelled', () => call('DELETE', '/messages/late')],
  ['a cancelling that is undone', () => call('POST', '/messages/late/restore')],
  ['a stop by staff', () => call('DELETE', `/contacts/${green.id}/consents/email`)],
  ['a stop that is undone', () => call('POST', `/contacts/${green.id}/consents/email/restore`)],
  ['a contact’s first registration', () => described(someone(), ['email', 'sms'])],
  [
    'a first registration of a contact that messages came for before',
    async () => {
      const early = someone();
      const entry = { contactId: early.id, input: { id: early.id, ...message } };
      const from = { source: 'signal', unknownContacts: 'create' } as const;
      await transaction(stack.db, (sql) =>
        storeMessages(stack.db, sql, stack.practiceId, [entry], from),
      );
      await described(early, ['email', 'sms']);
    },
  ],
  [
    'a change of methods, and back',
    async () => {
      await call('POST', `/contacts/${changing.id}/messages`, message);
      await described(changing, ['email']);
      await described(changing, ['email', 'sms']);
    },
  ],
  [
    'many contacts that are registered at once, new ones and known ones',
    () =>
      call('PUT', '/contacts', [
        ...Array.from({ length: atOnce / 2 }, () => contactIn(someone(), ['email', 'sms'])),
        ...Array.from({ length: atOnce / 2 }, (_, n) =>
          contactIn({ ...someone(), id: `old-${n}` }, ['email']),
        ),
      ]),
    // Each with three channels, of two versions, and their few deliveries.
    atOnce * 10,
  ],
  [
    'a consent',
    () =>
      call('POST', `/contacts/${changing.id}/consents`, {
        method: 'email',
        address: changing.email,
        source: 'phone',
        obtainedAt: new Date(Date.now() - 1_000).toISOString(),
        evidence: 'by phone',
      }),
  ],
  [
    'a waiver',
    () => call('POST', `/contacts/${changing.id}/waivers`, { method: 'sms', reason: 'landline' }),
  ],
  ['a contact that is changed', () => call('PATCH', `/contacts/${green.id}`, { name: 'Ann' })],
  ['a contact that is looked at', () => call('GET', `/contacts/${held.id}`)],
  ['a page of contacts', () => call('GET', '/contacts?limit=50')],
  ['a page of red contacts', () => call('GET', '/contacts?limit=50&light=red')],
  ...['not_sent', 'sent', 'accepted', 'declined', 'revoked', 'failed', 'waived'].map(
    (state): (typeof stories)[number] => [
      `contacts by state=${state}`,
      () => call('GET', `/contacts?limit=50&state=${state}`),
    ],
  ),
  [
    'contacts with something due soon',
    () => call('GET', '/contacts?limit=50&dueBefore=2039-01-01T00:00:00Z'),
  ],
  [
    'contacts at risk',
    () => call('GET', '/contacts?limit=50&light=red&dueBefore=2039-01-01T00:00:00Z'),
  ],
  ...['nobody', 'old-77', 'Ann', green.email, green.phone].map(
    (query): (typeof stories)[number] => [
      `contacts that are looked for by ${query}`,
      () => call('GET', `/contacts?limit=50&query=${encodeURIComponent(query)}`),
    ],
  ),
  ...deliveryStatuses.flatMap((status): typeof stories =>
    ['', '&order=newest', '&since=2039-01-01T00:00:00Z'].map((more) => [
      `messages by status=${status}${more}`,
      () => call('GET', `/messages?status=${status}${more}`),
    ]),
  ),
  ...deliveryStatuses.map((status): (typeof stories)[number] => [
    `messages by status=${status} of one contact`,
    () => call('GET', `/contacts/${held.id}/messages?status=${status}`),
  ]),
  [
    'statistics',
    () => call('GET', '/statistics'),
    // The samples of all their days.
    limits.queueSampleMs / limits.queueSampleEveryMs,
  ],
  [
    'events that are counted',
    async () => {
      await stack.db.prisma.practice.updateMany({ data: { countedAt: null } });
      await countEvents(stack.db, 0);
    },
  ],
  ['everything held about a contact', () => call('GET', `/contacts/${leaving.id}/export`)],
  [
    'two contacts that become one',
    () => call('POST', `/contacts/${joining.id}/merge`, { into: leaving.id }),
  ],
  [
    'messages that move on to a merged contact',
    async () => {
      await stack.db.prisma.contact.updateMany({
        where: { id: leaving.id },
        data: { joining: [moving.id] },
      });
      expect(await moveFurther(stack.db, 20)).toEqual({ joined: [] });
    },
  ],
  [
    'a contact’s messages, some of which still move',
    () => call('GET', `/contacts/${leaving.id}/messages`),
  ],
  [
    'a contact that is erased, with a booking',
    async () => {
      await begin(stack, { contactId: leaving.id, email: leaving.email });
      await call('DELETE', `/contacts/${leaving.id}`);
    },
  ],
  // Of one erasure: it looks through what its practice began of late.
  ['what an erasure did not see', () => eraseLate(stack.db), most * 3],
  ['evidence that is read', () => call('GET', `/contacts/${held.id}/evidence`)],
  ['STOP', () => said(green.phone, 'STOP')],
  [
    'a stop that spreads',
    async () => {
      const barred = addressHash(stack.db, green.phone);
      await stack.db.prisma.suppression.updateMany({
        where: { addressHash: barred },
        data: { spreadAfter: '' },
      });
      expect(await spreadBars(stack.db)).toBe(true);
    },
  ],
  [
    'a reopening that spreads, and what it releases',
    async () => {
      const { db, practiceId } = stack;
      const hash = addressHash(db, green.phone);
      const address = { practiceId, method: 'sms', addressHash: hash } as const;
      const again = { ...address, saidAt: new Date(), after: '' };
      const evidence = { via: 'sms' };
      await keepReopening(db, db.prisma, { ...again, reopening: { word: 'settled' } }, evidence);
      await keepReopening(db, db.prisma, { ...again, reopening: { word: 'start' } }, evidence);
      await releasedBy(db.prisma, [], new Date(), { ...again, reopening: { word: 'start' } });
      expect(await spreadReopening(db)).toBeDefined();
    },
  ],
  [
    'a change of quiet hours',
    () =>
      call('PATCH', '/settings', {
        quietHours: { from: '22:00', to: '06:00', methods: ['sms'], kinds: ['ad_hoc'] },
      }),
    // A page of contacts, with three channels each.
    workerLimits.contactsLookedAt * 3,
  ],
  [
    'a switch of the practice, worked off',
    async () => {
      await lookAgain(stack.db.prisma, stack.practiceId, new Date());
      expect((await lookFurther(stack.db)).more).toBe(true);
    },
  ],
  [
    'contacts that were forgotten',
    () => forgottenContacts(stack.db, atOnce),
    // With each of their channels, which are noted as told.
    atOnce * 10,
  ],
  ['dispatchers that were forgotten', () => forgottenDispatchers(stack.db, limits.sweepBatch)],
  [
    'an endpoint that has posted nothing for years, though it was told',
    async () => {
      const { db, practiceId } = stack;
      await createEndpoint(db, practiceId, { url: 'https://example.com/', types: [] });
      await db.prisma.webhookEndpoint.updateMany({
        where: { practiceId },
        data: { afterTurn: 0, afterSeq: 0, wokenAt: new Date(0) },
      });
      expect(await endpointsToWake(db, limits.endpointsWoken)).toMatchObject([{ stuck: true }]);
    },
  ],
  ['deliveries that are overdue', () => expireOverdue(stack.db, limits.sweepBatch)],
  [
    'queues whose length was noted a moment ago, and one whose was not',
    async () => {
      await sampleQueues(stack.db);
      await stack.db.prisma.queueSample.deleteMany({ where: { practiceId: sharing } });
      await sampleQueues(stack.db);
    },
    // What waits in the whole practice is counted.
    contactsWaiting * waiting * 2 + most,
  ],
  ['what is old enough to be forgotten', () => prune(stack.db, 0)],
  [
    'what the practice keeps no longer',
    async () => {
      const retention = { messages: 'P90D', replies: 'P90D' };
      await call('PATCH', '/settings', { retention });
      // The last contact's turn: with something old, like all of them.
      const [retentionAt, retentionAfter] = [new Date(), `old-9998`];
      await stack.db.prisma.practice.updateMany({
        where: { id: stack.practiceId },
        data: { retentionAt, retentionAfter },
      });
      await forgetFinished(stack.db, 0);
    },
  ],
  [
    'signals that wait for a key',
    () => signalsWaitingFor(stack.db, ['new', 'older'], { after: newId(), most: 500 }),
  ],
];

it.each(stories)('%s reads no more than it is about', async (_story, run, rows = most) => {
  expect(await tooMuchIn(run, rows)).toEqual([]);
});

it.each(stories.filter(([story]) => /^contacts (?!that were)/.test(story)))(
  '%s reads no more, also where the planner knows nothing of the tables yet',
  async (_story, run, rows = most) => {
    expect(await tooMuchIn(run, rows, { statistics: false })).toEqual([]);
  },
);

it('statistics read no event that was counted before', async () => {
  await stack.db.prisma.practice.updateMany({ data: { countedAt: null } });
  await countEvents(stack.db, Infinity);
  const statements = await statementsOf(() => call('GET', '/statistics'));
  // Those of the last stories may be too new to be counted.
  expect(await rowsRead(client, statements, 'events')).toBeLessThan(100);
});

it.each([
  '/contacts?',
  '/contacts?state=waived&',
  '/contacts?light=red&',
  '/contacts?state=accepted&',
  '/contacts?dueBefore=2039-01-01T00:00:00Z&',
  '/contacts?light=red&dueBefore=2039-01-01T00:00:00Z&',
  '/messages?',
  '/messages?status=delivered&',
  `/contacts/${held.id}/messages?status=queued&`,
  '/inbound?',
])('a long page of %s takes no statement for each of its items', async (path) => {
  // Staff said of many that they need not be asked.
  await stack.db.prisma.channel.updateMany({
    where: { contactId: { startsWith: 'old-12' }, method: 'sms' },
    data: { state: 'waived' },
  });
  const count = async (limit: number) =>
    (await statementsOf(() => call('GET', `${path}limit=${limit}`))).length;
  // Some are sent once in a while, whatever is asked.
  expect(await count(50)).toBeLessThan((await count(2)) + 10);
});

async function tooMuchIn(
  run: () => Promise<unknown>,
  rows: number,
  planner: { statistics?: boolean } = {},
): Promise<string[]> {
  const statements = await statementsOf(run);
  expect(statements.length).toBeGreaterThan(0);
  const wrong: string[] = [];
  for (const statement of statements) {
    const isLonger = countsWaiting.test(statement.text) || forgetsAnswers.test(statement.text);
    const limits = { growing, most: isLonger ? Infinity : rows, ...planner };
    for (const problem of await problemsOf(client, statement, limits))
      wrong.push(`${problem}: ${statement.text.replaceAll(/\s+/g, ' ').slice(0, 600)}`);
  }
  return wrong;
}
