import { hashToken } from './cipher.ts';
import type { ContactView } from './contact-lock.ts';
import type { Database, Sql } from './database.ts';

/**
 * The link in every email (RFC 8058). Its token is derived from the address it is for, with the look-up key: 256 bits
 * that nobody can guess, the same in every email to this address, and stored only as a hash like every token.
 */
export async function unsubscribeTokens(
  db: Database,
  sql: Sql,
  contacts: readonly ContactView[],
): Promise<Map<string, string>> {
  const links = contacts.flatMap(({ ref, consent }) => {
    const addressHash = consent.channels.email.address;
    if (addressHash === undefined) return [];
    const of = JSON.stringify([ref.practiceId, ref.contactId, addressHash]);
    return [{ ref, addressHash, token: db.lookup.hash(`unsubscribe:${of}`) }];
  });
  await sql.unsubscribeLink.createMany({
    data: links.map(({ ref, addressHash, token }) => ({
      ...ref,
      tokenHash: hashToken(token),
      method: 'email',
      addressHash,
      createdAt: db.clock.now(),
    })),
    skipDuplicates: true,
  });
  return new Map(links.map(({ ref, token }) => [ref.contactId, token]));
}
