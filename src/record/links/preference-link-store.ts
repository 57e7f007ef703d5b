import { limits } from '../../core/limits.ts';
import type { ConsentMethod } from '../../core/method.ts';
import type { ContactView } from '../consent/contact-lock.ts';
import { isTokenShaped } from '../../platform/db/cipher.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import type { PreferenceLink } from '../../platform/db/generated/client.ts';
import { fitsPreferenceLink, sealPreferenceLink } from './link-seal.ts';

/**
 * Links to the page where a person chooses what they get. A token is derived, as that of an unsubscribe link is: 256
 * bits that nobody can guess, stored only as a hash, the same in every message of a while to one epoch of an address,
 * so that sending writes one row in that while and not one each time. Unlike an unsubscribe link it ends.
 *
 * A link holds for the address that it was sent to, not only for its epoch: START and a merge begin a new epoch of the
 * same mailbox, and a person who has just come back must not find the page closed.
 */

/** Makes the links of contacts of one practice that are written to now; tokens by contact id. */
export async function preferenceTokens(
  db: Database,
  sql: Sql,
  contacts: readonly ContactView[],
  method: ConsentMethod,
): Promise<Map<string, string>> {
  const links = contacts.flatMap((contact) => linkOf(db, contact, method) ?? []);
  await sql.preferenceLink.createMany({
    data: links.map(({ row }) => ({ ...row, tokenEnc: sealPreferenceLink(db, row) })),
    skipDuplicates: true,
  });
  return new Map(links.map(({ row, token }) => [row.contactId, token]));
}

/** The token that messages carry now, if any was given out: looking at a page makes no link. */
export async function givenPreferenceToken(
  db: Database,
  sql: Sql,
  contact: ContactView,
  method: ConsentMethod,
): Promise<string | undefined> {
  const link = linkOf(db, contact, method);
  if (!link) return undefined;
  const given = await sql.preferenceLink.count({ where: { tokenHash: link.row.tokenHash } });
  return given > 0 ? link.token : undefined;
}

/** Undefined: nobody was given this token, or the row does not fit its seal. */
export async function findPreferenceLink(
  db: Database,
  sql: Sql,
  token: string,
): Promise<PreferenceLink | undefined> {
  if (!isTokenShaped(token)) return undefined;
  const tokenHash = db.lookup.tokenHash(token);
  const row = await sql.preferenceLink.findFirst({ where: { tokenHash } });
  return row && fitsPreferenceLink(db, row) ? row : undefined;
}

function linkOf(db: Database, { ref, consent }: ContactView, method: ConsentMethod) {
  const { address, epoch } = consent.channels[method];
  if (address === undefined) return undefined;
  const now = db.clock.now();
  const { preferenceLinkEveryMs: everyMs, preferenceLinkMs } = limits;
  const period = Math.floor(now.getTime() / everyMs);
  const of = JSON.stringify([ref.practiceId, ref.contactId, method, epoch, period]);
  const token = db.lookup.hash('preferences', of);
  const row = {
    ...ref,
    tokenHash: db.lookup.tokenHash(token),
    method,
    addressHash: address,
    createdAt: now,
    expiresAt: new Date((period + 1) * everyMs + preferenceLinkMs),
  };
  return { token, row };
}
