import { hashToken } from './cipher.ts';
import type { Database, Sql } from './database.ts';
import type { OptInRequest } from './generated/client.ts';

/** What one person was asked once: the message that left, the full text behind its link, and how it can be answered. */

const shownContext = 'opt_in_requests.shown';
const pageContext = 'opt_in_requests.page';

export type ShownText = { version: string; text: string };

/** The columns that keep what is shown. */
export function sealShown(db: Database, message: ShownText, page: ShownText) {
  return {
    textVersion: message.version,
    shownEnc: db.cipher.seal(message.text, shownContext),
    pageVersion: page.version,
    pageEnc: db.cipher.seal(page.text, pageContext),
  };
}

/** The full text as it was when the person was asked; undefined for a request from before it was kept. */
export function pageShown(db: Database, request: OptInRequest): ShownText | undefined {
  const { pageVersion, pageEnc } = request;
  if (pageVersion === null || pageEnc === null) return undefined;
  return { version: pageVersion, text: db.cipher.open(pageEnc, pageContext) };
}

/** For the ledger: what was sent, and what it led to. */
export function shownWith(db: Database, request: OptInRequest) {
  const page = pageShown(db, request);
  return {
    textVersion: request.textVersion,
    textShown: db.cipher.open(request.shownEnc, shownContext),
    ...(page ? { pageVersion: page.version, pageText: page.text } : {}),
  };
}

/** Undefined: nobody was given this token. */
export async function requestOfToken(sql: Sql, token: string): Promise<OptInRequest | undefined> {
  if (!/^[A-Za-z0-9_-]{20,64}$/.test(token)) return undefined;
  return (
    (await sql.optInRequest.findUnique({ where: { tokenHash: hashToken(token) } })) ?? undefined
  );
}
