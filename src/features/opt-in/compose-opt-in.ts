import { randomInt } from 'node:crypto';
import { v7 as newId } from 'uuid';
import { hashToken, newToken } from '../../platform/db/cipher.ts';
import type { ContactView } from '../../record/consent/contact-lock.ts';
import { openAddress } from '../../record/contacts/contact-store.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import type { Delivery } from '../../platform/db/generated/client.ts';
import { sealRequest } from '../../record/links/link-seal.ts';
import { sealShown } from '../../record/links/opt-in-request.ts';
import { takeQuestion } from './question-budget.ts';
import { mayBeShared } from '../../record/practices/sender-store.ts';
import { currentTemplate } from '../../templates/template-store.ts';
import { noAddressReason } from '../../core/consent/consent-channel.ts';
import { alsoAskedBy } from '../../core/consent/gate.ts';
import { limits } from '../../core/limits.ts';
import { localeOf } from '../../core/locale.ts';
import type { MethodContent } from '../../core/message/message.ts';
import type { ConsentMethod } from '../../core/method.ts';
import { asksFrom, missingIdentity, senderMissing } from '../../core/sender.ts';
import { displayName, durationMs } from '../../core/settings.ts';
import { renderOptIn, renderOptInPage } from './render-opt-in.ts';
import { type OptInValues } from './opt-in-values.ts';
import type { Later, Rendered, Sending } from '../../templates/render.ts';

export type OptInDelivery = Delivery & { method: ConsentMethod };

/**
 * Writes the request to the person, and the token and code that will identify the answer. Runs under the contact's
 * lock. A request that cannot be made has a reason that staff can read and fix.
 */
export async function composeOptIn(
  db: Database,
  sql: Sql,
  contact: ContactView,
  delivery: OptInDelivery,
  sending: Sending,
): Promise<Rendered<MethodContent> | Later> {
  const { settings } = contact.practice;
  const { method } = delivery;
  const channel = contact.consent.channels[method];
  const address = openAddress(db, contact, method);
  if (channel.address === undefined || address === undefined)
    return { ok: false, reason: noAddressReason[method] };
  const sender = asksFrom(settings, sending.senders, method);
  // Looked at before it was queued; a setting may have changed since.
  if (sender === undefined || missingIdentity(contact.practice).length > 0)
    return { ok: false, reason: senderMissing };
  // The page could never let anybody in: staff must know before the person tries.
  if (settings.identityCheck === 'birthDate' && contact.birthDateEnc === null)
    return { ok: false, reason: 'no birth date to check the answer by' };

  const token = newToken();
  // Always drawn, shown where the answer must say whose yes it is; a request that showed none can still give its code
  // in an answer later.
  const code = String(randomInt(10_000)).padStart(4, '0');
  const shown =
    method === 'sms' &&
    ((await mayBeShared(sql, sender, sending.senders)) ||
      (await hasOtherHolder(sql, contact, channel.address)));
  const link = `${sending.publicUrl}/o/${token}`;
  const values = {
    ...optInValues(contact, { link, asks: askedOn(contact, method), now: db.clock.now() }),
    ...(shown ? { code } : {}),
  };
  const { locale, message, page } = await render(sql, contact, method, values);
  if (!message.ok) return message;
  if (!page.ok) return page;

  const place = { practiceId: contact.ref.practiceId, deliveryId: delivery.id };
  const until = await takeQuestion(db, sql, { ...place, address });
  if (until !== undefined) return { ok: false, until };

  const { version, kept, ...outgoing } = message.shown;
  const now = db.clock.now();
  const request = {
    method,
    epoch: channel.epoch,
    addressHash: channel.address,
    sender,
    tokenHash: hashToken(token),
    code: method === 'sms' ? code : null,
    // A person who may answer only on the page sees no code.
    codeShown: shown && !values.linkOnly,
    locale,
    ...sealShown(db, place, { version, text: kept }, page.shown),
    createdAt: now,
    expiresAt: new Date(now.getTime() + (durationMs(settings.optInExpires) ?? 0)),
    closedAt: null,
  };
  const row = { ...contact.ref, deliveryId: delivery.id, ...request };
  const sealed = { tokenEnc: sealRequest(db, row) };
  await sql.optInRequest.upsert({
    where: { deliveryId: delivery.id },
    // A delivery that was given back unsent is rendered again; the link that never left is replaced.
    update: { ...request, ...sealed },
    create: { id: newId(), ...row, ...sealed },
  });
  return { ok: true, outgoing };
}

/** The message in the contact's language, and the full text that its link leads to. */
async function render(sql: Sql, contact: ContactView, method: ConsentMethod, values: OptInValues) {
  const { practiceId } = contact.ref;
  const locale = localeOf(contact.locale);
  const key = { name: 'opt_in', locale } as const;
  const full = await currentTemplate(sql, practiceId, { ...key, method: 'email' });
  const template =
    method === 'email' ? full : await currentTemplate(sql, practiceId, { ...key, method });
  return { locale, message: renderOptIn(template, values), page: renderOptInPage(full, values) };
}

/**
 * The channels that a yes to this opt-in covers: its own; on the email's page also texts, where the practice asks that
 * way.
 */
export function askedOn(
  { consent, practice }: Pick<ContactView, 'practice' | 'consent'>,
  method: ConsentMethod,
): ConsentMethod[] {
  return [method, ...alsoAskedBy(consent, method, practice.settings)];
}

/** Nothing here names the person: these are the only values that an opt-in may hold. */
export function optInValues(
  { practice, consent }: Pick<ContactView, 'practice' | 'consent'>,
  question: { link: string; asks: readonly ConsentMethod[]; booking?: boolean; now?: Date },
): OptInValues {
  const { settings, name } = practice;
  const { supportPhone, postalAddress } = settings.sender;
  const { email } = consent.channels;
  const askedAt = email.assigned && email.state === 'sent' ? email.lastSentAt : undefined;
  return {
    practice: displayName(settings, name),
    link: question.link,
    ...(supportPhone === undefined ? {} : { supportPhone }),
    ...(postalAddress === undefined ? {} : { postalAddress }),
    emailToo:
      askedAt !== undefined &&
      question.now !== undefined &&
      question.now.getTime() - askedAt.getTime() < limits.emailTooMs,
    linkOnly: settings.identityCheck === 'birthDate',
    byEmail: question.asks.includes('email'),
    byText: question.asks.includes('sms'),
    booking: question.booking ?? false,
  };
}

/** Another contact of the practice has the number too: a bare YES could be either's. */
async function hasOtherHolder(
  sql: Sql,
  { ref: { practiceId, contactId } }: ContactView,
  addressHash: string,
): Promise<boolean> {
  const other = await sql.channel.findFirst({
    where: { practiceId, method: 'sms', addressHash, contactId: { not: contactId } },
    select: { contactId: true },
  });
  return other !== null;
}
