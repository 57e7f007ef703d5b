import { randomInt } from 'node:crypto';
import { v7 as newId } from 'uuid';
import { hashToken, newToken } from '../db/cipher.ts';
import type { ContactView } from '../db/contact-lock.ts';
import { openAddress } from '../db/contact-store.ts';
import type { Database, Sql } from '../db/database.ts';
import type { Delivery } from '../db/generated/client.ts';
import { openContent } from '../db/message-store.ts';
import { needsConsent, type ConsentMethod, type Method } from '../domain/method.ts';
import { optInText } from '../domain/opt-in-text.ts';
import { durationMs } from '../domain/settings.ts';
import type { MethodContent } from '../domain/message.ts';
import type { OutgoingEmail, OutgoingSms } from '../ports/sender.ts';
import {
  displayName,
  methodContent,
  renderEmail,
  renderFax,
  renderSms,
  smsSender,
} from './render.ts';
import type { Rendered, Senders } from './render.ts';

/** Where links lead and who sends when a practice has no sender of its own. */
export type Sending = { publicUrl: string; senders: Senders };

export type Outgoing =
  { kind: 'email'; email: OutgoingEmail } | { kind: 'sms'; sms: OutgoingSms; callbackHash: string };

/** Runs under the contact's lock, inside the claim: what it renders is what leaves. */
export async function composeDelivery(
  db: Database,
  sql: Sql,
  contact: ContactView,
  delivery: Delivery,
  sending: Sending,
): Promise<Rendered<Outgoing>> {
  const method = delivery.method as Method;
  const content = await contentOf(db, sql, contact, delivery, sending);
  if (!content.ok) return content;
  const to = openAddress(db, contact, method);
  const { settings, name } = contact.practice;

  if (method === 'sms') {
    const token = newToken();
    const sms = renderSms({
      to,
      text: content.outgoing.text,
      statusUrl: `${sending.publicUrl}/webhooks/plivo/status/${token}`,
      settings,
      senders: sending.senders,
    });
    if (!sms.ok) return sms;
    return {
      ok: true,
      outgoing: { kind: 'sms', sms: sms.outgoing, callbackHash: hashToken(token) },
    };
  }
  const render = method === 'fax' ? renderFax : renderEmail;
  const email = render({
    deliveryId: delivery.id,
    to,
    content: content.outgoing,
    practiceName: name,
    settings,
    senders: sending.senders,
  });
  return email.ok ? { ok: true, outgoing: { kind: 'email', email: email.outgoing } } : email;
}

async function contentOf(
  db: Database,
  sql: Sql,
  contact: ContactView,
  delivery: Delivery,
  sending: Sending,
): Promise<Rendered<MethodContent>> {
  const method = delivery.method as Method;
  if (delivery.purpose === 'opt_in' && needsConsent(method))
    return composeOptIn(db, sql, contact, { ...delivery, method }, sending);
  if (delivery.messageId !== null) {
    const message = await sql.message.findUniqueOrThrow({
      where: { practiceId_id: { practiceId: delivery.practiceId, id: delivery.messageId } },
      select: { contentEnc: true },
    });
    return methodContent(method, openContent(db, message.contentEnc));
  }
  return { ok: false, reason: 'nothing to send' };
}

/** Writes what the person is asked, and with which token and code the answer will be known. */
async function composeOptIn(
  db: Database,
  sql: Sql,
  contact: ContactView,
  delivery: Delivery & { method: ConsentMethod },
  sending: Sending,
): Promise<Rendered<MethodContent>> {
  const { settings, name } = contact.practice;
  const { method } = delivery;
  const channel = contact.consent.channels[method];
  const address = openAddress(db, contact, method);
  if (channel.address === undefined || address === undefined)
    return { ok: false, reason: method === 'sms' ? 'no mobile number' : 'no email address' };
  const sender =
    method === 'sms'
      ? smsSender(settings, sending.senders)
      : (settings.sender.emailFrom ?? sending.senders.emailFrom);
  if (sender === undefined) return { ok: false, reason: 'sender missing' };

  const token = newToken();
  // Always drawn, shown only where a number is shared: the answer must say whose yes it is.
  const code = String(randomInt(10_000)).padStart(4, '0');
  const shared = await sql.channel.count({
    where: {
      practiceId: contact.ref.practiceId,
      method,
      addressHash: channel.address,
      contactId: { not: contact.ref.contactId },
    },
  });
  const { supportPhone, postalAddress } = settings.sender;
  const shown = optInText(method, {
    practice: displayName(settings, name),
    link: `${sending.publicUrl}/o/${token}`,
    ...(supportPhone === undefined ? {} : { supportPhone }),
    ...(postalAddress === undefined ? {} : { postalAddress }),
    ...(method === 'sms' && shared > 0 ? { code } : {}),
  });
  const now = db.clock.now();
  const request = {
    method,
    epoch: channel.epoch,
    addressHash: channel.address,
    sender,
    tokenHash: hashToken(token),
    code: method === 'sms' ? code : null,
    textVersion: shown.version,
    shownEnc: db.cipher.seal(shown.text, 'opt_in_requests.shown'),
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
  return {
    ok: true,
    outgoing: {
      ...(shown.subject === undefined ? {} : { subject: shown.subject }),
      text: shown.text,
      ...(shown.html === undefined ? {} : { html: shown.html }),
    },
  };
}
