import { forgetIfEnded } from '../record/messages/batch-store.ts';
import { addressHash } from '../record/contacts/contact-store.ts';
import { changeConsent, type Announcement } from '../record/consent/consent-store.ts';
import { lockContact, lockCurrent, type ContactView } from '../record/consent/contact-lock.ts';
import { countAgainst } from '../record/practices/reputation-store.ts';
import type { Database, Sql } from '../platform/db/database.ts';
import type { Delivery } from '../platform/db/generated/client.ts';
import { normaliseEmail } from '../core/address.ts';
import { addressesOfAttempt } from '../core/message/attempts.ts';
import { needsConsent, type ConsentMethod, type Method } from '../core/method.ts';
import type { ProviderReport } from '../channels/provider-report.ts';
import { barAddress } from '../record/consent/bar-address.ts';
import { moveDelivery, noReason } from './report-delivery.ts';
import type { ReportResult } from '../record/consent/report-result.ts';

/**
 * Applies a provider's report to the delivery (report-delivery.ts), the channel and the address, and counts it against
 * the practice.
 */

const nothing: ReportResult = { announcements: [], stopped: [] };

export async function applyReport(
  db: Database,
  sql: Sql,
  delivery: Delivery,
  report: ProviderReport,
): Promise<ReportResult> {
  const method = delivery.method as Method;
  const optIn = delivery.purpose === 'opt_in' && needsConsent(method) ? method : undefined;
  // Contacts are locked before deliveries and lanes, and all of them in one order, as everywhere: those who have the
  // address together with the delivery's own. Most reports change no contact and need no lock at all.
  const closed = await closeAddress(db, sql, delivery, report);
  const contact =
    optIn !== undefined
      ? await lockContact(sql, delivery)
      : report.kind === 'not_taken'
        ? await lockCurrent(sql, delivery)
        : undefined;
  const current =
    report.kind === 'not_taken'
      ? ((await sql.delivery.findFirst({ where: { id: delivery.id } })) ?? delivery)
      : delivery;
  // Merged into another contact while we waited for the lock.
  if (current.contactId !== delivery.contactId) return applyReport(db, sql, current, report);
  const moved = await moveDelivery(db, sql, current, report, contact);
  const ended = moved && current.status === 'sending' ? current.batchId : null;
  if (report.kind === 'complained') await countAgainst(db, sql, delivery, 'complained');
  if (report.kind === 'unreachable') await countAgainst(db, sql, delivery, 'bounced');
  if (!moved) return closed;
  const asked =
    optIn !== undefined && contact !== undefined
      ? await noteOptIn(db, sql, contact, optIn, delivery, report)
      : [];
  if (ended !== null) await forgetIfEnded(sql, ended);
  return {
    announcements: [...closed.announcements, ...asked],
    stopped: closed.stopped,
    ...(report.kind === 'not_taken' && report.account
      ? { pause: { waitMs: report.waitMs, reason: report.reason } }
      : {}),
  };
}

/**
 * The provider sends nothing to a mailbox any more, from any practice of its account: it is closed for each practice
 * that has it. A practice that registers it later finds out from the first email that is not sent.
 */
export async function barMailbox(
  db: Database,
  sql: Sql,
  barred: { address: string; as: 'stopped' | 'unreachable'; reason: string },
): Promise<ReportResult> {
  const address = normaliseEmail(barred.address);
  if (address === undefined) return nothing;
  const mailbox = { method: 'email', addressHash: addressHash(db, address) } as const;
  const holders = await sql.channel.findMany({
    where: mailbox,
    select: { practiceId: true },
    distinct: ['practiceId'],
  });
  const results: ReportResult[] = [];
  // One after the other in the order in which a STOP takes them too.
  for (const practiceId of holders.map((holder) => holder.practiceId).toSorted())
    results.push(await bar(db, sql, practiceId));
  return together(results);

  async function bar(db: Database, sql: Sql, practiceId: string): Promise<ReportResult> {
    const { as: kind, reason } = barred;
    const evidence = { via: 'provider', reason };
    return resultOf(
      await barAddress(db, sql, { practiceId, ...mailbox }, { kind, reason }, evidence),
    );
  }
}

/** A complaint, a block or a dead address acts on the address that the attempt went to, for everybody who has it. */
async function closeAddress(
  db: Database,
  sql: Sql,
  delivery: Delivery,
  report: ProviderReport,
): Promise<ReportResult> {
  const { id, practiceId, contactId } = delivery;
  const method = delivery.method as Method;
  const { kind, providerId } = report;
  if (kind !== 'unreachable' && kind !== 'complained' && kind !== 'blocked') return nothing;
  if (!needsConsent(method)) return nothing;
  const reason = report.reason ?? kind;
  const as = kind === 'unreachable' ? kind : 'stopped';
  const addresses = addressesOfAttempt(delivery, providerId, { stop: as === 'stopped' });
  // Locks all holders of all addresses together: locking address by address could deadlock.
  const holders =
    addresses.length < 2
      ? []
      : await sql.channel.findMany({
          where: { practiceId, method, addressHash: { in: addresses } },
          select: { contactId: true },
        });
  const results: ReportResult[] = [];
  for (const address of addresses)
    results.push(
      resultOf(
        await barAddress(
          db,
          sql,
          { practiceId, method, addressHash: address },
          { kind: as, reason },
          { via: 'provider', deliveryId: id, providerId, reason },
          [contactId, ...holders.map((holder) => holder.contactId)],
        ),
      ),
    );
  return together(results);
}

function together(results: readonly ReportResult[]): ReportResult {
  return {
    announcements: results.flatMap(({ announcements }) => announcements),
    stopped: results.flatMap(({ stopped }) => stopped),
  };
}

function resultOf(changes: Awaited<ReturnType<typeof barAddress>>): ReportResult {
  return {
    announcements: changes.flatMap((change) => change.announcements),
    stopped: changes.map((change) => change.contact.ref),
  };
}

/** An opt-in that did not arrive is a reason that staff must see; one that arrived after all is none any more. */
async function noteOptIn(
  db: Database,
  sql: Sql,
  contact: ContactView,
  method: ConsentMethod,
  { id, epoch: asked, status }: Delivery,
  report: ProviderReport,
): Promise<Announcement[]> {
  const at = db.clock.now();
  const epoch = asked ?? 0;
  const reason = report.reason ?? noReason;
  const failed = report.kind === 'failed' || report.kind === 'not_taken';
  const arrived = report.kind === 'delivered' && status === 'failed';
  if (!failed && !arrived) return [];
  const { announcements } = await changeConsent(
    db,
    sql,
    contact,
    () =>
      failed
        ? { type: 'opt_in_failed', at, method, epoch, reason }
        : { type: 'opt_in_sent', at, method, epoch, confirmed: true },
    { via: 'provider', deliveryId: id, ...(failed ? { reason } : {}) },
  );
  return announcements;
}
