import type { ConsentState, Channel, ChannelState } from '../../core/consent/consent-state.ts';
import { waivedReason } from '../../core/consent/consent-by-staff.ts';
import { newConsentState } from '../../core/consent/consent-state.ts';
import type { Doubt } from '../../core/consent/doubt.ts';
import type { Practice } from '../../core/consent/gate.ts';
import type { ContactRef } from '../../core/ids.ts';
import type { MessageKind } from '../../core/message/message.ts';
import { consentMethods, freeMethods, type Method } from '../../core/method.ts';
import { missingIdentity } from '../../core/sender.ts';
import { defaultSettings, type Settings } from '../../core/settings.ts';
import type {
  Channel as ChannelRow,
  Contact as ContactRow,
} from '../../platform/db/generated/client.ts';
import { Prisma, type Sql } from '../../platform/db/database.ts';

/**
 * The contact row is the one lock of everything that happens to a contact: consent transitions, new messages, claims.
 * Lock order where several are needed: by contact id. Transactions that hold it are short and never call a provider.
 */

export type PracticeView = Practice & { id: string; name: string; settings: Settings };

export type ContactView = {
  ref: ContactRef;
  version: number;
  role: string;
  nameEnc: string | null;
  birthDateEnc: string | null;
  timeZone: string | null;
  locale: string | null;
  actsFor: string[];
  createdAt: Date;
  /** Erased, or merged into another: nothing is done for it any more. */
  gone: boolean;
  /** The contact that this id means since the two were merged; null: it means itself. */
  mergedInto: string | null;
  /** Ids that were merged into it and whose messages have not all moved yet (joining.ts). */
  joining: string[];
  /** The person's own last word. */
  lastActionAt: Date | null;
  consent: ConsentState;
  lanes: Record<Method, ChannelRow>;
  practice: PracticeView;
};

/**
 * Of a channel `ch`: an erased or merged contact has no address, whatever a row from before that was so still says. Each
 * contact is asked about by its key: a join may read all contacts for each, where the planner has not counted them yet.
 */
export const isOfHolder = Prisma.sql`(SELECT c.erased_at IS NULL AND c.merged_into IS NULL FROM contacts c
  WHERE c.practice_id = ch.practice_id AND c.id = ch.contact_id)`;

/** Locks contacts of one practice, in id order, until the transaction ends. */
export async function holdContacts(
  sql: Sql,
  practiceId: string,
  contactIds: readonly string[],
): Promise<void> {
  await sql.$executeRaw`
    SELECT 1 FROM contacts WHERE practice_id = ${practiceId} AND id = ANY(${contactIds})
    ORDER BY id COLLATE "C" FOR UPDATE`;
}

/** Locks and reads those of the contacts that no other transaction holds, and waits for none of the others. */
export async function lockFreeContacts(
  sql: Sql,
  practiceId: string,
  contactIds: readonly string[],
): Promise<ContactView[]> {
  const free = await sql.$queryRaw<{ id: string }[]>`
    SELECT id FROM contacts WHERE practice_id = ${practiceId} AND id = ANY(${contactIds})
    ORDER BY id COLLATE "C" FOR UPDATE SKIP LOCKED`;
  return readContacts(
    sql,
    practiceId,
    free.map(({ id }) => id),
  );
}

/**
 * Locks contacts of one practice, in id order, and reads them. Unknown ids are left out. Must run inside a transaction;
 * the locks are held until it ends.
 */
export async function lockContacts(
  sql: Sql,
  practiceId: string,
  contactIds: readonly string[],
): Promise<ContactView[]> {
  if (contactIds.length === 0) return [];
  await holdContacts(sql, practiceId, contactIds);
  // Statements of their own: under READ COMMITTED they see what was committed while we waited for the locks.
  return readContacts(sql, practiceId, contactIds);
}

/** Serialises changes of a whole practice. Does not block transactions that only refer to the practice. */
export async function lockPractice(sql: Sql, practiceId: string): Promise<void> {
  await sql.$executeRaw`SELECT 1 FROM practices WHERE id = ${practiceId} FOR NO KEY UPDATE`;
}

/** Undefined: no such contact. */
export async function lockContact(sql: Sql, ref: ContactRef): Promise<ContactView | undefined> {
  return (await lockContacts(sql, ref.practiceId, [ref.contactId]))[0];
}

/** The contact that the id means, locked: another one, where the two were merged. */
export async function lockCurrent(sql: Sql, ref: ContactRef): Promise<ContactView | undefined> {
  const contact = await lockContact(sql, ref);
  if (!contact || contact.mergedInto === null) return contact;
  return lockContact(sql, { ...ref, contactId: contact.mergedInto });
}

/** The same view without locks, for reading. */
export async function readContacts(
  sql: Sql,
  practiceId: string,
  contactIds: readonly string[],
): Promise<ContactView[]> {
  const where = { practiceId, contactId: { in: [...contactIds] } };
  const [practice, contacts, channels] = [
    await sql.practice.findFirst({ where: { id: practiceId } }),
    await sql.contact.findMany({
      where: { practiceId, id: { in: [...contactIds] } },
      orderBy: { id: 'asc' },
    }),
    await sql.channel.findMany({ where }),
  ];
  if (!practice) return [];
  const view = practiceView(practiceId, practice);
  const lanes = new Map<string, ChannelRow[]>();
  for (const row of channels) lanes.set(row.contactId, [...(lanes.get(row.contactId) ?? []), row]);
  return contacts.map((row) => viewOf(row, lanes.get(row.id) ?? [], view));
}

/** By each id the contact that it means: another one, where the two were merged. */
export async function readCurrent(
  sql: Sql,
  practiceId: string,
  contactIds: readonly string[],
): Promise<Map<string, ContactView>> {
  const views = await readContacts(sql, practiceId, contactIds);
  const others = views.flatMap(({ mergedInto }) => mergedInto ?? []);
  const byId = new Map(
    [...views, ...(others.length > 0 ? await readContacts(sql, practiceId, others) : [])].map(
      (view) => [view.ref.contactId, view],
    ),
  );
  return new Map(
    views.map((view) => [view.ref.contactId, byId.get(view.mergedInto ?? '') ?? view]),
  );
}

export async function readContact(sql: Sql, ref: ContactRef): Promise<ContactView | undefined> {
  return (await readContacts(sql, ref.practiceId, [ref.contactId]))[0];
}

function viewOf(row: ContactRow, channels: ChannelRow[], practice: PracticeView): ContactView {
  const lanes = Object.fromEntries(channels.map((c) => [c.method, c])) as ContactView['lanes'];
  return {
    ref: { practiceId: row.practiceId, contactId: row.id },
    version: row.version,
    role: row.role,
    nameEnc: row.nameEnc,
    birthDateEnc: row.birthDateEnc,
    timeZone: row.timeZone,
    locale: row.locale,
    actsFor: row.actsFor,
    createdAt: row.createdAt,
    gone: row.erasedAt !== null || row.mergedInto !== null,
    mergedInto: row.mergedInto,
    joining: row.joining,
    lastActionAt: row.lastActionAt,
    consent: consentOf(row, lanes),
    lanes,
    practice,
  };
}

/** A practice that is known to exist. */
export async function readPracticeView(sql: Sql, id: string): Promise<PracticeView> {
  return practiceView(id, await sql.practice.findFirstOrThrow({ where: { id } }));
}

export function practiceView(
  id: string,
  row: {
    name: string;
    settings: unknown;
    suspendedReason: string | null;
    pausedReason: string | null;
  },
): PracticeView {
  // Stored settings hold the values that were set; settings added since have their defaults.
  const settings = { ...defaultSettings, ...(row.settings as Partial<Settings>) };
  return {
    id,
    name: row.name,
    settings,
    senderMissing: missingIdentity({ name: row.name, settings }),
    ...(row.suspendedReason === null ? {} : { suspendedReason: row.suspendedReason }),
    ...(row.pausedReason === null ? {} : { pausedReason: row.pausedReason }),
  };
}

function consentOf(row: ContactRow, lanes: Record<Method, ChannelRow>): ConsentState {
  const state = newConsentState();
  state.registered = row.registered;
  if (row.openedAt) state.openedAt = row.openedAt;
  state.declinedKinds = row.declinedKinds as MessageKind[];
  for (const method of consentMethods) state.channels[method] = channelOf(lanes[method]);
  for (const method of freeMethods) {
    const { assigned, addressHash } = lanes[method];
    state[method] = { assigned, ...(addressHash ? { address: addressHash } : {}) };
  }
  return state;
}

function channelOf(row: ChannelRow): Channel {
  // Earlier releases wrote the staff's words here; those are for the practice only.
  const reason = row.state === ('waived' satisfies ChannelState) ? waivedReason : row.reason;
  return {
    assigned: row.assigned,
    epoch: row.epoch,
    state: row.state as ChannelState,
    ...(row.addressHash === null ? {} : { address: row.addressHash }),
    ...(reason === null ? {} : { reason }),
    ...(row.lastSentAt === null ? {} : { lastSentAt: row.lastSentAt }),
    ...(row.acceptedAt === null ? {} : { acceptedAt: row.acceptedAt }),
    ...(row.revokedAt === null ? {} : { revokedAt: row.revokedAt }),
    ...(row.consentId === null ? {} : { consentId: row.consentId }),
    ...(row.doubt === null || row.doubtedAt === null
      ? {}
      : { doubt: { why: row.doubt as Doubt, since: row.doubtedAt } }),
  };
}
