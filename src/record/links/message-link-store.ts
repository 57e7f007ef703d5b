import { limits } from '../../core/limits.ts';
import { idsOf } from '../contacts/alias-store.ts';
import { hashToken, isTokenShaped, newToken } from '../../platform/db/cipher.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import type { Delivery, Message, MessageLink } from '../../platform/db/generated/client.ts';
import { fitsMessageLink, sealMessageLink } from './link-seal.ts';

/**
 * Links behind which a message is read (`emailContent: notice`): 192 random bits, stored hashed, one per email. A link
 * holds for the address that its email went to, and for that epoch of it.
 */

/** The link's token; it is known only now. An email that was given back unsent gets a new one. */
export async function createMessageLink(
  db: Database,
  sql: Sql,
  { id, practiceId, contactId, messageId }: Delivery,
  epoch: number,
): Promise<string> {
  const token = newToken();
  const now = db.clock.now();
  const link = {
    tokenHash: hashToken(token),
    epoch,
    createdAt: now,
    expiresAt: new Date(now.getTime() + limits.messageLinkMs),
  };
  const row = { ...link, practiceId, contactId, deliveryId: id, messageId: messageId ?? '' };
  const sealed = { tokenEnc: sealMessageLink(db, row) };
  await sql.messageLink.upsert({
    where: { deliveryId: id },
    update: { ...link, ...sealed },
    create: { ...row, ...sealed },
  });
  return token;
}

/** Undefined: nobody was given this token, or the row does not fit its seal. */
export async function findMessageLink(
  db: Database,
  sql: Sql,
  token: string,
): Promise<MessageLink | undefined> {
  if (!isTokenShaped(token)) return undefined;
  const row = await sql.messageLink.findFirst({ where: { tokenHash: hashToken(token) } });
  return row && fitsMessageLink(db, row) ? row : undefined;
}

export type LinkedMessage = Pick<Message, 'practiceId' | 'id' | 'contentEnc'>;

/**
 * The message behind a link. The link, its delivery and the message must say the same: the message is its contact's (or
 * of an id that became the contact's), the delivery is the email with the notice of that message, and it went to the
 * address that the channel has today, in the same epoch of it. Undefined: they do not, and nothing is shown.
 */
export async function linkedMessage(
  sql: Sql,
  { practiceId, contactId, deliveryId, messageId, epoch }: MessageLink,
  channel: { address?: string; epoch: number },
): Promise<LinkedMessage | undefined> {
  if (channel.address === undefined || (epoch ?? channel.epoch) !== channel.epoch) return undefined;
  const ofContact = { in: await idsOf(sql, { practiceId, contactId }) };
  const notices = await sql.delivery.count({
    where: {
      practiceId,
      id: deliveryId,
      contactId: ofContact,
      messageId,
      method: 'email',
      purpose: 'content',
      addressHash: channel.address,
    },
  });
  if (notices === 0) return undefined;
  const message = await sql.message.findFirst({
    where: { practiceId, id: messageId, contactId: ofContact },
    select: { practiceId: true, id: true, contentEnc: true },
  });
  return message ?? undefined;
}
