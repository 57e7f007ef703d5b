import { openAnswer } from '../record/replies/answer-store.ts';
import { hashToken, newToken } from '../platform/db/cipher.ts';
import type { ContactView } from '../record/consent/contact-lock.ts';
import { openAddress } from '../record/contacts/contact-store.ts';
import type { Database, Sql } from '../platform/db/database.ts';
import { openCode } from '../record/links/doorstep-store.ts';
import type { Delivery, Message } from '../platform/db/generated/client.ts';
import { openContent } from '../record/messages/message-words.ts';
import { preferenceTokens } from '../record/links/preference-link-store.ts';
import { unsubscribeTokens } from '../record/links/unsubscribe-store.ts';
import { localeOf } from '../core/locale.ts';
import { channelRules, needsConsent, type Method } from '../core/method.ts';
import { purposeOf } from '../core/consent/purpose.ts';
import type { MethodContent } from '../core/message/message.ts';
import { foldedLine } from '../core/one-line.ts';
import { displayName, type Settings } from '../core/settings.ts';
import { smsAsSent } from '../core/sms-text.ts';
import { unsubscribeMailto } from '../core/unsubscribe-mail.ts';
import { providerOf, providers } from '../channels/providers.ts';
import type { OutgoingEmail, OutgoingSms } from '../channels/sender.ts';
import { withFooter } from '../features/preferences/footer.ts';
import { composeCode } from '../features/booking/compose-code.ts';
import { composeNotice } from '../features/notices/compose-notice.ts';
import { composeOptIn } from '../features/opt-in/compose-opt-in.ts';
import { methodContent, renderEmail, renderFax, renderSms } from '../templates/render.ts';
import type { Later, Rendered, Sending } from '../templates/render.ts';

export type Outgoing =
  { kind: 'email'; email: OutgoingEmail } | { kind: 'sms'; sms: OutgoingSms; callbackHash: string };

/** Runs under the contact's lock, inside the claim: its rendering leaves unchanged. */
export async function composeDelivery(
  db: Database,
  sql: Sql,
  contact: ContactView,
  delivery: Delivery,
  material: Material,
  sending: Sending,
): Promise<Rendered<Outgoing> | Later> {
  const method = delivery.method as Method;
  const content = await contentOf(db, sql, contact, delivery, material.contents, sending);
  if (!content.ok) return content;
  // The doorstep has no address; a code brings its own.
  const to =
    delivery.purpose === 'code' ? openCode(db, delivery)?.to : openAddress(db, contact, method);
  const { settings, name } = contact.practice;
  const { senders } = sending;
  const mail = {
    deliveryId: delivery.id,
    to,
    content: content.outgoing,
    practiceName: name,
    settings,
    senders,
    unsubscribe: undefined,
  };
  switch (method) {
    case 'email': {
      const token = material.unsubscribe.get(contact.ref.contactId);
      return asEmail(
        renderEmail({
          ...mail,
          content: finished(contact, delivery, content.outgoing, material, sending),
          unsubscribe: token === undefined ? undefined : unsubscribeBy(sending, token),
        }),
      );
    }
    case 'fax':
      return asEmail(renderFax(mail));
    case 'sms': {
      const token = newToken();
      const { text } = content.outgoing;
      const practice = displayName(settings, name);
      const sms = renderSms({
        to,
        text: delivery.purpose === 'content' ? smsAsSent(practice, text) : text,
        statusUrl: `${sending.publicUrl}/webhooks${providers[providerOf(method)].statusPath}/${token}`,
        settings,
        senders,
      });
      if (!sms.ok) return sms;
      return {
        ok: true,
        outgoing: { kind: 'sms', sms: sms.outgoing, callbackHash: hashToken(token) },
      };
    }
  }
}

const asEmail = (email: Rendered<OutgoingEmail>): Rendered<Outgoing> =>
  email.ok ? { ok: true, outgoing: { kind: 'email', email: email.outgoing } } : email;

/**
 * Adds the sender and the person's links below the practice's words; an opt-in names its sender itself, and holds its
 * own link and no other.
 */
function finished(
  { ref, locale, practice }: ContactView,
  { purpose }: Delivery,
  content: MethodContent,
  { unsubscribe, preferences }: Material,
  { publicUrl }: Sending,
): MethodContent {
  const tokens = { stop: unsubscribe.get(ref.contactId), choose: preferences.get(ref.contactId) };
  if (purpose !== 'content') return content;
  const { supportPhone, postalAddress } = practice.settings.sender;
  const writer = [displayName(practice.settings, practice.name), postalAddress, supportPhone];
  return withFooter(content, localeOf(locale), {
    writer: writer.flatMap((line) => (line === undefined ? [] : foldedLine(line) || [])),
    ...(tokens.choose ? { preferences: `${publicUrl}/p/${tokens.choose}` } : {}),
    ...(tokens.stop ? { unsubscribe: `${publicUrl}/u/${tokens.stop}` } : {}),
  });
}

function unsubscribeBy({ publicUrl, unsubscribeMailbox }: Sending, token: string) {
  return {
    url: `${publicUrl}/u/${token}`,
    ...(unsubscribeMailbox === undefined
      ? {}
      : { mailto: unsubscribeMailto(unsubscribeMailbox, token) }),
  };
}

/** Sealed: one that does not open keeps no other back. */
type Contents = ReadonlyMap<string, Pick<Message, 'practiceId' | 'id' | 'contentEnc'>>;

/** Data for rendering, read once for a whole claim. */
export type Material = {
  /** By message id. */
  contents: Contents;
  /** Tokens of the links in emails, by contact id; those to preferences only where a footer is wanted. */
  unsubscribe: ReadonlyMap<string, string>;
  preferences: ReadonlyMap<string, string>;
};

export async function readMaterial(
  db: Database,
  sql: Sql,
  contacts: readonly ContactView[],
  deliveries: readonly Delivery[],
): Promise<Material> {
  const contents = await readContents(sql, deliveries);
  const emails = deliveries.filter(
    ({ method }) => channelRules[method as Method].address === 'mailbox',
  );
  const receivers = (of: readonly Delivery[]): ContactView[] => {
    const ids = new Set(of.map(({ contactId }) => contactId));
    return contacts.filter(({ ref }) => ids.has(ref.contactId));
  };
  const informed = receivers(emails.filter(({ purpose }) => purpose === 'content')).filter(
    ({ practice }) => practice.settings.emailFooter,
  );
  return {
    contents,
    unsubscribe: await unsubscribeTokens(db, sql, receivers(emails)),
    preferences: await preferenceTokens(db, sql, informed, 'email'),
  };
}

async function readContents(sql: Sql, deliveries: readonly Delivery[]): Promise<Contents> {
  const [first] = deliveries;
  if (!first) return new Map();
  const rows = await sql.message.findMany({
    where: {
      practiceId: first.practiceId,
      id: { in: deliveries.flatMap(({ messageId }) => messageId ?? []) },
    },
    select: { practiceId: true, id: true, contentEnc: true },
  });
  return new Map(rows.map((row) => [row.id, row]));
}

async function contentOf(
  db: Database,
  sql: Sql,
  contact: ContactView,
  delivery: Delivery,
  contents: Contents,
  sending: Sending,
): Promise<Rendered<MethodContent> | Later> {
  const method = delivery.method as Method;
  const nothing = { ok: false, reason: 'nothing to send' } as const;
  switch (purposeOf(delivery)) {
    case 'opt_in':
      return needsConsent(method)
        ? composeOptIn(db, sql, contact, { ...delivery, method }, sending)
        : nothing;
    case 'code':
      return composeCode(db, sql, delivery);
    case 'answer': {
      const text = openAnswer(db, delivery);
      return text === undefined ? nothing : { ok: true, outgoing: { text } };
    }
    case 'content':
      return messageContentOf(db, sql, contact, delivery, contents, sending);
    case undefined:
      return nothing;
  }
}

async function messageContentOf(
  db: Database,
  sql: Sql,
  contact: ContactView,
  delivery: Delivery,
  contents: Contents,
  sending: Sending,
): Promise<Rendered<MethodContent>> {
  const method = delivery.method as Method;
  const row = delivery.messageId === null ? undefined : contents.get(delivery.messageId);
  if (!row) return { ok: false, reason: 'nothing to send' };
  const said = methodContent(method, openContent(db, row));
  if (!said.ok || !leavesAsNotice(method, contact.practice.settings)) return said;
  return { ok: true, outgoing: await composeNotice(db, sql, contact, delivery, sending) };
}

/** Whether only a notice leaves, with a link to the words. */
function leavesAsNotice(method: Method, { emailContent }: Settings): boolean {
  switch (method) {
    case 'email':
      return emailContent !== 'full';
    case 'sms':
    case 'fax':
      return false;
  }
}
