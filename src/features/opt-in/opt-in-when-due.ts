import { askedBy, channelsToAsk } from '../../core/consent/gate.ts';
import { limits } from '../../core/limits.ts';
import {
  consentMethods,
  needsConsent,
  type ConsentMethod,
  type Method,
} from '../../core/method.ts';
import { missingSender, senderMissing, type Senders } from '../../core/sender.ts';
import { optInLeadMs } from '../../core/settings.ts';
import { changeConsent } from '../../record/consent/consent-store.ts';
import type { ContactView } from '../../record/consent/contact-lock.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import { queueOptIn } from './opt-in-store.ts';

/** The opt-in that goes out by itself, once per epoch, just before the first message is due. */

/**
 * Asks on every channel that was never asked in this epoch, once a message is due within the practice's lead time; true
 * when it asked anywhere. A unique index guarantees "once", even when several run this at the same time. A channel that
 * nothing can be sent from is not asked and says so; a change of the settings wakes the contact, and this asks then.
 */
export async function askWhenDue(
  db: Database,
  sql: Sql,
  contact: ContactView,
  senders: Senders,
): Promise<boolean> {
  const channels = channelsToAsk(contact.consent, contact.practice);
  if (channels.length === 0) return false;
  const now = db.clock.now();
  const horizon = new Date(now.getTime() + optInLeadMs(contact.practice.settings));
  // One of each method is enough to know, however many wait.
  const due = await sql.$queryRaw<{ method: ConsentMethod }[]>`
    SELECT ways.method FROM unnest(${[...consentMethods]}::text[]) AS ways (method)
    WHERE EXISTS (
      SELECT 1 FROM deliveries d
      WHERE d.practice_id = ${contact.ref.practiceId} AND d.contact_id = ${contact.ref.contactId}
        AND d.method = ways.method AND d.status = 'queued' AND d.purpose = 'content' AND d.due_at <= ${horizon}
        AND NOT COALESCE(d.kind = ANY(${[...contact.consent.declinedKinds]}::text[]), false)
        AND (d.not_after IS NULL OR d.not_after > ${now}))`;
  if (due.length === 0) return false;
  let view = contact;
  let asked = false;
  for (const method of channels) {
    // With the gate `all` a message waits for every channel; with `each` only for its own.
    const concerned =
      contact.practice.settings.gate === 'all' ||
      due.some((waits) => carriedBy(contact, waits.method) === method);
    if (!concerned || (await wasAsked(sql, contact, method))) continue;
    if (missingSender(contact.practice, senders, [method]).length > 0) {
      await noteMissing(sql, contact, method);
      continue;
    }
    view = await ask(db, sql, view, method);
    asked = true;
  }
  return asked;
}

/** A plain read of a contact does not know what the installation lacks, so it is written where it was noticed. */
async function noteMissing(sql: Sql, contact: ContactView, method: ConsentMethod): Promise<void> {
  if (contact.consent.channels[method].reason === senderMissing) return;
  await sql.channel.updateMany({
    where: { ...contact.ref, method, state: 'not_sent' },
    data: { reason: senderMissing },
  });
}

/** A kind that the person declined will never leave, so it is no reason to ask them. */
function wantedBy({ consent }: ContactView) {
  return { kind: { notIn: [...consent.declinedKinds] } };
}

/** The channel whose opt-in asks for consent on a method. */
function carriedBy({ consent, practice }: ContactView, method: Method): Method {
  return needsConsent(method) ? askedBy(consent, method, practice.settings) : method;
}

/** Whether it was asked automatically in this epoch. The outcome is the channel's state, not a reason to ask again. */
async function wasAsked(sql: Sql, contact: ContactView, method: ConsentMethod): Promise<boolean> {
  const { epoch } = contact.consent.channels[method];
  const row = await sql.delivery.findFirst({
    where: { ...contact.ref, method, purpose: 'opt_in', automatic: true, epoch },
    select: { id: true },
  });
  return row !== null;
}

async function ask(
  db: Database,
  sql: Sql,
  contact: ContactView,
  method: ConsentMethod,
): Promise<ContactView> {
  const now = db.clock.now();
  const recent = await sql.delivery.count({
    where: {
      ...contact.ref,
      method,
      purpose: 'opt_in',
      automatic: true,
      createdAt: { gt: new Date(now.getTime() - limits.flapWindowMs) },
    },
  });
  const { epoch } = contact.consent.channels[method];
  if (recent >= limits.automaticOptIns) {
    const { contact: next } = await changeConsent(
      db,
      sql,
      contact,
      () => ({ type: 'opt_in_failed', at: now, method, epoch, reason: 'address_flapping' }),
      { recentOptIns: recent },
    );
    return next;
  }
  await queueOptIn(sql, contact, method, now, true);
  return contact;
}

/** When the contact must be looked at again to ask in time; undefined: nobody is to be asked, or nothing is queued. */
export async function nextAskAt(
  db: Database,
  sql: Sql,
  contact: ContactView,
): Promise<Date | undefined> {
  const unasked = channelsToAsk(contact.consent, contact.practice);
  if (unasked.length === 0) return undefined;
  const now = db.clock.now();
  const next = await sql.delivery.findFirst({
    where: {
      ...contact.ref,
      purpose: 'content',
      status: 'queued',
      method:
        contact.practice.settings.gate === 'all'
          ? { in: consentMethods }
          : {
              in: consentMethods.filter((method) =>
                unasked.includes(carriedBy(contact, method) as ConsentMethod),
              ),
            },
      ...wantedBy(contact),
      OR: [{ notAfter: null }, { notAfter: { gt: now } }],
      dueAt: { gt: new Date(now.getTime() + optInLeadMs(contact.practice.settings)) },
    },
    orderBy: { dueAt: 'asc' },
    select: { dueAt: true },
  });
  return next ? new Date(next.dueAt.getTime() - optInLeadMs(contact.practice.settings)) : undefined;
}
