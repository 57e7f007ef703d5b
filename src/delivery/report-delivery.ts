import { endAttempt, isEarlier } from '../record/messages/delivery-attempts.ts';
import { lockContact, type ContactView } from '../record/consent/contact-lock.ts';
import type { Database, Sql } from '../platform/db/database.ts';
import type { Delivery } from '../platform/db/generated/client.ts';
import { notBegun } from '../core/message/attempts.ts';
import { limits } from '../core/limits.ts';
import { unwantedMessages } from '../record/messages/message-store.ts';
import { placeOf, type Place } from './may-leave.ts';
import { backoffMs } from './settle.ts';
import type { ProviderReport } from '../channels/provider-report.ts';

/**
 * Applies a report to its delivery. Reports come late, twice, out of order, and before the call's own answer: each only
 * moves a delivery forward.
 *
 *   sending, unknown, sent ──▶ delivered
 *                  │      └──▶ failed ──(a later word of the provider)──▶ delivered
 *                  └─ not taken ──▶ queued, at its old place in the lane, where it is still wanted
 *
 * `contact`: the delivery's, locked; it decides whether a delivery that comes back is still wanted.
 *
 * The provider's ids distinguish attempts: a report about one that was given back, or that staff retried, does not move
 * the next one. Only a late arrival counts while the next attempt has not begun, even if the delivery was cancelled or
 * has expired since: the person has it, and an undo must not send it again.
 */
export async function moveDelivery(
  db: Database,
  sql: Sql,
  delivery: Delivery,
  report: ProviderReport,
  contact: ContactView | undefined,
): Promise<boolean> {
  switch (report.kind) {
    case 'sent':
      return advance(sql, delivery, report, ['unknown'], { status: 'sent', reason: null });
    case 'delivered':
    // A complaint proves that it arrived.
    case 'complained':
      return arrived(db, sql, delivery, report);
    case 'failed':
    case 'unreachable':
    case 'blocked':
      return advance(sql, delivery, report, inFlight, {
        status: 'failed',
        reason: report.reason ?? noReason,
      });
    case 'not_taken':
      return giveBack(db, sql, delivery, report, contact);
  }
}

/** A call is under way, or was made: anything may still be said of it. */
const inFlight = ['sending', 'unknown', 'sent'] as const;

export const noReason = 'the provider reported a failure';

/** True when it moved. A report without an id is of the attempt that its address was made for. */
async function advance(
  sql: Sql,
  { id }: Delivery,
  { providerId, order }: ProviderReport,
  from: readonly string[],
  to: { status: string; reason: string | null; deliveredAt?: Date },
): Promise<boolean> {
  const moved = await sql.$executeRaw`
    UPDATE deliveries
    SET status = ${to.status}, reason = ${to.reason}, delivered_at = COALESCE(${to.deliveredAt ?? null}, delivered_at),
        provider_id = COALESCE(${providerId ?? null}, provider_id),
        report_order = COALESCE(${order ?? null}::bigint, report_order)
    WHERE id = ${id}::uuid AND status = ANY(${[...from]}::text[])
      AND NOT ${isEarlier(providerId)}`;
  return moved > 0;
}

async function arrived(
  db: Database,
  sql: Sql,
  delivery: Delivery,
  report: ProviderReport,
): Promise<boolean> {
  const to = { status: 'delivered', reason: null, deliveredAt: db.clock.now() };
  if (await advance(sql, delivery, report, inFlight, to)) return true;
  if (delivery.status === 'delivered') return false;
  const { providerId, order } = report;
  // Failed, or given back and not begun again: then it must not leave once more. The lock keeps a claim from beginning
  // it just now. While nothing is under way, whichever attempt arrived is an earlier one.
  await lockContact(sql, delivery);
  const moved = await sql.$executeRaw`
    UPDATE deliveries
    SET status = 'delivered', reason = NULL, delivered_at = ${to.deliveredAt},
        provider_id = COALESCE(${providerId ?? null}, provider_id),
        report_order = COALESCE(${order ?? null}::bigint, report_order)
    WHERE id = ${delivery.id}::uuid
      AND ((status = 'failed' AND NOT ${isEarlier(providerId)}
            AND (report_order IS NULL OR ${order ?? null}::bigint IS NULL OR report_order < ${order ?? null}::bigint))
        OR (status = ANY(${[...notBegun]}::text[]) AND claimed_at IS NOT NULL))`;
  return moved > 0;
}

/**
 * It never left: back to its place in the lane, where consent, time and everything else are asked again; or off the
 * lane, where it is not wanted any more. It leaves as a new call: under the old key the provider would answer with the
 * old outcome and send nothing. A call of this delivery that is still under way has lost its lease, so that its own
 * answer changes nothing any more.
 */
async function giveBack(
  db: Database,
  sql: Sql,
  delivery: Delivery,
  report: ProviderReport & { kind: 'not_taken' },
  contact: ContactView | undefined,
): Promise<boolean> {
  const { id, practiceId, contactId, method, earlierIds } = delivery;
  const { reason } = report;
  const place = { reason, ...(await placeNow(db, sql, delivery, contact)) };
  const moved = await sql.$executeRaw`
    UPDATE deliveries
    SET status = ${place.status}, reason = ${place.reason}, ${endAttempt(report.providerId)}
    WHERE id = ${id}::uuid AND status = ANY(${[...inFlight]}::text[])
      AND NOT ${isEarlier(report.providerId)}
      AND cardinality(earlier_ids) < ${limits.attemptsGivenBack}
      AND NOT (purpose = 'opt_in' AND EXISTS (
        SELECT 1 FROM deliveries other WHERE other.practice_id = ${practiceId} AND other.contact_id = ${contactId}
          AND other.method = ${method} AND other.purpose = 'opt_in' AND other.status IN ('queued', 'sending')
          AND other.id <> ${id}::uuid))`;
  // Given back too often, or asked again by now: then it stays where it is, and staff see why.
  if (moved === 0) return advance(sql, delivery, report, inFlight, { status: 'failed', reason });
  if (place.status !== 'queued') return true;
  // Longer each time: a provider that takes and drops is not asked in a circle.
  const waitMs = Math.max(report.waitMs, backoffMs(earlierIds.length));
  const until = new Date(db.clock.now().getTime() + waitMs);
  await sql.$executeRaw`
    UPDATE channels SET retry_at = GREATEST(retry_at, ${until}), look_at = LEAST(look_at, ${until})
    WHERE practice_id = ${practiceId} AND contact_id = ${contact?.ref.contactId ?? contactId} AND method = ${method}`;
  return true;
}

async function placeNow(
  db: Database,
  sql: Sql,
  delivery: Delivery,
  contact: ContactView | undefined,
): Promise<Place> {
  if (!contact) return { status: 'queued' };
  const unwanted = await unwantedMessages(sql, delivery.practiceId, [delivery]);
  return placeOf(contact, delivery, unwanted, db.clock.now());
}
