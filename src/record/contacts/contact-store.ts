import { unsendableReason } from '../../core/address.ts';
import { isAssigned, type AssignedAddress } from '../../core/consent/consent-state.ts';
import {
  addressField,
  byMethod,
  consentMethods,
  methods,
  type Addresses,
  type ConsentMethod,
  type Method,
} from '../../core/method.ts';
import type { ContactRef } from '../../core/ids.ts';
import { nameWords } from '../../core/name-words.ts';
import { subscriberOf } from '../../core/subscriber.ts';
import { ifReadable } from '../../platform/db/cipher.ts';
import { changeConsents, type Announcement } from '../consent/consent-store.ts';
import { refusalsOf } from '../consent/refusal-store.ts';
import { activeSuppressions, barsOf } from '../consent/suppression-store.ts';
import { lockContacts, type ContactView } from '../consent/contact-lock.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import { placeOf, type Place } from '../../platform/db/sealed-columns.ts';

/** A contact as its practice describes it; addresses are already normalised (src/core/address.ts). */
export type ContactDetails = Addresses & {
  name: string;
  role: 'client' | 'contact';
  methods: Method[];
  timeZone?: string;
  locale?: string;
  /** `YYYY-MM-DD`. */
  birthDate?: string;
  actsFor?: string[];
};

/**
 * Creates rows and lanes where there are none yet. `registered` stays false until somebody describes the contact: raw
 * signals may come first.
 */
export async function ensureContacts(
  db: Database,
  sql: Sql,
  practiceId: string,
  contactIds: readonly string[],
): Promise<void> {
  const now = db.clock.now();
  await sql.$executeRaw`
    INSERT INTO contacts (practice_id, id, registered, created_at, updated_at)
    SELECT p.id, c.id, false, ${now}, ${now} FROM practices p, unnest(${contactIds}::text[]) AS c (id)
    WHERE p.id = ${practiceId} ORDER BY c.id COLLATE "C" ON CONFLICT DO NOTHING`;
  await sql.$executeRaw`
    INSERT INTO channels (practice_id, contact_id, method)
    SELECT c.practice_id, c.id, m.method FROM contacts c, unnest(${methods}::text[]) AS m (method)
    WHERE c.practice_id = ${practiceId} AND c.id = ANY(${contactIds})
    ORDER BY c.id COLLATE "C", m.method ON CONFLICT DO NOTHING`;
}

export type Registration = { contactId: string; details: ContactDetails };
export type Registered = {
  created: boolean;
  /** Something about the contact is other than before. */
  changed: boolean;
  announcements: Announcement[];
  before: ContactView;
  contact: ContactView;
};
export type PutResult =
  | { ok: true; registered: Registered[] }
  /** An id is an alias (alias-store.ts), maybe since a moment ago: nothing was written; look it up, and try again. */
  | { ok: false; problem: 'moved' };

/**
 * Registers or replaces contacts of one practice, in a few statements whatever their number; in the order given. What
 * is written under an alias nobody would see, export or erase, so that is refused.
 */
export async function putContacts(
  db: Database,
  sql: Sql,
  practiceId: string,
  registrations: readonly Registration[],
): Promise<PutResult> {
  const contactIds = registrations.map(({ contactId }) => contactId);
  await ensureContacts(db, sql, practiceId, contactIds);
  const locked = await lockContacts(sql, practiceId, contactIds);
  if (locked.some(({ mergedInto }) => mergedInto !== null)) return { ok: false, problem: 'moved' };
  const before = new Map(locked.map((contact) => [contact.ref.contactId, contact]));
  await describe(db, sql, practiceId, registrations);

  const given = registrations.map(({ details }) =>
    byMethod((method) => hashOf(db, details[addressField(method)])),
  );
  const hashes = given.flatMap((one) => consentMethods.flatMap((m) => one[m].address ?? []));
  // A stop from before may be kept under the other form of the number.
  const former = new Map(
    registrations.flatMap(({ details: { phone } }) => {
      const hash = phone === undefined ? undefined : formerAddressHash(db, phone);
      return hash === undefined ? [] : [[addressHash(db, phone!), hash] as const];
    }),
  );
  const known = [...hashes, ...former.values()];
  const suppressions = await activeSuppressions(sql, practiceId, known);
  const refusals = await refusalsOf(sql, practiceId, known);
  const assigned = (
    method: ConsentMethod,
    { address }: AssignedAddress,
    details: ContactDetails,
  ): AssignedAddress => {
    if (!address) return {};
    const earlier = `${method} ${former.get(address)}`;
    const bars = suppressions.get(`${method} ${address}`) ?? suppressions.get(earlier);
    const { closed, doubt } = barsOf(bars);
    const unsendable = unsendableReason(method, details[addressField(method)] ?? '');
    const suppressed = closed
      ? { kind: closed.kind, reason: closed.reason }
      : unsendable !== undefined && ({ kind: 'unreachable', reason: unsendable } as const);
    const refused = refusals.get(`${method} ${address}`) ?? refusals.get(earlier);
    return {
      address,
      ...(suppressed ? { suppressed } : {}),
      ...(doubt ? { doubt } : {}),
      ...(refused ? { refused } : {}),
    };
  };
  const at = db.clock.now();
  const changes = await changeConsents(
    db,
    sql,
    registrations.map(({ contactId, details }, index) => ({
      contact: before.get(contactId)!,
      event: () => ({
        type: 'assigned',
        at,
        methods: details.methods,
        email: assigned('email', given[index]!.email, details),
        sms: assigned('sms', given[index]!.sms, details),
        fax: given[index]!.fax,
      }),
      evidence: {
        methods: details.methods.join(','),
        email: details.email,
        phone: details.phone,
      },
    })),
  );
  const registered = changes.map(({ contact, announcements }, index) => {
    const earlier = before.get(contact.ref.contactId)!;
    const { details } = registrations[index]!;
    // Those that cannot be read (any more) are other ones.
    const former = ifReadable(() => openDetails(db, earlier));
    const changed =
      contact.version !== earlier.version || JSON.stringify(former) !== JSON.stringify(details);
    const created = !earlier.consent.registered;
    return { created, changed, announcements, before: earlier, contact };
  });
  return { ok: true, registered };
}

/** Writes the practice's data on the contact, sealed. */
async function describe(
  db: Database,
  sql: Sql,
  practiceId: string,
  registrations: readonly Registration[],
): Promise<void> {
  const seal = (value: string | undefined, place: Place): string | null =>
    value === undefined ? null : db.cipher.seal(value, place);
  // Named beside the rows: see `writeConsents`.
  const ids = registrations.map(({ contactId }) => contactId);
  const contacts = registrations.map(({ contactId, details }) => ({
    id: contactId,
    role: details.role,
    name: seal(details.name, placeOf('contacts.name', practiceId, contactId)),
    name_words: nameHashes(db, practiceId, details.name),
    birth_date: seal(details.birthDate, placeOf('contacts.birth_date', practiceId, contactId)),
    time_zone: details.timeZone ?? null,
    locale: details.locale ?? null,
    acts_for: details.actsFor ?? [],
  }));
  await sql.$executeRaw`
    UPDATE contacts c
    SET role = x.role, name_enc = x.name, name_words = x.name_words, birth_date_enc = x.birth_date, time_zone = x.time_zone,
        locale = x.locale, acts_for = x.acts_for, updated_at = ${db.clock.now()}, erased_at = NULL
    FROM jsonb_to_recordset(${JSON.stringify(contacts)}::jsonb)
      AS x (id text, role text, name text, name_words text[], birth_date text, time_zone text, locale text,
            acts_for text[])
    WHERE c.practice_id = ${practiceId} AND c.id = ANY(${ids}) AND c.id = x.id`;
  const addresses = registrations.flatMap(({ contactId, details }) =>
    methods.map((method) => ({
      contact_id: contactId,
      method,
      address: seal(
        details[addressField(method)],
        placeOf('channels.address', practiceId, contactId, method),
      ),
    })),
  );
  await sql.$executeRaw`
    UPDATE channels ch SET address_enc = x.address
    FROM jsonb_to_recordset(${JSON.stringify(addresses)}::jsonb)
      AS x (contact_id text, method text, address text)
    WHERE ch.practice_id = ${practiceId} AND ch.contact_id = ANY(${ids})
      AND ch.contact_id = x.contact_id AND ch.method = x.method`;
}

function hashOf(db: Database, address: string | undefined): { address?: string } {
  return address === undefined ? {} : { address: addressHash(db, address) };
}

/**
 * Emails and numbers never look alike, so one key serves both. The one door to the hash: both ways in which a number may
 * be written lead to the same.
 */
export function addressHash(db: Database, address: string): string {
  return db.lookup.hash('address', subscriberOf(address));
}

/** How the number was looked up before there was one form for both ways of writing it; undefined: as today. */
export function formerAddressHash(db: Database, address: string): string | undefined {
  return subscriberOf(address) === address ? undefined : db.lookup.hash('address', address);
}

/** Of each word of a name, for finding it; the same word in another practice has another hash. */
export function nameHashes(db: Database, practiceId: string, name: string): string[] {
  return nameWords(name).map((word) => db.lookup.hash('name', `${practiceId}:${word}`));
}

export function openAddress(
  db: Database,
  contact: ContactView,
  method: Method,
): string | undefined {
  const { practiceId, contactId } = contact.ref;
  const { addressEnc } = contact.lanes[method];
  return addressEnc === null
    ? undefined
    : db.cipher.open(addressEnc, placeOf('channels.address', practiceId, contactId, method));
}

/** The practice's data on the contact, opened, for PATCH, display and export. Undefined while unregistered. */
export function openDetails(db: Database, contact: ContactView): ContactDetails | undefined {
  if (!contact.consent.registered || contact.nameEnc === null) return undefined;
  const { practiceId, contactId } = contact.ref;
  const addresses = methods.flatMap((method) => {
    const address = openAddress(db, contact, method);
    return address === undefined ? [] : [[addressField(method), address] as const];
  });
  return {
    name: db.cipher.open(contact.nameEnc, placeOf('contacts.name', practiceId, contactId)),
    role: contact.role as ContactDetails['role'],
    methods: methods.filter((method) => isAssigned(contact.consent, method)),
    ...Object.fromEntries(addresses),
    ...(contact.timeZone === null ? {} : { timeZone: contact.timeZone }),
    ...(contact.locale === null ? {} : { locale: contact.locale }),
    ...(contact.birthDateEnc === null
      ? {}
      : {
          birthDate: db.cipher.open(
            contact.birthDateEnc,
            placeOf('contacts.birth_date', practiceId, contactId),
          ),
        }),
    ...(contact.actsFor.length === 0 ? {} : { actsFor: contact.actsFor }),
  };
}

/** The methods assigned right now, without a lock: only for checks that are repeated under one. */
export async function contactMethods(sql: Sql, ref: ContactRef): Promise<Method[]> {
  const rows = await sql.channel.findMany({
    where: { ...ref, assigned: true },
    select: { method: true },
  });
  return rows.map((row) => row.method as Method);
}

/** The same, of several contacts; one without any is not among them. */
export async function methodsByContact(
  sql: Sql,
  practiceId: string,
  contactIds: readonly string[],
): Promise<Map<string, Method[]>> {
  const rows = await sql.channel.findMany({
    where: { practiceId, contactId: { in: [...new Set(contactIds)] }, assigned: true },
    select: { contactId: true, method: true },
  });
  const byContact = new Map<string, Method[]>();
  for (const { contactId, method } of rows)
    byContact.set(contactId, [...(byContact.get(contactId) ?? []), method as Method]);
  return byContact;
}
