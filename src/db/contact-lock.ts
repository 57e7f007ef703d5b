import type { ConsentState, Channel, ChannelState } from '../domain/consent-state.ts';
import { newConsentState } from '../domain/consent-state.ts';
import type { Practice } from '../domain/gate.ts';
import type { ContactRef } from '../domain/ids.ts';
import type { Method } from '../domain/method.ts';
import { consentMethods } from '../domain/method.ts';
import { defaultSettings, type Settings } from '../domain/settings.ts';
import type { Channel as ChannelRow } from './generated/client.ts';
import type { Sql } from './database.ts';

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
  erased: boolean;
  consent: ConsentState;
  lanes: Record<Method, ChannelRow>;
  practice: PracticeView;
};

type JoinedRow = {
  version: number;
  registered: boolean;
  role: string;
  name_enc: string | null;
  birth_date_enc: string | null;
  time_zone: string | null;
  locale: string | null;
  acts_for: string[];
  created_at: Date;
  erased_at: Date | null;
  opened_at: Date | null;
  practice_name: string;
  settings: unknown;
  suspended_reason: string | null;
  paused_reason: string | null;
};

/** Undefined: no such contact. Must run inside a transaction; the lock is held until it ends. */
export async function lockContact(sql: Sql, ref: ContactRef): Promise<ContactView | undefined> {
  const rows = await sql.$queryRaw<JoinedRow[]>`
    SELECT c.*, p.name AS practice_name, p.settings, p.suspended_reason, p.paused_reason
    FROM contacts c JOIN practices p ON p.id = c.practice_id
    WHERE c.practice_id = ${ref.practiceId} AND c.id = ${ref.contactId}
    FOR UPDATE OF c`;
  return assemble(sql, ref, rows[0]);
}

/** The same view without a lock, for reading. */
export async function readContact(sql: Sql, ref: ContactRef): Promise<ContactView | undefined> {
  const rows = await sql.$queryRaw<JoinedRow[]>`
    SELECT c.*, p.name AS practice_name, p.settings, p.suspended_reason, p.paused_reason
    FROM contacts c JOIN practices p ON p.id = c.practice_id
    WHERE c.practice_id = ${ref.practiceId} AND c.id = ${ref.contactId}`;
  return assemble(sql, ref, rows[0]);
}

async function assemble(
  sql: Sql,
  ref: ContactRef,
  row: JoinedRow | undefined,
): Promise<ContactView | undefined> {
  if (!row) return undefined;
  const channels = await sql.channel.findMany({
    where: { practiceId: ref.practiceId, contactId: ref.contactId },
  });
  return viewOf(ref, row, channels);
}

function viewOf(ref: ContactRef, row: JoinedRow, channels: ChannelRow[]): ContactView {
  const lanes = Object.fromEntries(channels.map((c) => [c.method, c])) as ContactView['lanes'];
  return {
    ref,
    version: row.version,
    role: row.role,
    nameEnc: row.name_enc,
    birthDateEnc: row.birth_date_enc,
    timeZone: row.time_zone,
    locale: row.locale,
    actsFor: row.acts_for,
    createdAt: row.created_at,
    erased: row.erased_at !== null,
    consent: consentOf(row, lanes),
    lanes,
    practice: practiceView(ref.practiceId, {
      name: row.practice_name,
      settings: row.settings,
      suspendedReason: row.suspended_reason,
      pausedReason: row.paused_reason,
    }),
  };
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
  return {
    id,
    name: row.name,
    // Stored settings hold what was set; what was added to the product since has its default.
    settings: { ...defaultSettings, ...(row.settings as Partial<Settings>) },
    ...(row.suspendedReason === null ? {} : { suspendedReason: row.suspendedReason }),
    ...(row.pausedReason === null ? {} : { pausedReason: row.pausedReason }),
  };
}

function consentOf(
  row: { registered: boolean; opened_at: Date | null },
  lanes: Record<Method, ChannelRow>,
): ConsentState {
  const state = newConsentState();
  state.registered = row.registered;
  if (row.opened_at) state.openedAt = row.opened_at;
  for (const method of consentMethods) state.channels[method] = channelOf(lanes[method]);
  state.fax = {
    assigned: lanes.fax.assigned,
    ...(lanes.fax.addressHash ? { address: lanes.fax.addressHash } : {}),
  };
  return state;
}

function channelOf(row: ChannelRow): Channel {
  return {
    assigned: row.assigned,
    epoch: row.epoch,
    state: row.state as ChannelState,
    ...(row.addressHash === null ? {} : { address: row.addressHash }),
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.lastSentAt === null ? {} : { lastSentAt: row.lastSentAt }),
    ...(row.acceptedAt === null ? {} : { acceptedAt: row.acceptedAt }),
    ...(row.revokedAt === null ? {} : { revokedAt: row.revokedAt }),
    ...(row.consentId === null ? {} : { consentId: row.consentId }),
  };
}
