import type { AssignedAddress } from '../domain/consent-state.ts';
import { consentMethods, type ConsentMethod, type Method } from '../domain/method.ts';
import type { ContactRef } from '../domain/ids.ts';
import { changeConsent, activeSuppression, type Announcement } from './consent-store.ts';
import { lockContact, type ContactView } from './contact-lock.ts';
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
 * Creates the row and its three lanes when there is none yet. `registered` stays false until somebody describes the
 * contact: raw signals may come first.
 */
export async function ensureContact(db: Database, sql: Sql, ref: ContactRef): Promise<boolean> {
  const now = db.clock.now();
  const created = await sql.$executeRaw`
    INSERT INTO contacts (practice_id, id, registered, created_at, updated_at)
    SELECT p.id, ${ref.contactId}, false, ${now}, ${now} FROM practices p WHERE p.id = ${ref.practiceId}
    ON CONFLICT DO NOTHING`;
  if (created === 0) return false;
  await sql.channel.createMany({
    data: ['email', 'sms', 'fax'].map((method) => ({
      practiceId: ref.practiceId,
      contactId: ref.contactId,
      method,
      assigned: false,
      epoch: 0,
      state: 'not_sent',
      failures: 0,
    })),
  });
  return true;
}

/** Registers or replaces. `created`: it was not registered before. */
export async function putContact(
  db: Database,
  sql: Sql,
  ref: ContactRef,
  details: ContactDetails,
): Promise<{ created: boolean; announcements: Announcement[]; contact: ContactView }> {
  await ensureContact(db, sql, ref);
  const before = await lockContact(sql, ref);
  if (!before) throw new Error(`practice ${ref.practiceId} has no row`);
  await sql.contact.update({
    where: { practiceId_id: { practiceId: ref.practiceId, id: ref.contactId } },
    data: {
      role: details.role,
      nameEnc: db.cipher.seal(details.name, sealed.name),
      birthDateEnc: details.birthDate ? db.cipher.seal(details.birthDate, sealed.birthDate) : null,
      timeZone: details.timeZone ?? null,
      locale: details.locale ?? null,
      actsFor: details.actsFor ?? [],
      updatedAt: db.clock.now(),
    },
  });
  const { announcements, contact } = await assign(db, sql, before, details);
  return { created: !before.consent.registered, announcements, contact };
}

async function assign(db: Database, sql: Sql, contact: ContactView, details: ContactDetails) {
  const at = db.clock.now();
  const { ref } = contact;
  const given: Record<Method, string | undefined> = {
    email: details.email,
    sms: details.phone,
    fax: details.fax,
  };
  const hashOf = (method: Method): { address?: string } => {
    const address = given[method];
    return address === undefined ? {} : { address: addressHash(db, address) };
  };
  const assigned = async (method: ConsentMethod): Promise<AssignedAddress> => {
    const { address } = hashOf(method);
    if (address === undefined) return {};
    const suppressed = await activeSuppression(sql, ref.practiceId, method, address);
    return suppressed ? { address, suppressed } : { address };
  };
  const email = await assigned('email');
  const sms = await assigned('sms');
  const change = await changeConsent(
    db,
    sql,
    contact,
    () => ({ type: 'assigned', at, methods: details.methods, email, sms, fax: hashOf('fax') }),
    { methods: details.methods.join(','), email: given.email, phone: given.sms },
  );
  for (const method of [...consentMethods, 'fax'] as const) {
    const address = given[method];
    await sql.channel.update({
      where: {
        practiceId_contactId_method: { ...ref, method },
      },
      data: { addressEnc: address === undefined ? null : db.cipher.seal(address, sealed.address) },
    });
  }
  return change;
}

/** Emails and numbers never look alike, so one key serves both. */
export function addressHash(db: Database, address: string): string {
  return db.lookup.hash(`address:${address}`);
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
