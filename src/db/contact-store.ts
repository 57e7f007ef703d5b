import { unsendableReason } from '../domain/address.ts';
import type { AssignedAddress } from '../domain/consent-state.ts';
import type { ConsentMethod, Method } from '../domain/method.ts';
import type { ContactRef } from '../domain/ids.ts';
import { nameWords } from '../domain/name-words.ts';
import { changeConsents, type Announcement } from './consent-store.ts';
import { activeSuppressions, barsOf } from './suppression-store.ts';
import { lockContacts, type ContactView } from './contact-lock.ts';
import type { Database, Sql } from './database.ts';

/** A contact as its practice describes it; addresses are already normalised (src/domain/address.ts). */
export type ContactDetails = {
  name: string;
  role: 'client' | 'contact';
  methods: Method[];
  email?: string;
  phone?: string;
  fax?: string;
  timeZone?: string;
  locale?: string;
  /** `YYYY-MM-DD`. */
  birthDate?: string;
  actsFor?: string[];
};

const sealed = {
  name: 'contacts.name',
  birthDate: 'contacts.birth_date',
  address: 'channels.address',
} as const;

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
    SELECT c.practice_id, c.id, m.method FROM contacts c, unnest(ARRAY['email', 'sms', 'fax']) AS m (method)
    WHERE c.practice_id = ${practiceId} AND c.id = ANY(${contactIds})
    ORDER BY c.id COLLATE "C", m.method ON CONFLICT DO NOTHING`;
}

export type Registration = { contactId: string; details: ContactDetails };
export type Registered = {
  created: boolean;
  announcements: Announcement[];
  before: ContactView;
  contact: ContactView;
};

/** Registers or replaces contacts of one practice, in a few statements whatever their number; in the order given. */
export async function putContacts(
  db: Database,
  sql: Sql,
  practiceId: string,
  registrations: readonly Registration[],
): Promise<Registered[]> {
  const contactIds = registrations.map(({ contactId }) => contactId);
  await ensureContacts(db, sql, practiceId, contactIds);
  const locked = await lockContacts(sql, practiceId, contactIds);
  const before = new Map(locked.map((contact) => [contact.ref.contactId, contact]));
  await describe(db, sql, practiceId, registrations);

  const given = registrations.map(({ details }) => ({
    email: hashOf(db, details.email),
    sms: hashOf(db, details.phone),
    fax: hashOf(db, details.fax),
  }));
  const hashes = given.flatMap(({ email, sms }) => [email.address ?? [], sms.address ?? []].flat());
  const suppressions = await activeSuppressions(sql, practiceId, hashes);
  const assigned = (
    method: ConsentMethod,
    { address }: AssignedAddress,
    number?: string,
  ): AssignedAddress => {
    if (!address) return {};
    const { closed, doubt } = barsOf(suppressions.get(`${method} ${address}`));
    const unsendable = number === undefined ? undefined : unsendableReason(number);
    const suppressed = closed
      ? { kind: closed.kind, reason: closed.reason }
      : unsendable !== undefined && ({ kind: 'unreachable', reason: unsendable } as const);
    return { address, ...(suppressed ? { suppressed } : {}), ...(doubt ? { doubt } : {}) };
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
        email: assigned('email', given[index]!.email),
        sms: assigned('sms', given[index]!.sms, details.phone),
        fax: given[index]!.fax,
      }),
      evidence: {
        methods: details.methods.join(','),
        email: details.email,
        phone: details.phone,
      },
    })),
  );
  return changes.map(({ contact, announcements }) => {
    const earlier = before.get(contact.ref.contactId)!;
    return { created: !earlier.consent.registered, announcements, before: earlier, contact };
  });
}

/** Writes what the practice told us, sealed. */
async function describe(
  db: Database,
  sql: Sql,
  practiceId: string,
  registrations: readonly Registration[],
): Promise<void> {
  const seal = (value: string | undefined, context: string): string | null =>
    value === undefined ? null : db.cipher.seal(value, context);
  // Named beside the rows: see `writeConsents`.
  const ids = registrations.map(({ contactId }) => contactId);
  const contacts = registrations.map(({ contactId, details }) => ({
    id: contactId,
    role: details.role,
    name: seal(details.name, sealed.name),
    name_words: nameHashes(db, practiceId, details.name),
    birth_date: seal(details.birthDate, sealed.birthDate),
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
  const addresses = registrations.flatMap(({ contactId, details }) => [
    { contact_id: contactId, method: 'email', address: seal(details.email, sealed.address) },
    { contact_id: contactId, method: 'sms', address: seal(details.phone, sealed.address) },
    { contact_id: contactId, method: 'fax', address: seal(details.fax, sealed.address) },
  ]);
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

/** Emails and numbers never look alike, so one key serves both. */
export function addressHash(db: Database, address: string): string {
  return db.lookup.hash(`address:${address}`);
}

/** Of each word of a name, for finding it; the same word in another practice has another hash. */
export function nameHashes(db: Database, practiceId: string, name: string): string[] {
  return nameWords(name).map((word) => db.lookup.hash(`name:${practiceId}:${word}`));
}

export function openAddress(
  db: Database,
  contact: ContactView,
  method: Method,
): string | undefined {
  const { addressEnc } = contact.lanes[method];
  return addressEnc === null ? undefined : db.cipher.open(addressEnc, sealed.address);
}

/** What the practice told us, opened, for PATCH, display and export. Undefined while unregistered. */
export function openDetails(db: Database, contact: ContactView): ContactDetails | undefined {
  if (!contact.consent.registered || contact.nameEnc === null) return undefined;
  const email = openAddress(db, contact, 'email');
  const phone = openAddress(db, contact, 'sms');
  const fax = openAddress(db, contact, 'fax');
  return {
    name: db.cipher.open(contact.nameEnc, sealed.name),
    role: contact.role as ContactDetails['role'],
    methods: (['email', 'sms', 'fax'] as const).filter((method) =>
      method === 'fax' ? contact.consent.fax.assigned : contact.consent.channels[method].assigned,
    ),
    ...(email === undefined ? {} : { email }),
    ...(phone === undefined ? {} : { phone }),
    ...(fax === undefined ? {} : { fax }),
    ...(contact.timeZone === null ? {} : { timeZone: contact.timeZone }),
    ...(contact.locale === null ? {} : { locale: contact.locale }),
    ...(contact.birthDateEnc === null
      ? {}
      : { birthDate: db.cipher.open(contact.birthDateEnc, sealed.birthDate) }),
    ...(contact.actsFor.length === 0 ? {} : { actsFor: contact.actsFor }),
  };
}

/** What is assigned right now, without a lock: only for checks that are made again when it matters. */
export async function contactMethods(sql: Sql, ref: ContactRef): Promise<Method[]> {
  const rows = await sql.channel.findMany({
    where: { ...ref, assigned: true },
    select: { method: true },
  });
  return rows.map((row) => row.method as Method);
}
