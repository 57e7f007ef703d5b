import { readFile } from 'node:fs/promises';
import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prune } from '../src/delivery/prune.ts';
import { addressColumns, eraseLate } from '../src/features/contacts/erase.ts';
import { hashColumns } from '../src/platform/db/lookup.ts';
import { addressHash } from '../src/record/contacts/contact-store.ts';
import { sealBatch } from '../src/delivery/batch.ts';
import { answerOn } from '../packages/demo/page-answer.ts';
import { placeOf } from '../src/platform/db/sealed-columns.ts';
import { forgetOld } from '../src/delivery/sweep-store.ts';
import { leftoverLimits } from '../src/core/limits/leftover-limits.ts';
import { limits } from '../src/core/limits.ts';
import { mailboxOf } from '../src/core/mailbox.ts';
import { begin, byEmail, both, bySms, choose, chooseHosted, codeTo } from './harness/bookings.ts';
import { leftoversIn, opened, type Leftover } from './harness/leftovers.ts';
import { open, submit } from './harness/pages.ts';
import {
  arrived,
  contents,
  lightOf,
  linkOf,
  register,
  someone,
  type Person,
} from './harness/people.ts';
import { startStack, until, type Stack } from './harness/stack.ts';
import { signIn } from './harness/visitor.ts';

/**
 * Erased is erased. One person leaves marks at every door of the service; afterwards every column of every table is
 * opened and searched, and the answers that are given again, the logs, and what Temporal holds.
 */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

let serial = 0;

/** What is known of somebody, no two alike; and what only they could have said, or was said of them. */
function marked() {
  serial += 1;
  const n = `${serial}${process.pid}`;
  const person = someone();
  const email = `zebulon.${n}@example.com`;
  const former = `former.${n}@example.com`;
  const fax = `+1415${person.phone.slice(-7)}`;
  const marks = {
    name: `Zebulon${n}`,
    email,
    former,
    phone: person.phone,
    fax,
    birthDate: `19${String(60 + serial).padStart(2, '0')}-07-23`,
    messageSubject: `subject-mark-${n}`,
    messageBody: `body-mark-${n}`,
    about: `about-mark-${n}`,
    queuedBody: `queued-mark-${n}`,
    lostBody: `lost-mark-${n}`,
    signalBody: `signal-mark-${n}`,
    replyText: `reply-mark-${n}`,
    strangerText: `stranger-mark-${n}`,
    waiver: `waiver-mark-${n}`,
    evidence: `evidence-mark-${n}`,
    userAgent: `agent-mark-${n}`,
    bookedName: `Booked${n}`,
    typed: `typed-mark-${n}`,
  };
  const { db, practiceId } = stack;
  const hashes = {
    emailHash: addressHash(db, email),
    formerHash: addressHash(db, former),
    phoneHash: addressHash(db, person.phone),
    faxHash: addressHash(db, fax),
    nameHash: db.lookup.hash('name', `${practiceId}:${marks.name.toLowerCase()}`),
  };
  return { person: { ...person, email }, marks, markers: { ...marks, ...hashes } };
}
type Marked = ReturnType<typeof marked>;

const keyed = (key: string) => ({ 'idempotency-key': key, 'optgate-actor': 'Dr. Staff' });
const post = <T = object>(path: string, body: unknown, key: string) =>
  stack.call<T>('POST', `/v1${path}`, body, keyed(key));

async function textUs({ phone }: Person, text: string): Promise<void> {
  const to = stack.config.senders.smsFrom;
  expect((await stack.control('/inbound', { from: phone, to, text })).ok).toBe(true);
}

/** The calls that were made with an Idempotency-Key, to be made again. */
type Made = { path: string; body: unknown; key: string };

/**
 * A provider takes the email, and its answer is lost. The call that was frozen for a repeat is put back, as earlier
 * releases left it where a report said first that the email had arrived.
 */
async function loseAnswer({ id, email }: Person, body: string): Promise<void> {
  const fault = { channel: 'email', kind: 'accept_then_drop', count: 1 };
  expect((await stack.control('/faults', fault)).ok).toBe(true);
  const before = await stack.outbox(email);
  const message = { kind: 'ad_hoc', subject: 's', body, methods: ['email'] };
  expect((await post(`/contacts/${id}/messages`, message, `lost-${id}`)).status).toBe(202);
  await until('it arrived', async () => (await stack.outbox(email)).length > before.length);
  const carried = await until('the report says so', () =>
    stack.db.prisma.delivery.findFirst({
      where: { contactId: id, status: 'delivered', providerId: { not: null } },
      orderBy: { arrival: 'desc' },
    }),
  );
  const batch = { practiceId: stack.practiceId, id: carried.batchId! };
  await until('its call is forgotten', async () => {
    const kept = await stack.db.prisma.batch.findFirstOrThrow({ where: batch });
    return kept.payloadEnc === '';
  });
  const frozen = [
    { deliveryId: carried.id, from: 'x@example.com', to: email, subject: 's', text: body },
  ];
  const payloadEnc = sealBatch(stack.db, batch, frozen);
  await stack.db.prisma.batch.updateMany({ where: batch, data: { payloadEnc } });
}

/** Through every door that takes something of a person. */
async function leaveMarks({ person, marks }: Marked): Promise<Made[]> {
  const made: Made[] = [];
  const call = async (path: string, body: unknown): Promise<void> => {
    const key = `${person.id}-${made.length}`;
    const { status } = await post(path, body, key);
    expect([path, status < 300]).toEqual([path, true]);
    made.push({ path, body, key });
  };
  const at = `/contacts/${person.id}`;
  // Before anybody is registered with the number.
  await textUs(person, marks.strangerText);
  await until('it is kept', () =>
    stack.db.prisma.inboundMessage.findFirst({
      where: { addressHash: addressHash(stack.db, person.phone) },
    }),
  );
  const details = {
    name: marks.name,
    role: 'client',
    methods: ['email', 'sms', 'fax'],
    phone: person.phone,
    fax: marks.fax,
    birthDate: marks.birthDate,
    locale: 'es',
    timeZone: 'America/Chicago',
  };
  const put = (body: object) => stack.call('PUT', `/v1${at}`, body);
  expect((await put({ ...details, email: marks.former })).status).toBe(201);
  await call(`${at}/opt-in`, { methods: ['email'] });
  await until('it was asked', async () => (await stack.outbox(marks.former)).length > 0);
  expect((await put({ ...details, email: person.email })).status).toBe(200);
  await call(`${at}/consents`, {
    method: 'sms',
    address: person.phone,
    source: 'paper',
    obtainedAt: '2026-01-01T00:00:00Z',
    evidence: marks.evidence,
  });
  await call(`${at}/waivers`, { method: 'sms', reason: marks.waiver });
  await call(`${at}/messages`, {
    kind: 'ad_hoc',
    subject: marks.messageSubject,
    body: marks.messageBody,
    about: marks.about,
    methods: ['email'],
  });
  const [asked] = await until('the email is asked', async () => {
    const entries = (await arrived(stack, person)).filter(({ text }) => text.includes('/o/'));
    return entries.length > 0 && entries;
  });
  const { html } = await open(linkOf(asked!));
  await open(linkOf(asked!), {
    method: 'POST',
    headers: { 'user-agent': marks.userAgent },
    body: new URLSearchParams(answerOn(html, 'accept')),
  });
  await until('it arrived', async () => (await contents(stack, person, 'email')).length > 0);
  await loseAnswer(person, marks.lostBody);
  await textUs(person, marks.replyText);
  await until('it is kept', async () => {
    const rows = await stack.db.prisma.inboundMessage.count({ where: { contactId: person.id } });
    return rows > 0;
  });
  await call(`${at}/messages`, [
    {
      kind: 'ad_hoc',
      subject: 's',
      body: marks.queuedBody,
      methods: ['email'],
      sendAt: '2040-01-01T00:00:00Z',
    },
  ]);
  await call('/messages', [
    {
      contactId: person.id,
      kind: 'ad_hoc',
      subject: 's',
      body: marks.queuedBody,
      methods: ['fax'],
      sendAt: '2040-01-01T00:00:00Z',
    },
  ]);
  await stack.client.workflow.signalWithStart('contact', {
    workflowId: stack.workflowId(person.id),
    taskQueue: stack.taskQueue,
    signal: 'sendMessage',
    signalArgs: [
      { messageId: `raw ${person.id}`, kind: 'ad_hoc', subject: 's', body: marks.signalBody },
    ],
  });
  await until('the raw signal is kept', () =>
    stack.db.prisma.rejectedSignal.findFirst({ where: { contactId: person.id } }),
  );
  const scheduled = await begin(stack, {
    contactId: person.id,
    name: marks.bookedName,
    email: person.email,
  });
  await choose(scheduled, both(person));
  await codeTo(stack, person.phone);
  const hosted = await chooseHosted(stack, { ...byEmail(person), name: marks.bookedName });
  await call('/booking-sessions', { contactId: person.id, name: marks.bookedName });
  expect((await open(hosted)).status).toBe(200);
  const staff = await signIn(stack, stack.apiKey);
  const csrf = await staff.token();
  await staff.open(`/console/contacts/${person.id}/edit`, { csrf, name: marks.typed, email: 'x' });
  return made;
}

async function erase({ id }: Person): Promise<void> {
  await until(
    'it is erased',
    async () => (await stack.call('DELETE', `/v1/contacts/${id}`)).status === 204,
  );
}

/** Hashes that name nobody: where the address said stop, and where it still can. */
const stillSaysStop = ['unsubscribe_links.address_hash', 'texted_from.address_hash'];
/** … and, for a day, that it was asked, or sent codes: erasing must not begin those counts again. */
const countForADay = ['questions.mailbox_hash', 'code_requests.mailbox_hash'];
const allowed = new Set(['suppressions.address_hash', ...stillSaysStop, ...countForADay]);

async function left({ markers }: Marked): Promise<Leftover[]> {
  const found = await leftoversIn(stack, markers);
  return found.filter(({ column }) => !allowed.has(column));
}

/** What the person was told, to be found again: else an empty answer would prove nothing. */
async function isEverywhere(who: Marked): Promise<void> {
  const found = await leftoversIn(stack, who.markers);
  const columns = new Set(found.map(({ column }) => column));
  expect([...columns]).toEqual(
    expect.arrayContaining([
      'contacts.name_enc',
      'contacts.birth_date_enc',
      'channels.address_enc',
      'channels.address_hash',
      'messages.content_enc',
      'deliveries.address_hash',
      'deliveries.content_enc',
      'batches.payload_enc',
      'inbound_messages.text_enc',
      'ledger.fields_enc',
      'booking_sessions.details_enc',
      'idempotency_keys.answer_enc',
      'rejected_signals.payload_enc',
      'opt_in_requests.address_hash',
      'preference_links.address_hash',
      'unsubscribe_links.address_hash',
      'code_requests.mailbox_hash',
    ]),
  );
  const unseen = Object.keys(who.markers).filter(
    (marker) => !found.some((one) => one.marker === marker),
  );
  expect(unseen).toEqual([]);
}

const gone = async (calls: readonly Made[]): Promise<void> => {
  for (const { path, body, key } of calls) {
    const again = await post(path, body, key);
    expect([path, again.status, again.headers.get('idempotency-replayed')]).toEqual([
      path,
      404,
      null,
    ]);
  }
};

const unsubscribeOf = async (person: Person): Promise<string> => {
  const entries = (await stack.outbox(person.email)) as unknown as {
    headers: Record<string, string>;
  }[];
  const links = entries.flatMap(({ headers }) =>
    Object.entries(headers).flatMap(([name, value]) =>
      name.toLowerCase() === 'list-unsubscribe' ? (/<(http[^>]+)>/.exec(value)?.[1] ?? []) : [],
    ),
  );
  expect(links.length).toBeGreaterThan(0);
  return links.at(-1)!;
};

describe('a contact that is erased', () => {
  let who: Marked;
  let made: Made[];
  beforeAll(async () => {
    who = marked();
    made = await leaveMarks(who);
    await isEverywhere(who);
    await erase(who.person);
  });

  it('is in no column of any table, opened with the keys, but for what still says stop', async () => {
    // A page of the console says what was refused once, within a minute, or never.
    stack.time.offsetMs += limits.noticeMs + 1;
    await forgetOld(stack.db);
    expect(await left(who)).toEqual([]);
    const stays = await leftoversIn(stack, who.markers);
    const columns = new Set(stays.map(({ column }) => column));
    expect(columns).toEqual(new Set([...stillSaysStop, ...countForADay]));
  });

  it('is in no answer that is given again, and the call is not made again either', async () => {
    await gone(made);
    expect(await left(who)).toEqual([]);
  });

  it('is in no line of the log', () => {
    const lines = stack.logLines.join('\n').toLowerCase();
    for (const words of Object.values(who.marks)) expect(lines).not.toContain(words.toLowerCase());
  });

  it('is in nothing that Temporal shows: input, memo, search attributes, and no text that is not sealed', async () => {
    const handle = stack.client.workflow.getHandle(stack.workflowId(who.person.id));
    await until('it ended', async () => (await handle.describe()).status.name === 'COMPLETED');
    const { memo, searchAttributes, raw } = await handle.describe();
    const history = await handle.fetchHistory();
    const shown = JSON.stringify([memo, searchAttributes, raw, history], (_key, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value,
    ).toLowerCase();
    expect(shown).toContain(who.person.id);
    for (const words of Object.values(who.marks)) expect(shown).not.toContain(words.toLowerCase());
  });

  it('can still say stop by a link in an old email, and is not written to again', async () => {
    const url = await unsubscribeOf(who.person);
    expect((await open(url)).html).toContain('Test Practice');
    const clicked = await open(url, {
      method: 'POST',
      body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
    });
    expect(clicked.status).toBe(200);
    const again = { ...someone(), email: who.person.email };
    await register(stack, again, ['email']);
    expect((await lightOf(stack, again)).channels.email).toMatchObject({
      state: 'revoked',
      reason: 'unsubscribed',
    });
    const asked = await stack.call('POST', `/v1/contacts/${again.id}/opt-in`, {});
    expect(asked).toMatchObject({ status: 409, body: { error: { code: 'revoked' } } });
  });
});

function importUnder(id: string, { person, marks }: Marked) {
  const { name, birthDate } = marks;
  const entry = { id, name, birthDate, role: 'client', methods: ['email', 'sms'] };
  const { email, phone } = person;
  return stack.call('PUT', '/v1/contacts', [{ ...entry, email, phone }]);
}

/** As earlier releases did with an array call under the id of a merged contact. */
async function registeredUnderAlias(id: string, mergedInto: string, who: Marked): Promise<void> {
  const row = { practiceId: stack.practiceId, id };
  const { erasedAt } = await stack.db.prisma.contact.findFirstOrThrow({ where: row });
  await stack.db.prisma.contact.updateMany({ where: row, data: { mergedInto: null } });
  expect((await importUnder(id, who)).status).toBe(200);
  await stack.db.prisma.contact.updateMany({ where: row, data: { mergedInto, erasedAt } });
}

it('a contact that was merged, and then erased, is erased under both ids', async () => {
  const [joins, stays] = [marked(), marked()];
  const made = [...(await leaveMarks(joins)), ...(await leaveMarks(stays))];
  const [path, key] = [`/contacts/${joins.person.id}/merge`, `merge-${stays.person.id}`];
  const body = { into: stays.person.id };
  await until('they are merged', async () => (await post(path, body, key)).status === 200);
  made.push({ path, body, key });
  const replayed = await post<{ name: string }>(path, body, key);
  expect(replayed.headers.get('idempotency-replayed')).toBe('true');
  expect(replayed.body.name).toContain('Zebulon');
  const links = [await unsubscribeOf(joins.person), await unsubscribeOf(stays.person)];
  // As a nightly import does that still knows the old id.
  const imported = marked();
  await importUnder(joins.person.id, imported);
  await registeredUnderAlias(joins.person.id, stays.person.id, imported);
  const unseen = await leftoversIn(stack, imported.markers);
  expect(new Set(unseen.map(({ column }) => column))).toEqual(
    new Set([
      'contacts.name_enc',
      'contacts.name_words',
      'contacts.birth_date_enc',
      'channels.address_enc',
      'channels.address_hash',
      'ledger.fields_enc',
    ]),
  );
  await erase(stays.person);
  expect(await left(imported)).toEqual([]);
  // Once more, as it went on every night after the erasure.
  await registeredUnderAlias(joins.person.id, stays.person.id, imported);
  stack.time.offsetMs += limits.noticeMs + 1;
  await forgetOld(stack.db);
  expect(await left(joins)).toEqual([]);
  expect(await left(stays)).toEqual([]);
  expect(await left(imported)).toEqual([]);
  await gone(made);
  for (const url of links) expect((await open(url, { method: 'POST' })).status).toBe(200);
});

describe('in the middle of something', () => {
  it('of a signal that comes again, or was under way, only stays that there was one', async () => {
    const [ann, old] = [someone(), someone()];
    await register(stack, ann);
    await register(stack, old);
    const words = { first: `first-mark-${ann.id}`, late: `late-mark-${ann.id}` };
    const signal = (id: string, name: string, body: string) =>
      stack.client.workflow.signalWithStart('contact', {
        workflowId: stack.workflowId(id),
        taskQueue: stack.taskQueue,
        signal: name,
        signalArgs: [{ messageId: `${ann.id}-m`, kind: 'ad_hoc', subject: 's', body }],
      });
    await signal(ann.id, 'sendMessage', words.first);
    await until('it is queued', async () => (await lightOf(stack, ann)).queued === 1);
    await until('they are merged', async () => {
      const body = { into: ann.id };
      return (await stack.call('POST', `/v1/contacts/${old.id}/merge`, body)).status === 200;
    });
    await stack.stopWorkers();
    await signal(ann.id, 'sendMessage', words.late);
    await signal(old.id, `say ${words.late}`, words.late);
    await erase(ann);
    await stack.startWorker();
    const mine = { where: { contactId: { in: [ann.id, old.id] } } };
    const count = (n: number) => async () =>
      (await stack.db.prisma.rejectedSignal.count(mine)) === n;
    await until('both are noted', count(2));
    // By a scheduler that repeats after a timeout, or by somebody with the bytes from the history.
    await signal(ann.id, 'sendMessage', words.first);
    await signal(old.id, 'sendMessage', words.first);
    await until('so are these', count(4));
    expect(await leftoversIn(stack, words)).toEqual([]);
    type Rejected = { contactId: string; signal: string; payload: unknown; reason: string };
    const { body } = await stack.call<{ items: Rejected[] }>('GET', '/v1/rejected-signals');
    const listed = body.items.filter(({ contactId }) => contactId === ann.id);
    expect(listed).toHaveLength(4);
    for (const { payload, reason } of listed)
      expect([payload, reason]).toEqual([null, expect.stringContaining('was erased')]);
    // What could not be taken has an end, whatever it was.
    stack.time.offsetMs += leftoverLimits.rejectedSignalMs + 60_000;
    await forgetOld(stack.db);
    expect(await stack.db.prisma.rejectedSignal.count(mine)).toBe(0);
  });

  it('signals of erased contacts that an earlier release kept with their words lose them', async () => {
    const [ann, old] = [someone(), someone()];
    await register(stack, ann);
    await register(stack, old);
    await until('they are merged', async () => {
      const body = { into: ann.id };
      return (await stack.call('POST', `/v1/contacts/${old.id}/merge`, body)).status === 200;
    });
    await erase(ann);
    const mark = `kept-mark-${ann.id}`;
    const common = { practiceId: stack.practiceId, receivedAt: stack.db.clock.now() };
    for (const contactId of [ann.id, old.id]) {
      const id = newId();
      const place = placeOf('rejected_signals.payload', stack.practiceId, id);
      const payloadEnc = stack.db.cipher.seal(JSON.stringify({ mark }), place);
      const words = { signal: mark, reason: `bad ${mark}`, payloadEnc };
      await stack.db.prisma.rejectedSignal.create({ data: { ...common, ...words, id, contactId } });
    }
    const migration = '../prisma/migrations/20261201041100_rejected_of_erased/migration.sql';
    const statement = await readFile(new URL(migration, import.meta.url), 'utf8');
    await stack.db.prisma.$executeRawUnsafe(statement);
    expect(await leftoversIn(stack, { mark })).toEqual([]);
  });

  it('a call that nobody can repeat any more is emptied', async () => {
    const { practiceId, db } = stack;
    const mark = `old-call-${process.pid}`;
    const batch = { practiceId, id: newId() };
    const frozen = [
      { deliveryId: newId(), from: 'x@example.com', to: 'y', subject: mark, text: 'x' },
    ];
    const createdAt = db.clock.now();
    const payloadEnc = sealBatch(db, batch, frozen);
    await db.prisma.batch.create({ data: { ...batch, createdAt, payloadEnc } });
    await forgetOld(db);
    expect(await leftoversIn(stack, { mark })).toHaveLength(1);
    stack.time.offsetMs += limits.emailRepeatMs + 1;
    await forgetOld(db);
    expect(await leftoversIn(stack, { mark })).toEqual([]);
  });

  it('a booking whose contact is erased is over, and its code proves nothing', async () => {
    const ann = someone();
    await register(stack, ann);
    const link = await begin(stack, { contactId: ann.id });
    await choose(link, byEmail(ann));
    const code = await codeTo(stack, ann.email);
    await erase(ann);
    const page = await open(link, {
      method: 'POST',
      body: new URLSearchParams({ do: 'prove', codeEmail: code }),
    });
    expect(page.status).toBe(404);
    expect((await open(link)).status).toBe(404);
    expect(await leftoversIn(stack, { email: ann.email })).toEqual([]);
  });

  it('a code of the booking that stored itself in the same moment goes with it', async () => {
    const [ann, typed] = [someone(), someone()];
    await register(stack, ann);
    const link = await begin(stack, { contactId: ann.id });
    const { practiceId, db } = stack;
    const mine = { practiceId, contactIds: { has: ann.id } };
    const { id } = await db.prisma.bookingSession.findFirstOrThrow({ where: mine });
    // As if the erasure had not seen it.
    await db.prisma.bookingSession.updateMany({ where: { id }, data: { contactIds: [] } });
    await erase(ann);
    const seen = { contactIds: [ann.id] };
    await db.prisma.bookingSession.updateMany({ where: { id }, data: seen });
    await stack.stopWorkers();
    await choose(link, byEmail(typed));
    const code = await db.prisma.bookingCode.findFirstOrThrow({ where: { sessionId: id } });
    const stateOf = async () => {
      const { status, contentEnc } = await db.prisma.delivery.findFirstOrThrow({
        where: { id: code.id },
      });
      return { status, emptied: contentEnc === null };
    };
    const becomes = (status: string) =>
      db.prisma.delivery.updateMany({ where: { id: code.id }, data: { status } });
    // Its call is under way: the next round comes after it.
    await becomes('sending');
    await eraseLate(db);
    expect(await stateOf()).toEqual({ status: 'sending', emptied: false });
    await becomes('queued');
    await eraseLate(db);
    expect(await stateOf()).toEqual({ status: 'cancelled', emptied: true });
    await stack.startWorker();
    expect((await open(link)).status).toBe(404);
    expect(await marksOf(typed)).toEqual([]);
  });

  it('what stored itself in the same moment is found by the sweeper', async () => {
    const ann = someone();
    await register(stack, ann);
    const link = await begin(stack, { contactId: ann.id, email: ann.email });
    const { practiceId } = stack;
    const mine = { practiceId, contactIds: { has: ann.id } };
    const session = await stack.db.prisma.bookingSession.findFirstOrThrow({ where: mine });
    const key = `same-moment-${ann.id}`;
    await post(`/contacts/${ann.id}/waivers`, { method: 'sms', reason: 'x' }, key);
    const answer = await stack.db.prisma.idempotencyKey.findFirstOrThrow({ where: { key } });
    await erase(ann);
    // As if they had been committed while the contact was being erased.
    await stack.db.prisma.bookingSession.create({ data: session });
    await stack.db.prisma.idempotencyKey.update({
      where: { practiceId_scope_key: { practiceId, scope: answer.scope, key } },
      data: { answerEnc: answer.answerEnc, bodyHash: answer.bodyHash },
    });
    // Also before the sweeper comes, it is not given again.
    const again = await post(`/contacts/${ann.id}/waivers`, { method: 'sms', reason: 'x' }, key);
    expect(again.status).toBe(404);
    await eraseLate(stack.db);
    expect((await open(link)).status).toBe(404);
    expect(await leftoversIn(stack, { email: ann.email, phone: ann.phone })).toEqual([]);
  });

  it('requests for codes count on for a day, or erasing would send the mailbox more', async () => {
    const { id, ...ann } = someone();
    const email = `v.ictor.${id.slice(2)}+clinic@gmail.com`;
    const person = { ...ann, id, email };
    await register(stack, person, ['email']);
    for (let asked = 0; asked <= limits.codesPerHour; asked += 1)
      await chooseHosted(stack, byEmail(person));
    await codeTo(stack, email, limits.codesPerHour);
    const mailboxHash = addressHash(stack.db, mailboxOf(email));
    const left = () => stack.db.prisma.codeRequest.count({ where: { mailboxHash } });
    expect(await left()).toBe(limits.codesPerHour + 1);
    await erase(person);
    expect(await left()).toBe(limits.codesPerHour + 1);
    await register(stack, person, ['email']);
    await chooseHosted(stack, byEmail(person));
    const sent = { where: { mailboxHash, queued: true } };
    expect(await stack.db.prisma.codeRequest.count(sent)).toBe(limits.codesPerHour);
    stack.time.offsetMs += limits.codeRequestMs + 1;
    await prune(stack.db, Date.now() + 10_000);
    stack.time.offsetMs -= limits.codeRequestMs + 1;
    expect(await left()).toBe(0);
  });

  it('an address that somebody else has too stays theirs', async () => {
    const [ann, bob] = [someone(), someone()];
    const shared = { ...bob, phone: ann.phone };
    await register(stack, ann, ['sms']);
    await register(stack, shared, ['sms']);
    const link = await chooseHosted(stack, { ...byEmail(bob) });
    await erase(ann);
    expect((await open(link)).status).toBe(200);
    expect((await lightOf(stack, shared)).light).toBe('red');
    const { body } = await stack.call<{ phone: string }>('GET', `/v1/contacts/${bob.id}`);
    expect(body.phone).toBe(ann.phone);
  });
});

/** What is left of an address, but for the hashes that may stay. */
async function marksOf({ email, phone }: Person): Promise<Leftover[]> {
  const [emailHash, phoneHash] = [addressHash(stack.db, email), addressHash(stack.db, phone)];
  const found = await leftoversIn(stack, { email, phone, emailHash, phoneHash });
  return found.filter(({ column }) => !allowed.has(column));
}

describe('an address that came in by a booking goes with the contact', () => {
  /** Ann is the contact; the other addresses are nobody's until then. */
  const doors: [string, (ann: Person, other: Person) => Promise<unknown>][] = [
    [
      'named by the scheduler, and never used',
      (ann, { email, phone }) => begin(stack, { contactId: ann.id, email, phone }),
    ],
    [
      'named by the scheduler, with a code that arrived',
      async (ann, other) => {
        const link = await begin(stack, { contactId: ann.id, email: other.email });
        await choose(link, byEmail({ email: '' }));
        await codeTo(stack, other.email);
      },
    ],
    [
      'typed on the page, with codes that arrived',
      async (ann, other) => {
        await choose(await begin(stack, { contactId: ann.id }), both(other));
        await codeTo(stack, other.email);
        await codeTo(stack, other.phone);
      },
    ],
    [
      'typed on the page, and replaced there by the contact’s own',
      async (ann, other) => {
        const link = await begin(stack, { contactId: ann.id });
        await choose(link, both(other));
        await codeTo(stack, other.email);
        await codeTo(stack, other.phone);
        await submit(link, { do: 'reopen' });
        await choose(link, byEmail(ann));
        await codeTo(stack, ann.email);
      },
    ],
    [
      'typed on the page, under an id that was merged into the contact’s',
      async (ann, other) => {
        const old = someone();
        await register(stack, old);
        await choose(await begin(stack, { contactId: old.id }), both(other));
        await codeTo(stack, other.email);
        await codeTo(stack, other.phone);
        const path = `/v1/contacts/${old.id}/merge`;
        await until(
          'they are merged',
          async () => (await stack.call('POST', path, { into: ann.id })).status === 200,
        );
      },
    ],
  ];
  it.each(doors)('%s', async (_door, enter) => {
    const [ann, other] = [someone(), someone()];
    await register(stack, ann);
    await textUs(other, 'hello, what are your hours');
    await until('it is kept', () =>
      stack.db.prisma.inboundMessage.findFirst({
        where: { addressHash: addressHash(stack.db, other.phone) },
      }),
    );
    await enter(ann, other);
    expect(new Set((await marksOf(other)).map(({ marker }) => marker)).size).toBeGreaterThan(1);
    await erase(ann);
    // Only where the number was part of a booking does what came from there go, too.
    const left = (await marksOf(other)).filter(
      ({ column }) => !column.startsWith('inbound_messages.'),
    );
    expect(left).toEqual([]);
    expect(await marksOf(ann)).toEqual([]);
  });

  it('what was written from a number of the booking goes too', async () => {
    const [ann, other] = [someone(), someone()];
    await register(stack, ann);
    await textUs(other, 'hello, what are your hours');
    const from = { where: { addressHash: addressHash(stack.db, other.phone) } };
    await until('it is kept', () => stack.db.prisma.inboundMessage.findFirst(from));
    await begin(stack, { contactId: ann.id, phone: other.phone });
    await erase(ann);
    expect(await stack.db.prisma.inboundMessage.count(from)).toBe(0);
  });

  it('a code that has not left never leaves', async () => {
    const [ann, other] = [someone(), someone()];
    await register(stack, ann);
    await stack.stopWorkers();
    await choose(await begin(stack, { contactId: ann.id }), both(other));
    // Of the public page, begun with an address of the contact.
    const stranger = someone();
    await chooseHosted(stack, both({ ...stranger, email: ann.email }));
    const waiting = { purpose: 'code', status: 'queued', practiceId: stack.practiceId };
    const queued = await stack.db.prisma.delivery.findMany({ where: waiting });
    expect(queued).toHaveLength(4);
    await erase(ann);
    const codes = await stack.db.prisma.delivery.findMany({
      where: { id: { in: queued.map(({ id }) => id) } },
    });
    for (const { status, reason, contentEnc, addressHash: hash } of codes)
      expect({ status, reason, contentEnc, hash }).toEqual({
        status: 'cancelled',
        reason: 'the contact was erased',
        contentEnc: null,
        hash: null,
      });
    await stack.startWorker();
    for (const person of [ann, other, stranger]) expect(await marksOf(person)).toEqual([]);
  });

  it('is waited for while a code to it is being sent', async () => {
    const [ann, other] = [someone(), someone()];
    await register(stack, ann);
    await stack.stopWorkers();
    await choose(await begin(stack, { contactId: ann.id }), byEmail(other));
    const code = { addressHash: addressHash(stack.db, other.email) };
    const becomes = (status: string) =>
      stack.db.prisma.delivery.updateMany({ where: code, data: { status } });
    await becomes('sending');
    expect((await stack.call('DELETE', `/v1/contacts/${ann.id}`)).status).toBe(409);
    await becomes('sent');
    expect((await stack.call('DELETE', `/v1/contacts/${ann.id}`)).status).toBe(204);
    await stack.startWorker();
    expect(await marksOf(other)).toEqual([]);
  });

  it('stays where another contact has it: only the code of the booking goes', async () => {
    const [ann, bob] = [someone(), someone()];
    await register(stack, ann);
    await register(stack, bob, ['sms']);
    await textUs(bob, 'hello there');
    const words = { where: { contactId: bob.id } };
    await until('it is kept', () => stack.db.prisma.inboundMessage.findFirst(words));
    await choose(await begin(stack, { contactId: ann.id }), bySms(bob));
    const code = await codeTo(stack, bob.phone);
    await choose(await begin(stack, { contactId: bob.id }), bySms(bob));
    const own = await codeTo(stack, bob.phone, 2);
    await erase(ann);
    expect(await stack.db.prisma.inboundMessage.count(words)).toBe(1);
    expect(await leftoversIn(stack, { code: `your code is ${code}.` })).toEqual([]);
    const { id } = await stack.db.prisma.bookingSession.findFirstOrThrow({
      where: { contactIds: { has: bob.id } },
    });
    const his = await stack.db.prisma.bookingCode.findFirstOrThrow({ where: { sessionId: id } });
    const kept = await stack.db.prisma.delivery.findFirstOrThrow({ where: { id: his.id } });
    expect(opened(kept.contentEnc!)).toContain(own);
  });

  it('is looked for in every column that holds one beside the id of a contact', async () => {
    const rows = await stack.db.prisma.$queryRaw<{ table: string }[]>`
      SELECT DISTINCT table_name AS table FROM information_schema.columns
      WHERE table_schema = 'public' AND column_name IN ('contact_id', 'contact_ids')`;
    const tables = new Set(rows.map(({ table }) => table));
    const beside = hashColumns.address.filter((column) => tables.has(column.split('.')[0]!));
    // That one is the practice's own number.
    const others = new Set<string>(['inbound_messages.receiver_hash']);
    expect(addressColumns.toSorted()).toEqual(
      beside.filter((column) => !others.has(column)).toSorted(),
    );
  });
});

it('an answer that speaks of others is given again when somebody else is erased', async () => {
  const [ann, bob] = [someone(), someone()];
  for (const person of [ann, bob]) await register(stack, person);
  const path = `/contacts/${bob.id}/waivers`;
  const body = { method: 'sms', reason: 'x' };
  const key = `stays-${bob.id}`;
  const first = await post(path, body, key);
  await erase(ann);
  const again = await post(path, body, key);
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect(again.body).toEqual(first.body);
});
