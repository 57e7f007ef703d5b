import { randomUUID } from 'node:crypto';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { pino } from 'pino';
import { createRates, sendingOf } from '../../src/main/compose.ts';
import { loadConfig } from '../../src/platform/config/config.ts';
import { openDatabase, type Database } from '../../src/platform/db/database.ts';
import { beginDispatch, dueLanes, planDispatch } from '../../src/record/messages/dispatch-store.ts';
import { countEvents } from '../../src/record/practices/event-days.ts';
import { acrossPractices, inPractice } from '../../src/platform/db/practice-scope.ts';
import { createKey, createPractice } from '../../src/record/practices/practice-store.ts';
import { sampleQueues } from '../../src/features/statistics/statistics-store.ts';
import {
  expireOverdue,
  forgetOld,
  forgottenContacts,
  forgottenDispatchers,
} from '../../src/delivery/sweep-store.ts';
import { sendHeads, type DrainDependencies } from '../../src/delivery/drain.ts';
import { limits } from '../../src/core/limits.ts';
import { buildApp } from '../../src/main/app.ts';
import type { WorkflowClient } from '../../src/signals/workflow-client.ts';
import { newDatabase, serviceUrl } from '../../test/harness/databases.ts';
import { testIdentity, testKey } from '../../test/harness/service.ts';

/** What happens all day, without Temporal and without providers: the database's part of it. */

/** A database, and the service over it. */
export type Place = {
  databaseUrl: string;
  practiceId: string;
  /** Green, and looked after by the dispatcher. */
  contactIds: readonly string[];
  call: (method: 'PUT' | 'POST', path: string, body: object) => Promise<void>;
  sending: DrainDependencies;
  sweeper: Database;
  close(): Promise<void>;
};
export type Story = (place: Place, round: number) => Promise<unknown>;

const practiceId = 'measured';
const contacts = 200;
/** Contacts that have a message due at one moment. */
const dueAtOnce = 50;

/** Signals no workflow: there is no Temporal. */
const workflows: WorkflowClient = {
  tell: async () => undefined,
  restartStuck: async () => [],
  announce: async () => undefined,
  tellDispatcher: async () => undefined,
  wakeDispatcher: async () => true,
  wakeEndpoint: async () => true,
};
const providers: DrainDependencies['providers'] = {
  email: {
    sendBatch: async (emails) => emails.map(() => ({ ok: true, providerId: randomUUID() })),
  },
  sms: { sendSms: async () => ({ providerId: randomUUID() }) },
};

export async function openedAt(server: string, name: string): Promise<Place> {
  const databaseUrl = await newDatabase(server, name);
  const config = loadConfig({
    PORT: '3000',
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: 'localhost:7233',
    ENCRYPTION_KEYS: testKey,
    LOG_LEVEL: 'silent',
  });
  const clock = { now: () => new Date() };
  const open = (url: string, scoped: boolean): Promise<Database> =>
    openDatabase({ url, encryptionKeys: config.encryptionKeys, clock, scoped });
  const owner = await open(databaseUrl, false);
  const sender = { ...testIdentity, emailFrom: 'hello@practice.example', smsFrom: '+12025550100' };
  const settings = { quietHours: null, sender };
  await createPractice(owner, { id: practiceId, name: 'Measured', settings });
  const { key } = await createKey(owner, practiceId, 'bench');
  const api = await open(serviceUrl(databaseUrl, 'api'), true);
  const worker = await open(serviceUrl(databaseUrl, 'worker'), true);
  const sweeper = await open(serviceUrl(databaseUrl, 'sweeper'), true);
  const app = await buildApp({ config, db: api, workflows }, pino({ level: 'silent' }));
  const call = calling(app, key);
  const contactIds = Array.from({ length: contacts }, (_, n) => `green-${n}`);
  await call('PUT', '/contacts', contactIds.map(person));
  await call('POST', '/consents', contactIds.flatMap(consents));
  await owner.prisma.channel.updateMany({
    data: { dispatched: true, lookAt: null, wokenAt: null },
  });
  return {
    databaseUrl,
    practiceId,
    contactIds,
    call,
    sending: {
      db: worker,
      providers,
      rates: createRates(config, worker),
      sending: sendingOf(config),
      stopping: new AbortController().signal,
    },
    sweeper,
    async close() {
      await app.close();
      for (const db of [owner, api, worker, sweeper]) await db.close();
    },
  };
}

function calling(app: FastifyInstance, key: string): Place['call'] {
  return async (method, path, body) => {
    const options: InjectOptions = {
      method,
      url: `/v1${path}`,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      payload: JSON.stringify(body),
    };
    const { statusCode, body: answer } = await app.inject(options);
    if (statusCode >= 300) throw new Error(`${method} ${path}: ${statusCode} ${answer}`);
  };
}

function person(id: string, n: number) {
  const phone = `+1202${2_000_000 + n}`;
  const methods = ['email', 'sms'];
  return { id, name: 'Ann', role: 'client', methods, email: `${id}@example.com`, phone };
}

function consents(contactId: string, n: number) {
  const { email, phone } = person(contactId, n);
  const common = { contactId, source: 'import', obtainedAt: '2026-01-01T00:00:00Z', evidence: 'x' };
  return [
    { ...common, method: 'email', address: email },
    { ...common, method: 'sms', address: phone },
  ];
}

const message = (methods: readonly string[]) => ({
  kind: 'ad_hoc',
  subject: 's',
  body: 'b',
  methods,
});
const register: Story = ({ call }, round) => {
  const { id, ...body } = person(`new-${round}`, 1_000_000 + round);
  return call('PUT', `/contacts/${id}`, body);
};
const store: Story = ({ call, contactIds }, round) =>
  call('POST', `/contacts/${contactIds[round % contacts]}/messages`, message(['sms']));
/** What `store` stored. */
const claim: Story = ({ sending, contactIds }, round) =>
  inPractice(practiceId, async () => {
    const lanes = {
      practiceId,
      method: 'sms' as const,
      contactIds: [contactIds[round % contacts]!],
    };
    const step = await sendHeads(sending, lanes);
    if (step.kind !== 'called') throw new Error(`not called: ${step.kind}`);
  });
const storeMany: Story = ({ call, contactIds }) =>
  call(
    'POST',
    '/messages',
    contactIds.slice(0, dueAtOnce).map((contactId) => ({ contactId, ...message(['email']) })),
  );
/** What `storeMany` stored. */
const dispatch: Story = ({ sending }) =>
  inPractice(practiceId, async () => {
    const { db } = sending;
    await beginDispatch(db, practiceId);
    const contactIds = await dueLanes(db, practiceId, 'email', limits.emailBatch);
    const step = await sendHeads(sending, { practiceId, method: 'email', contactIds });
    if (step.kind !== 'called' || step.handled !== dueAtOnce)
      throw new Error(`not all were sent: ${step.kind}`);
    await planDispatch(db, practiceId);
  });
const sweep: Story = ({ sweeper }) =>
  acrossPractices(async () => {
    await forgottenContacts(sweeper, limits.sweepBatch);
    await forgottenDispatchers(sweeper, limits.sweepBatch);
    await expireOverdue(sweeper, limits.sweepBatch);
    await sampleQueues(sweeper);
    await countEvents(sweeper, 0);
    await forgetOld(sweeper);
  });

export const stories: readonly [name: string, story: Story][] = [
  ['a contact is registered', register],
  ['a message is stored', store],
  ['it is claimed, sent and settled', claim],
  [`${dueAtOnce} messages are stored`, storeMany],
  ['they are dispatched, sent and settled', dispatch],
  ['a sweep', sweep],
];
