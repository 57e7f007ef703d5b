import { randomInt } from 'node:crypto';
import { v7 as newId } from 'uuid';
import { hashToken, newToken } from '../db/cipher.ts';
import type { ContactView } from '../db/contact-lock.ts';
import { openAddress } from '../db/contact-store.ts';
import type { Database, Sql } from '../db/database.ts';
import type { Delivery } from '../db/generated/client.ts';
import { openContent } from '../db/message-store.ts';
import { unsubscribeTokens } from '../db/unsubscribe-store.ts';
import { needsConsent, type ConsentMethod, type Method } from '../domain/method.ts';
import { optInText } from '../domain/opt-in-text.ts';
import { durationMs } from '../domain/settings.ts';
import type { MessageContent, MethodContent } from '../domain/message.ts';
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
  material: Material,
  sending: Sending,
): Promise<Rendered<Outgoing>> {
  const method = delivery.method as Method;
  const content = await contentOf(db, sql, contact, delivery, material.contents, sending);
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
  const token = method === 'email' ? material.unsubscribe.get(contact.ref.contactId) : undefined;
  const email = render({
    deliveryId: delivery.id,
    to,
    content: content.outgoing,
    practiceName: name,
    settings,
    senders: sending.senders,
    unsubscribeUrl: token === undefined ? undefined : `${sending.publicUrl}/u/${token}`,
  });
  return email.ok ? { ok: true, outgoing: { kind: 'email', email: email.outgoing } } : email;
}

/** What rendering needs, read once for a whole claim. */
export type Material = {
  /** By message id. */
  contents: ReadonlyMap<string, MessageContent>;
  /** Tokens of unsubscribe links, by contact id. */
  unsubscribe: ReadonlyMap<string, string>;
};

export async function readMaterial(
  db: Database,
  sql: Sql,
  contacts: readonly ContactView[],
  deliveries: readonly Delivery[],
): Promise<Material> {
  const contents = await readContents(db, sql, deliveries);
  const emails = new Set(
    deliveries.filter(({ method }) => method === 'email').map(({ contactId }) => contactId),
  );
  const concerned = contacts.filter(({ ref }) => emails.has(ref.contactId));
  return { contents, unsubscribe: await unsubscribeTokens(db, sql, concerned) };
}

async function readContents(
  db: Database,
  sql: Sql,
  deliveries: readonly Delivery[],
): Promise<Map<string, MessageContent>> {
  const [first] = deliveries;
  if (!first) return new Map();
  const rows = await sql.message.findMany({
    where: {
      practiceId: first.practiceId,
      id: { in: deliveries.flatMap(({ messageId }) => messageId ?? []) },
    },
    select: { id: true, contentEnc: true },
  });
  return new Map(rows.map(({ id, contentEnc }) => [id, openContent(db, contentEnc)]));
}

async function contentOf(
  db: Database,
  sql: Sql,
  contact: ContactView,
  delivery: Delivery,
  contents: ReadonlyMap<string, MessageContent>,
  sending: Sending,
): Promise<Rendered<MethodContent>> {
  const method = delivery.method as Method;
  if (delivery.purpose === 'opt_in' && needsConsent(method))
    return composeOptIn(db, sql, contact, { ...delivery, method }, sending);
  const content = delivery.messageId === null ? undefined : contents.get(delivery.messageId);
  return content ? methodContent(method, content) : { ok: false, reason: 'nothing to send' };
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
  const shared =
    method === 'sms' && (await isShared(sql, contact, channel.address, sender, sending));
  const { supportPhone, postalAddress } = settings.sender;
  const shown = optInText(method, {
    practice: displayName(settings, name),
    link: `${sending.publicUrl}/o/${token}`,
    ...(supportPhone === undefined ? {} : { supportPhone }),
    ...(postalAddress === undefined ? {} : { postalAddress }),
    ...(shared ? { code } : {}),
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
