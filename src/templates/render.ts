import { unsendableReason } from '../core/address.ts';
import { contentFor, type MessageContent, type MethodContent } from '../core/message/message.ts';
import type { Method } from '../core/method.ts';
import { addressIn, mailbox, senderMissing, sendsFrom, type Senders } from '../core/sender.ts';
import { displayName, type Settings } from '../core/settings.ts';
import type { OutgoingEmail, OutgoingSms } from '../channels/sender.ts';

/**
 * Renders a stored delivery into the outgoing message. Everything is already decided; a missing value is a reason that
 * staff can read and fix, not an exception.
 */

export type { Senders } from '../core/sender.ts';

/** Where links lead and who sends when a practice has no sender of its own. */
export type Sending = {
  publicUrl: string;
  senders: Senders;
  /** Takes mails that unsubscribe; without it emails offer only the link. */
  unsubscribeMailbox?: string | undefined;
};

export type Rendered<T> = { ok: true; outgoing: T } | { ok: false; reason: string };

/** Not yet: the day's limit is reached, and it waits until then. */
export type Later = { ok: false; until: Date };

export type EmailParts = {
  deliveryId: string;
  to: string | undefined;
  content: MethodContent;
  practiceName: string;
  settings: Settings;
  senders: Senders;
  /** RFC 8058; nobody at a fax gateway could click it. */
  unsubscribe: NonNullable<OutgoingEmail['unsubscribe']> | undefined;
};

export function renderEmail(parts: EmailParts): Rendered<OutgoingEmail> {
  const { settings, content } = parts;
  const from = sendsFrom(settings, parts.senders, 'email');
  if (from === undefined) return { ok: false, reason: senderMissing };
  if (parts.to === undefined) return { ok: false, reason: 'no email address' };
  const replyTo = addressIn(settings.sender.replyTo);
  const name = displayName(settings, parts.practiceName);
  return {
    ok: true,
    outgoing: {
      deliveryId: parts.deliveryId,
      from: mailbox(from, name),
      to: parts.to,
      ...(replyTo === undefined ? {} : { replyTo }),
      subject: content.subject ?? `Message from ${name}`,
      text: content.text,
      ...(content.html === undefined ? {} : { html: content.html }),
      ...(parts.unsubscribe === undefined ? {} : { unsubscribe: parts.unsubscribe }),
    },
  };
}

export function renderFax(parts: EmailParts): Rendered<OutgoingEmail> {
  const gateway = parts.settings.sender.faxGateway;
  if (gateway === undefined) return { ok: false, reason: 'fax gateway missing' };
  if (parts.to === undefined) return { ok: false, reason: 'no fax number' };
  const unsendable = unsendableReason('fax', parts.to);
  if (unsendable !== undefined) return { ok: false, reason: unsendable };
  return renderEmail({ ...parts, to: `${parts.to.replace(/\D/g, '')}@${gateway}` });
}

export function renderSms(parts: {
  to: string | undefined;
  text: string;
  statusUrl: string;
  settings: Settings;
  senders: Senders;
}): Rendered<OutgoingSms> {
  const from = sendsFrom(parts.settings, parts.senders, 'sms');
  if (from === undefined) return { ok: false, reason: senderMissing };
  if (parts.to === undefined) return { ok: false, reason: 'no mobile number' };
  const unsendable = unsendableReason('sms', parts.to);
  if (unsendable !== undefined) return { ok: false, reason: unsendable };
  return {
    ok: true,
    outgoing: { from, to: parts.to, text: parts.text, statusUrl: parts.statusUrl },
  };
}

export function methodContent(method: Method, message: MessageContent): Rendered<MethodContent> {
  const content = contentFor(method, message);
  return content ? { ok: true, outgoing: content } : { ok: false, reason: `no text for ${method}` };
}
