import { v7 as newId } from 'uuid';
import { currentRef } from '../../record/contacts/alias-store.ts';
import type { BookingChoice, BookingSession } from '../../record/links/booking-store.ts';
import { changeConsent, type Announcement } from '../../record/consent/consent-store.ts';
import {
  lockContact,
  lockContacts,
  readContact,
  type ContactView,
} from '../../record/consent/contact-lock.ts';
import {
  addressHash,
  openDetails,
  putContacts,
  type ContactDetails,
} from '../../record/contacts/contact-store.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import { noteForStaff } from '../../record/replies/inbound-store.ts';
import type { Evidence } from '../../ledger/store.ts';
import { activeSuppression } from '../../record/consent/suppression-store.ts';
import { bookedContact, mayGainAddress } from '../../core/booking.ts';
import type { Transition } from '../../core/consent/consent.ts';
import type { ContactRef } from '../../core/ids.ts';
import { consentMethods, type ConsentMethod } from '../../core/method.ts';
import { confirmOptIn } from '../../record/replies/answer-reply.ts';
import { codeSentAt } from './booking-code.ts';
import {
  asksBirthDate,
  countWrongDate,
  isBirthDate,
  isIdentityLocked,
} from '../opt-in/identity.ts';

/**
 * Decides what a proven address changes. A booking adds and never takes away: a person with its link may register
 * somebody new, and give an address to the contact that the practice named; it sends no contact's messages elsewhere
 * and lifts no stop. An address that must not count is kept as evidence, with a note to staff.
 */

export type Booked = {
  announcements: Announcement[];
  /** The contacts concerned. */
  contactIds: string[];
  /** The booking's memory for the next address. */
  session: BookingSession;
};

/** The booking's row is locked; the contacts are locked here, all at once. */
export async function recordBooked(
  db: Database,
  sql: Sql,
  session: BookingSession,
  proven: readonly ConsentMethod[],
): Promise<Booked> {
  const { own, whose, views } = await lockConcerned(db, sql, session, proven);
  const announcements: Announcement[] = [];
  let next = own === undefined ? session : { ...session, contactId: own };
  for (const one of whose) {
    const { contactId } = one;
    const before = views.get(contactId);
    const recorded = await record(db, sql, next, one, before);
    views.set(contactId, recorded.contact);
    announcements.push(...recorded.announcements);
    if (!isRegistered(before)) next = { ...next, registered: contactId };
  }
  const contactIds = [...new Set(whose.map(({ contactId }) => contactId))];
  return { announcements, contactIds, session: next };
}

/** `named`: the proven address is that of the contact named by the practice's scheduler. */
type Proven = {
  method: ConsentMethod;
  address: string;
  hash: string;
  contactId: string;
  named: boolean;
};

/** `own`: the contact that the first of this booking's addresses led to. */
type Concerned = { own: string | undefined; whose: Proven[] };

/** Looks once more for a contact merged or erased while we waited for the lock; then it counts as unknown. */
async function lockConcerned(
  db: Database,
  sql: Sql,
  session: BookingSession,
  proven: readonly ConsentMethod[],
): Promise<Concerned & { views: Map<string, ContactView> }> {
  for (;;) {
    const { own, whose } = await whoseAddresses(db, sql, session, proven);
    const contactIds = [...new Set(whose.map(({ contactId }) => contactId))];
    const locked = await lockContacts(sql, session.practiceId, contactIds);
    if (!locked.some(({ gone }) => gone))
      return { own, whose, views: new Map(locked.map((view) => [view.ref.contactId, view])) };
  }
}

async function whoseAddresses(
  db: Database,
  sql: Sql,
  session: BookingSession,
  proven: readonly ConsentMethod[],
): Promise<Concerned> {
  const { practiceId, given, choice } = session;
  const named = await presentId(sql, practiceId, given.contactId);
  let own = await presentId(sql, practiceId, session.contactId);
  const whose: Proven[] = [];
  for (const method of proven) {
    const address = choice?.addresses[method];
    if (address === undefined) continue;
    const hash = addressHash(db, address);
    const holders = await sql.$queryRaw<{ id: string }[]>`
      SELECT c.id FROM contacts c
      JOIN channels ch ON ch.practice_id = c.practice_id AND ch.contact_id = c.id AND ch.method = ${method}
      WHERE c.practice_id = ${practiceId} AND ch.address_hash = ${hash} AND c.registered
        AND c.erased_at IS NULL AND c.merged_into IS NULL LIMIT 2`;
    const known = { named, own, holders: holders.map(({ id }) => id) };
    const contactId = bookedContact(known) ?? newId();
    own ??= contactId;
    whose.push({ method, address, hash, contactId, named: contactId === named });
  }
  return { own, whose };
}

/** The contact that an id means today; undefined: none, or an erased one, which a booking does not bring back. */
async function presentId(
  sql: Sql,
  practiceId: string,
  contactId: string | undefined,
): Promise<string | undefined> {
  if (contactId === undefined) return undefined;
  const ref = await currentRef(sql, { practiceId, contactId });
  const view = await readContact(sql, ref);
  return view?.gone ? undefined : ref.contactId;
}

function isRegistered(contact: ContactView | undefined): contact is ContactView {
  return contact !== undefined && contact.consent.registered;
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
  const known = isRegistered(before) ? before : undefined;
  const identified = !known || isIdentified(db, known, method, choice?.birthDate);
  const bar = await activeSuppression(sql, practiceId, method, hash);
  const details = known
    ? identified && !bar && withAddress(openDetails(db, known), known, proven, session)
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
  // Proof of another address than the channel's adds nothing, and so tries nothing; where it has none, it may add one.
  const onRecord = contact.consent.channels[method].address;
  const adds = onRecord === undefined && mayGain(proven, session);
  const guessed = !identified && (onRecord === hash || adds);
  const counted = !guessed
    ? { contact: change.contact, changes: [] }
    : await countWrongDate(db, sql, change.contact, method, {
        via: 'online_scheduler',
        bookingId: session.id,
      });
  const note = notes[change.outcome];
  if (note !== undefined)
    await noteForStaff(db, sql, contact.ref, {
      meaning: 'booking',
      method,
      from: address,
      text: note,
    });
  return {
    contact: counted.contact,
    announcements: [
      ...(registered ? registered.announcements : []),
      ...[change, ...counted.changes].flatMap(({ announcements }) => announcements),
    ],
  };
}

/**
 * Too many wrong dates lock a booking as they lock a link: the right one counts no more. A contact gains no address
 * while any of its channels is locked.
 */
function isIdentified(
  db: Database,
  contact: ContactView,
  method: ConsentMethod,
  birthDate: string | undefined,
): boolean {
  if (!asksBirthDate(contact)) return true;
  const gains = contact.consent.channels[method].address === undefined;
  const tried = gains ? consentMethods : [method];
  if (tried.some((one) => isIdentityLocked(contact, one))) return false;
  return isBirthDate(db, contact, birthDate);
}

/** Read again, to include what was just stored about the contact. */
async function register(
  db: Database,
  sql: Sql,
  ref: ContactRef,
  details: ContactDetails,
): Promise<{ contact: ContactView; announcements: Announcement[] }> {
  const { practiceId, contactId } = ref;
  const put = await putContacts(db, sql, practiceId, [{ contactId, details }]);
  // Its lock is held since it was looked up, so that nobody merged it meanwhile.
  if (!put.ok) throw new Error('a contact was merged while it was locked');
  const contact = await lockContact(sql, ref);
  return { contact: contact!, announcements: put.registered[0]!.announcements };
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

/**
 * Undefined: nothing is added. An address that the contact has and was not reached by so far needs no more than the
 * proof.
 */
function withAddress(
  details: ContactDetails | undefined,
  { consent }: ContactView,
  proven: Proven,
  session: BookingSession,
): ContactDetails | undefined {
  const { method, address, hash } = proven;
  const today = consent.channels[method];
  if (!details || (today.address !== undefined && today.address !== hash)) return undefined;
  if (today.address === undefined && !mayGain(proven, session)) return undefined;
  if (today.address === hash && today.assigned) return undefined;
  const methods = details.methods.includes(method) ? details.methods : [...details.methods, method];
  return { ...details, methods, [fieldOf[method]]: address };
}

function mayGain({ contactId, named }: Proven, { registered }: BookingSession): boolean {
  return mayGainAddress(contactId, { named, registeredHere: registered });
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

/** Notes for staff. */
const notes: Partial<Record<Transition['outcome'], string>> = {
  other_address:
    'Booked online with this address, which is not the one on record, and proved that it is theirs. Nothing was changed: ask the person which one is right.',
  stopped_before:
    'Booked online and agreed to messages at this address, which nothing is sent to: it said stop before, or messages there were stopped. Nothing was changed: ask the person whether they want messages again.',
  not_identified:
    'Booked online with an address of this contact, but not with its date of birth. Nothing was changed: ask who it was.',
};
