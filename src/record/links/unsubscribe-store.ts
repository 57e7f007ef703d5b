import type { ContactView } from '../consent/contact-lock.ts';
import { isTokenShaped } from '../../platform/db/cipher.ts';
import type { Database, Sql } from '../../platform/db/database.ts';

/**
 * The link in every email (RFC 8058). Its token is derived from the address it is for, with the look-up key: 256 bits
 * that nobody can guess, the same in every email to this address, and stored only as a hash like every token. Under the
 * next look-up key another one is sent; those of before still say stop.
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
    return [{ ref, addressHash, token: db.lookup.hash('unsubscribe', of) }];
  });
  const [tokenHashes, practiceIds, contactIds, addressHashes] = [
    links.map(({ token }) => db.lookup.tokenHash(token)),
    links.map(({ ref }) => ref.practiceId),
    links.map(({ ref }) => ref.contactId),
    links.map(({ addressHash }) => addressHash),
  ];
  // One that outlived an erasure is the contact's again that was registered under the same id since.
  await sql.$executeRaw`
    INSERT INTO unsubscribe_links (token_hash, practice_id, contact_id, method, address_hash, created_at)
    SELECT x.token_hash, x.practice_id, x.contact_id, 'email', x.address_hash, ${db.clock.now()}
    FROM unnest(${tokenHashes}::text[], ${practiceIds}::text[], ${contactIds}::text[], ${addressHashes}::text[])
      AS x (token_hash, practice_id, contact_id, address_hash)
    ORDER BY x.token_hash
    ON CONFLICT (token_hash) DO UPDATE SET contact_id = EXCLUDED.contact_id
    WHERE unsubscribe_links.contact_id IS NULL`;
  return new Map(links.map(({ ref, token }) => [ref.contactId, token]));
}

/** Undefined: no email was sent with this token. */
export async function findUnsubscribeLink(db: Database, sql: Sql, token: string) {
  if (!isTokenShaped(token)) return undefined;
  const tokenHash = db.lookup.tokenHash(token);
  return (await sql.unsubscribeLink.findFirst({ where: { tokenHash } })) ?? undefined;
}
