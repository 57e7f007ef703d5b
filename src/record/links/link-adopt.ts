import { adoptBookings } from './booking-store.ts';
import type { Database } from '../../platform/db/database.ts';
import { sealMessageLink, sealPreferenceLink, sealRequest } from './link-seal.ts';

/**
 * Seals the rows from before links were sealed, as they are: those on their way go on working. It takes the database's
 * word for them, so it is done once, by `npm run migrate` when it brings the seal, and by the operator's `npm run admin
 * -- links adopt` where processes of the earlier release still wrote after that; never by the service itself.
 */

/** Rows of one page. */
const rowsAtOnce = 500;

/** How many links were sealed. */
export async function adoptLinks(db: Database): Promise<number> {
  const { prisma } = db;
  const unsealed = { where: { tokenEnc: null }, take: rowsAtOnce };
  return (
    (await adoptBookings(db)) +
    (await adopt(
      () => prisma.optInRequest.findMany(unsealed),
      (row) =>
        prisma.optInRequest.updateMany({
          where: { id: row.id, tokenEnc: null },
          data: { tokenEnc: sealRequest(db, row) },
        }),
    )) +
    (await adopt(
      () => prisma.messageLink.findMany(unsealed),
      (row) =>
        prisma.messageLink.updateMany({
          where: { tokenHash: row.tokenHash, tokenEnc: null },
          data: { tokenEnc: sealMessageLink(db, row) },
        }),
    )) +
    (await adopt(
      () => prisma.preferenceLink.findMany(unsealed),
      (row) =>
        prisma.preferenceLink.updateMany({
          where: { tokenHash: row.tokenHash, tokenEnc: null },
          data: { tokenEnc: sealPreferenceLink(db, row) },
        }),
    ))
  );
}

async function adopt<Row>(
  page: () => Promise<Row[]>,
  sealRow: (row: Row) => Promise<unknown>,
): Promise<number> {
  let count = 0;
  for (;;) {
    const rows = await page();
    for (const row of rows) await sealRow(row);
    count += rows.length;
    if (rows.length < rowsAtOnce) return count;
  }
}
