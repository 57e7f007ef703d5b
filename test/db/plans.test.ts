import { MockActivityEnvironment } from '@temporalio/testing';
import pg from 'pg';
import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createActivities } from '../../activities/index.ts';
import { openRequests } from '../../src/answers/open-requests.ts';
import { createProviders, createRates, createWebhooks, sendingOf } from '../../src/compose.ts';
import { addressHash } from '../../src/db/contact-store.ts';
import { dueLanes, planDispatch } from '../../src/db/dispatch-store.ts';
import { areGuessesSpent } from '../../src/db/code-budget.ts';
import { queueCode } from '../../src/db/doorstep-store.ts';
import { createPractice } from '../../src/db/practice-store.ts';
import { countEvents } from '../../src/db/event-days.ts';
import { forgetFinished } from '../../src/db/retention.ts';
import { lookAgain, lookFurther } from '../../src/db/practice-looks.ts';
import {
  expireOverdue,
  forgottenContacts,
  forgottenDispatchers,
} from '../../src/db/sweep-store.ts';
import { spreadBars } from '../../src/delivery/spread-bars.ts';
import { spreadReopening } from '../../src/delivery/spread-reopenings.ts';
import { keepReopening } from '../../src/db/reopening-store.ts';
import { releasedBy } from '../../src/db/release.ts';
import { limits } from '../../src/domain/limits.ts';
import { prune } from '../../src/db/prune.ts';
import { signalsWaitingFor } from '../../src/db/rejected-signals.ts';
import { mayBeShared } from '../../src/db/sender-store.ts';
import { noteTexts } from '../../src/db/texted-from-store.ts';
import { resumeBatch } from '../../src/delivery/interrupted.ts';
import { lookAhead } from '../../src/delivery/look-ahead.ts';
import type { Providers } from '../../src/delivery/call.ts';
import { sendHeads } from '../../src/delivery/drain.ts';
import { transaction } from '../../src/db/transaction.ts';
import { ProviderRates } from '../../src/delivery/provider-rates.ts';
import { claimLanes } from '../../src/delivery/claim.ts';
import { fillTables, growing } from '../harness/bulk.ts';
import { formerValue } from '../harness/former-seals.ts';
import { register, registerWithConsent, someone, type Person } from '../harness/people.ts';
import { problemsOf } from '../harness/plans.ts';
import { postPlivo, postResend } from '../harness/signed-webhooks.ts';
import { statementsOf } from '../harness/statements.ts';
import { startStack, type Stack } from '../harness/stack.ts';
import { createHeldSignals } from '../../src/temporal/held-signals.ts';

/**
 * Of each story that happens all day: the statements that the service really sends, with their parameters, planned over
 * tables of some years. None reads a table that grows from end to end, or more rows of it than the story is about.
 */

/** Rows that one step of a plan may read or sort: a page of a list, with room. */
const most = 500;
/** Messages of a single contact that wait. */
const waiting = 2_000;

/**
 * How many wait for a contact is counted to be shown: that grows with what waits for this one, and with nothing else.
 */
const countsWaiting = /count\(DISTINCT message_id\)/;
/** An erasure looks through the practice's kept answers, of one day: the policies rule out an index over lists of ids. */
const forgetsAnswers = /UPDATE idempotency_keys SET answer_enc = NULL/;

const [green, held, joining, leaving] = [someone(), someone(), someone(), someone()];
const sender = '+12025550100';

let stack: Stack;
let client: pg.Client;
beforeAll(async () => {
  stack = await startStack({ worker: false });
  const { database } = stack.config;
  const url = database.kind === 'external' ? database.url : '';
  client = new pg.Client({ connectionString: url });
  await client.connect();
  // With the database's policies, which are part of every plan.
  await client.query(`SET optgate.practice = ${pg.escapeLiteral(stack.practiceId)}`);
  await registerWithConsent(stack, green, ['email', 'sms']);
  for (const person of [held, joining, leaving]) await register(stack, person, ['email', 'sms']);
  // It sends from the same number: whose a reply is must be looked up.
  await createPractice(stack.db, { id: 'sharing', name: 'Sharing' });
  for (const { phone } of [green, held]) await texted(phone);
  const contactIds = [green.id, held.id];
  // One for all rows.
  const content = formerValue('{"subject":"s","body":"b"}', 'messages.content');
  await fillTables(url, stack.practiceId, { contactIds, waiting, content });
  await countEvents(stack.db, 0);
  await client.query('SET ROLE optgate_api');
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
    [{ sender, addressHash: addressHash(stack.db, phone) }],
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
const sendTo = ({ id }: Person) => {
  const { config, db, practiceId } = stack;
  const providers: Providers = {
    email: { sendBatch: async (emails) => emails.map(() => ({ ok: true, providerId: newId() })) },
    sms: { sendSms: async () => ({ providerId: newId() }) },
  };
  const rates = createRates(config, db);
  const stopping = new AbortController().signal;
  const deps = { db, providers, rates, sending: sendingOf(config), stopping };
  return sendHeads(deps, { practiceId, contactIds: [id], method: 'email' });
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

const stories: [story: string, run: () => Promise<unknown>][] = [
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
  ['a provider’s report by its own id', () => reported('email.delivered')],
  ['a bounce', () => reported('email.bounced')],
  ['a complaint', () => reported('email.complained')],
  [
    'emails that are sent and settled',
    async () => expect((await sendTo(green)).kind).toBe('called'),
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
  ['a contact that is changed', () => call('PATCH', `/contacts/${green.id}`, { name: 'Ann' })],
  ['a contact that is looked at', () => call('GET', `/contacts/${held.id}`)],
  ['a page of contacts', () => call('GET', '/contacts?limit=50')],
  ['a page of red contacts', () => call('GET', '/contacts?limit=50&light=red')],
  ['messages that failed', () => call('GET', '/messages?status=failed')],
  [
    'messages that were cancelled, newest first',
    () => call('GET', '/messages?status=cancelled&order=newest'),
  ],
  ['statistics', () => call('GET', '/statistics')],
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
  ['a contact that is erased', () => call('DELETE', `/contacts/${leaving.id}`)],
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
    'a switch of the practice, worked off',
    async () => {
      await lookAgain(stack.db.prisma, stack.practiceId, new Date());
      expect((await lookFurther(stack.db)).more).toBe(true);
    },
  ],
  ['contacts that were forgotten', () => forgottenContacts(stack.db, limits.sweepBatch)],
  ['dispatchers that were forgotten', () => forgottenDispatchers(stack.db, limits.sweepBatch)],
  ['deliveries that are overdue', () => expireOverdue(stack.db, limits.sweepBatch)],
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

it.each(stories)('%s reads no more than it is about', async (_story, run) => {
  const statements = await statementsOf(run);
  expect(statements.length).toBeGreaterThan(0);
  const wrong: string[] = [];
  for (const statement of statements.filter(
    ({ text }) => !countsWaiting.test(text) && !forgetsAnswers.test(text),
  ))
    for (const problem of await problemsOf(client, statement, { growing, most }))
      wrong.push(`${problem}: ${statement.text.replaceAll(/\s+/g, ' ').slice(0, 600)}`);
  expect(wrong).toEqual([]);
});
