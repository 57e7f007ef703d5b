import { changeConsent, type Announcement } from '../db/consent-store.ts';
import { lockContact } from '../db/contact-lock.ts';
import { countAgainst } from '../db/reputation-store.ts';
import type { Database, Sql } from '../db/database.ts';
import type { Delivery } from '../db/generated/client.ts';
import { needsConsent, type ConsentMethod, type Method } from '../domain/method.ts';
import type { ContactRef } from '../domain/ids.ts';
import { barAddress } from './bar-address.ts';

/** What a provider reported about one delivery, in our words. */
export type ProviderReport = {
  kind: 'sent' | 'delivered' | 'failed' | 'unreachable' | 'complained' | 'blocked';
  providerId?: string;
  /** The provider's classification; never its text, which may quote an address. */
  reason?: string;
};

export type ReportResult = { announcements: Announcement[]; stopped: ContactRef[] };

/**
 * Reports come late, twice and out of order, and before the call's own answer: each only moves a delivery forward
 * (sending, unknown, sent → delivered or failed), and a report about something final changes nothing.
 */
export async function applyReport(
  db: Database,
  sql: Sql,
  delivery: Delivery,
  report: ProviderReport,
): Promise<ReportResult> {
  // Contacts are locked before deliveries, as everywhere; most reports change no consent and need no lock at all.
  const result = await changeConsentFor(db, sql, delivery, report);
  const now = db.clock.now();
  const providerId = report.providerId === undefined ? {} : { providerId: report.providerId };
  switch (report.kind) {
    case 'sent':
      await advance(sql, delivery, ['unknown'], { status: 'sent', reason: null, ...providerId });
      break;
    case 'delivered':
    case 'complained':
      // Who complains has it.
      await advance(sql, delivery, ['sending', 'unknown', 'sent'], {
        status: 'delivered',
        reason: null,
        deliveredAt: now,
        ...providerId,
      });
      break;
    case 'failed':
    case 'unreachable':
    case 'blocked':
      await advance(sql, delivery, ['sending', 'unknown', 'sent'], {
        status: 'failed',
        reason: report.reason ?? 'the provider reported a failure',
        ...providerId,
      });
  }
  if (report.kind === 'complained') await countAgainst(db, sql, delivery, 'complained');
  if (report.kind === 'unreachable') await countAgainst(db, sql, delivery, 'bounced');
  return result;
}

async function advance(
  sql: Sql,
  delivery: Delivery,
  from: string[],
  data: { status: string; reason: string | null; deliveredAt?: Date; providerId?: string },
): Promise<void> {
  await sql.delivery.updateMany({ where: { id: delivery.id, status: { in: from } }, data });
}

/**
 * A complaint, a block or a dead address acts on the address, whoever has it. An opt-in that did not arrive is a reason
 * that staff must see.
 */
async function changeConsentFor(
  db: Database,
  sql: Sql,
  delivery: Delivery,
  report: ProviderReport,
): Promise<ReportResult> {
  const method = delivery.method as Method;
  const nothing: ReportResult = { announcements: [], stopped: [] };
  if (!needsConsent(method)) return nothing;
  if (report.kind === 'failed' && delivery.purpose === 'opt_in')
    return optInFailed(db, sql, delivery, method, report);
  if (report.kind !== 'unreachable' && report.kind !== 'complained' && report.kind !== 'blocked')
    return nothing;
  const { practiceId, addressHash } = delivery;
  if (addressHash === null) return nothing;
  const reason = report.reason ?? report.kind;
  const kind = report.kind === 'unreachable' ? 'unreachable' : 'stopped';
  const changes = await barAddress(
    db,
    sql,
    { practiceId, method, addressHash },
    { kind, reason },
    { via: 'provider', deliveryId: delivery.id, providerId: report.providerId, reason },
  );
  return {
    announcements: changes.flatMap((change) => change.announcements),
    stopped: changes.map((change) => change.contact.ref),
  };
}

async function optInFailed(
  db: Database,
  sql: Sql,
  delivery: Delivery,
  method: ConsentMethod,
  report: ProviderReport,
): Promise<ReportResult> {
  const contact = await lockContact(sql, delivery);
  if (!contact) return { announcements: [], stopped: [] };
  const reason = report.reason ?? 'the provider reported a failure';
  const { announcements } = await changeConsent(
    db,
    sql,
    contact,
    () => ({
      type: 'opt_in_failed',
      at: db.clock.now(),
      method,
      epoch: delivery.epoch ?? 0,
      reason,
    }),
    { via: 'provider', deliveryId: delivery.id, reason },
  );
  return { announcements, stopped: [] };
}
