import { limits } from '../domain/limits.ts';
import { hashToken, newToken } from './cipher.ts';
import type { Database, Sql } from './database.ts';
import type { Delivery, MessageLink } from './generated/client.ts';

/** Links behind which a message is read (`emailContent: notice`): 192 random bits, stored hashed, one per email. */

/** The link's token; it is known only now. An email that was given back unsent gets a new one. */
export async function createMessageLink(
  db: Database,
  sql: Sql,
  { id, practiceId, contactId, messageId }: Delivery,
): Promise<string> {
  const token = newToken();
  const now = db.clock.now();
  const link = {
    tokenHash: hashToken(token),
    createdAt: now,
    expiresAt: new Date(now.getTime() + limits.messageLinkMs),
    tries: 0,
  };
  await sql.messageLink.upsert({
    where: { deliveryId: id },
    update: link,
    create: { ...link, practiceId, contactId, deliveryId: id, messageId: messageId ?? '' },
  });
  return token;
}

export async function findMessageLink(sql: Sql, token: string): Promise<MessageLink | undefined> {
  if (!/^[A-Za-z0-9_-]{20,64}$/.test(token)) return undefined;
  return (
    (await sql.messageLink.findUnique({ where: { tokenHash: hashToken(token) } })) ?? undefined
  );
}
