import { hashToken, isTokenShaped } from '../../platform/db/cipher.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import type { OptInRequest } from '../../platform/db/generated/client.ts';
import { fitsRequest } from './link-seal.ts';
import { placeOf } from '../../platform/db/sealed-columns.ts';

/** One request to one person: the message that left, the full text behind its link, and how it can be answered. */

export type ShownText = { version: string; text: string };

/** The columns that keep the text shown. */
export function sealShown(
  db: Database,
  { practiceId, deliveryId }: Pick<OptInRequest, 'practiceId' | 'deliveryId'>,
  message: ShownText,
  page: ShownText,
) {
  return {
    textVersion: message.version,
    shownEnc: db.cipher.seal(
      message.text,
      placeOf('opt_in_requests.shown', practiceId, deliveryId),
    ),
    pageVersion: page.version,
    pageEnc: db.cipher.seal(page.text, placeOf('opt_in_requests.page', practiceId, deliveryId)),
  };
}

/** The full text as it was when the person was asked; undefined for a request from before it was kept. */
export function pageShown(db: Database, request: OptInRequest): ShownText | undefined {
  const { practiceId, deliveryId, pageVersion, pageEnc } = request;
  if (pageVersion === null || pageEnc === null) return undefined;
  const place = placeOf('opt_in_requests.page', practiceId, deliveryId);
  return { version: pageVersion, text: db.cipher.open(pageEnc, place) };
}

/** For the ledger: the message sent, and the text behind its link. */
export function shownWith(db: Database, request: OptInRequest) {
  const page = pageShown(db, request);
  const { practiceId, deliveryId } = request;
  return {
    textVersion: request.textVersion,
    textShown: db.cipher.open(
      request.shownEnc,
      placeOf('opt_in_requests.shown', practiceId, deliveryId),
    ),
    ...(page ? { pageVersion: page.version, pageText: page.text } : {}),
  };
}

/** Undefined: nobody was given this token, or the row does not fit its seal. */
export async function requestOfToken(
  db: Database,
  sql: Sql,
  token: string,
): Promise<OptInRequest | undefined> {
  if (!isTokenShaped(token)) return undefined;
  const row = await sql.optInRequest.findFirst({ where: { tokenHash: hashToken(token) } });
  return row && fitsRequest(db, row) ? row : undefined;
}

/** The request as it is now, locked until the transaction ends; undefined: it does not fit its seal any more. */
export async function lockRequest(
  db: Database,
  sql: Sql,
  id: string,
): Promise<OptInRequest | undefined> {
  await sql.$executeRaw`SELECT 1 FROM opt_in_requests WHERE id = ${id}::uuid FOR UPDATE`;
  const row = await sql.optInRequest.findFirst({ where: { id } });
  return row && fitsRequest(db, row) ? row : undefined;
}
