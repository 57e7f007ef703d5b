import { v7 as newId } from 'uuid';
import { currentIds } from '../db/alias-store.ts';
import type { BookingChoice, BookingSession } from '../db/booking-store.ts';
import { changeConsent, type Announcement } from '../db/consent-store.ts';
import { lockContact, lockContacts, type ContactView } from '../db/contact-lock.ts';
import { addressHash, openDetails, putContacts, type ContactDetails } from '../db/contact-store.ts';
import type { Database, Sql } from '../db/database.ts';
import { noteForStaff } from '../db/inbound-store.ts';
import type { Evidence } from '../db/ledger-store.ts';
import { activeSuppression } from '../db/suppression-store.ts';
import { bookedContact } from '../domain/booking.ts';
import type { Transition } from '../domain/consent.ts';
import type { ContactRef } from '../domain/ids.ts';
import type { ConsentMethod } from '../domain/method.ts';
import { confirmOptIn } from './answer-reply.ts';
import { codeSentAt } from './booking-code.ts';
import { asksBirthDate, isBirthDate } from './identity.ts';

/**
 * What becomes of an address that was proven. A booking adds and never takes: whoever has its link may register
 * somebody new, and give an address to a contact that had none, but sends nobody's messages elsewhere and lifts no stop.
 * What must not count is kept as evidence, and staff are told.
 */

export type Booked = {
  announcements: Announcement[];
  /** Who is concerned; the first is whom the booking's next address is looked for at. */
  contactIds: string[];
};

/** The booking's row is locked; the contacts are locked here, all at once. */
export async function recordBooked(
  db: Database,
  sql: Sql,
  session: BookingSession,
  proven: readonly ConsentMethod[],
): Promise<Booked> {
  const { practiceId } = session;
  const whose = await whoseAddresses(db, sql, session, proven);
  const contactIds = [...new Set(whose.map(({ contactId }) => contactId))];
  const locked = await lockContacts(sql, practiceId, contactIds);
  const views = new Map(locked.map((contact) => [contact.ref.contactId, contact]));
  const announcements: Announcement[] = [];
  for (const one of whose) {
    const recorded = await record(db, sql, session, one, views.get(one.contactId));
    views.set(one.contactId, recorded.contact);
    announcements.push(...recorded.announcements);
  }
  return { announcements, contactIds };
}

type Proven = { method: ConsentMethod; address: string; hash: string; contactId: string };

async function whoseAddresses(
  db: Database,
  sql: Sql,
  session: BookingSession,
  proven: readonly ConsentMethod[],
): Promise<Proven[]> {
  const { practiceId, given, choice } = session;
  const [named] = await currentIds(sql, practiceId, given.contactId ? [given.contactId] : []);
  let own = session.contactId;
  const whose: Proven[] = [];
  for (const method of proven) {
    const address = choice?.addresses[method];
    if (address === undefined) continue;
    const hash = addressHash(db, address);
    const holders = await sql.$queryRaw<{ id: string }[]>`
      SELECT c.id FROM contacts c
      JOIN channels ch ON ch.practice_id = c.practice_id AND ch.contact_id = c.id AND ch.method = ${method}
      WHERE c.practice_id = ${practiceId} AND ch.address_hash = ${hash} AND c.registered LIMIT 2`;
    const known = { named, own, holders: holders.map(({ id }) => id) };
    const contactId = bookedContact(known) ?? newId();
    own ??= contactId;
    whose.push({ method, address, hash, contactId });
  }
  return whose;
}

async function record(
  db: Database,
  sql: Sql,
  session: BookingSession,
  proven: Proven,
  before: ContactView | undefined,
): Promise<{ contact: ContactView; announcements: Announcement[] }> {
  const { practiceId, choice } = session;
  const { method, address, hash } = proven;
  const known = before && !before.gone && before.consent.registered ? before : undefined;
  const identified = !known || !asksBirthDate(known) || isBirthDate(db, known, choice?.birthDate);
  const bar = await activeSuppression(sql, practiceId, method, hash);
  const details = known
    ? identified && !bar && withAddress(openDetails(db, known), known, proven)
    : newcomer(session, proven);
  const ref = { practiceId, contactId: proven.contactId };
  const registered = details && (await register(db, sql, ref, details));
  const contact = registered ? registered.contact : known!;

  const at = db.clock.now();
  const change = await changeConsent(
    db,
    sql,
    contact,
    (consentId) => ({
      type: 'booked',
      at,
      method,
      address: hash,
      consentId,
      barred: bar !== undefined,
      identified,
    }),
    await evidenceOf(sql, session, proven, choice!),
  );
  await confirmOptIn(db, sql, change);
  const note = notes[change.outcome];
  if (note !== undefined)
    await noteForStaff(db, sql, contact.ref, { method, from: address, text: note });
  return {
    contact: change.contact,
    announcements: [...(registered ? registered.announcements : []), ...change.announcements],
  };
}

/** Read again: what was just written down about the contact is part of it. */
async function register(
  db: Database,
  sql: Sql,
  ref: ContactRef,
  details: ContactDetails,
): Promise<{ contact: ContactView; announcements: Announcement[] }> {
  const { practiceId, contactId } = ref;
  const [registered] = await putContacts(db, sql, practiceId, [{ contactId, details }]);
  const contact = await lockContact(sql, ref);
  return { contact: contact!, announcements: registered!.announcements };
}

const fieldOf = { email: 'email', sms: 'phone' } as const;

function newcomer({ given, choice }: BookingSession, proven: Proven): ContactDetails {
  const { name, birthDate, locale } = choice!;
  return {
    name,
    role: 'client',
    methods: [proven.method],
    [fieldOf[proven.method]]: proven.address,
    locale: given.locale ?? locale,
    ...(birthDate === undefined ? {} : { birthDate }),
  };
}

/** Only where the contact had no address, or was not reached by this one; undefined: there is nothing to add. */
function withAddress(
  details: ContactDetails | undefined,
  { consent }: ContactView,
  { method, address, hash }: Proven,
): ContactDetails | undefined {
  const today = consent.channels[method];
  if (!details || (today.address !== undefined && today.address !== hash)) return undefined;
  if (today.address === hash && today.assigned) return undefined;
  const methods = details.methods.includes(method) ? details.methods : [...details.methods, method];
  return { ...details, methods, [fieldOf[method]]: address };
}

async function evidenceOf(
  sql: Sql,
  session: BookingSession,
  { method, address }: Proven,
  choice: BookingChoice,
): Promise<Evidence['fields']> {
  const sentAt = await codeSentAt(sql, session, method);
  return {
    via: 'online_scheduler',
    bookingId: session.id,
    hosted: session.hosted,
    address,
    obtainedAt: choice.at,
    ip: choice.ip,
    userAgent: choice.userAgent,
    pageVersion: choice.textVersion,
    pageText: choice.text,
    pageLocale: choice.locale,
    privacyPolicyVersion: choice.policyVersion,
    privacyPolicyUrl: choice.policyUrl,
    proof: 'code',
    codeSentAt: sentAt?.toISOString(),
  };
}

/** What staff read. */
const notes: Partial<Record<Transition['outcome'], string>> = {
  other_address:
    'Booked online with this address, which is not the one on record, and proved that it is theirs. Nothing was changed: ask the person which one is right.',
  stopped_before:
    'Booked online and agreed to messages at this address, which had said stop before. Nothing was changed: ask the person whether they want messages again.',
  not_identified:
    'Booked online with an address of this contact, but not with its date of birth. Nothing was changed: ask who it was.',
};
