import { randomInt } from 'node:crypto';
import { v7 as newId } from 'uuid';
import { hashToken, newToken } from '../db/cipher.ts';
import type { ContactView } from '../db/contact-lock.ts';
import { openAddress } from '../db/contact-store.ts';
import type { Database, Sql } from '../db/database.ts';
import type { Delivery } from '../db/generated/client.ts';
import { sealShown, type ShownText } from '../db/opt-in-request.ts';
import { currentTemplate } from '../db/template-store.ts';
import { noAddressReason } from '../domain/consent-channel.ts';
import { asksSmsOnEmailPage } from '../domain/gate.ts';
import { limits } from '../domain/limits.ts';
import { localeOf } from '../domain/locale.ts';
import type { MethodContent } from '../domain/message.ts';
import type { ConsentMethod } from '../domain/method.ts';
import { missingIdentity, senderMissing, sendsFrom } from '../domain/sender.ts';
import { displayName, durationMs } from '../domain/settings.ts';
import { renderOptIn, renderOptInPage, type OptInValues } from '../templates/opt-in.ts';
import type { Rendered, Sending } from './render.ts';

export type OptInDelivery = Delivery & { method: ConsentMethod };

/**
 * Writes what the person is asked, and with which token and code the answer will be known. Runs under the contact's
 * lock. What cannot be asked has a reason that staff can read and mend.
 */
export async function composeOptIn(
  db: Database,
  sql: Sql,
  contact: ContactView,
  delivery: OptInDelivery,
  sending: Sending,
): Promise<Rendered<MethodContent>> {
  const { settings } = contact.practice;
  const { method } = delivery;
  const channel = contact.consent.channels[method];
  if (channel.address === undefined || openAddress(db, contact, method) === undefined)
    return { ok: false, reason: noAddressReason[method] };
  const sender = sendsFrom(settings, sending.senders, method);
  // Looked at before it was queued; a setting may have changed since.
  if (sender === undefined || missingIdentity(contact.practice).length > 0)
    return { ok: false, reason: senderMissing };
  // The page could never let anybody in: staff must know before the person tries.
  if (settings.identityCheck === 'birthDate' && contact.birthDateEnc === null)
    return { ok: false, reason: 'no birth date to check the answer by' };

  const token = newToken();
  // Always drawn, shown only where a number is shared: the answer must say whose yes it is.
  const code = String(randomInt(10_000)).padStart(4, '0');
  const shared =
    method === 'sms' && (await isShared(sql, contact, channel.address, sender, sending));
  const link = `${sending.publicUrl}/o/${token}`;
  const values = {
    ...optInValues(contact, { link, asks: askedOn(contact, method), now: db.clock.now() }),
    ...(shared ? { code } : {}),
  };
  const { locale, message, page } = await render(sql, contact, method, values);
  if (!message.ok) return message;
  if (!page.ok) return page;

  const now = db.clock.now();
  const request = {
    method,
    epoch: channel.epoch,
    addressHash: channel.address,
    sender,
    tokenHash: hashToken(token),
    code: method === 'sms' ? code : null,
    locale,
    ...sealShown(db, withoutKey(message.shown, token), withoutKey(page.shown, token)),
    createdAt: now,
    expiresAt: new Date(now.getTime() + (durationMs(settings.optInExpires) ?? 0)),
    closedAt: null,
  };
  await sql.optInRequest.upsert({
    where: { deliveryId: delivery.id },
    // A delivery that was given back unsent is rendered anew; the link that never left is replaced.
    update: request,
    create: { id: newId(), ...contact.ref, deliveryId: delivery.id, ...request },
  });
  const { version: _version, ...outgoing } = message.shown;
  return { ok: true, outgoing };
}

/** Whoever reads the evidence, such as the practice itself, must not be able to answer for the person. */
function withoutKey(shown: ShownText, token: string): ShownText {
  return { version: shown.version, text: shown.text.replaceAll(token, '…') };
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

/** What a yes to this opt-in is about: its own channel; on the email's page also texts, where the practice asks so. */
export function askedOn(
  { consent, practice }: Pick<ContactView, 'practice' | 'consent'>,
  method: ConsentMethod,
): ConsentMethod[] {
  const alsoTexts = method === 'email' && asksSmsOnEmailPage(consent, practice.settings);
  return alsoTexts ? ['email', 'sms'] : [method];
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

/** Somebody else has this number too, and is written to from the same sender: a bare YES could mean either. */
async function isShared(
  sql: Sql,
  contact: ContactView,
  addressHash: string,
  sender: string,
  sending: Sending,
): Promise<boolean> {
  const { practiceId, contactId } = contact.ref;
  const rows = await sql.$queryRaw<object[]>`
    SELECT 1 FROM channels ch JOIN practices p ON p.id = ch.practice_id
    WHERE ch.method = 'sms' AND ch.address_hash = ${addressHash}
      AND NOT (ch.practice_id = ${practiceId} AND ch.contact_id = ${contactId})
      AND COALESCE(p.settings #>> '{sender,smsFrom}', ${sending.senders.smsFrom ?? ''}) = ${sender}
    LIMIT 1`;
  return rows.length > 0;
}
