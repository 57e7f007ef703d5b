import { channelRules, methods } from '../../core/method.ts';
import { subscriberOf } from '../../core/subscriber.ts';
import { addressHash, formerAddressHash } from '../../record/contacts/contact-store.ts';
import { Prisma, type Database } from '../../platform/db/database.ts';
import { hashColumns } from '../../platform/db/lookup.ts';
import { placeOf } from '../../platform/db/sealed-columns.ts';
import { ifReadable } from '../../platform/db/cipher.ts';
import { transaction } from '../../platform/db/transaction.ts';

/**
 * Numbers that are on file in another form than the one they are looked up by, from before there was one (a few of
 * Argentina and Brazil): every hash of them follows, so that their owners' words still find them. Done once, by `npm run
 * migrate`. Of erased people the number is gone; their stop is looked for under both forms (`putContacts`).
 */

/** Rows of one page. */
const rowsAtOnce = 500;

const withNumbers = methods.filter((method) => channelRules[method].address === 'number');

/** Returns how many numbers were moved. */
export async function rehashNumbers(db: Database): Promise<number> {
  const moved = new Map<string, string>();
  let after = { practiceId: '', contactId: '', method: '' };
  for (;;) {
    const rows = await db.prisma.$queryRaw<(typeof after & { addressEnc: string })[]>`
      SELECT practice_id AS "practiceId", contact_id AS "contactId", method, address_enc AS "addressEnc" FROM channels
      WHERE address_enc IS NOT NULL AND method = ANY(${withNumbers}) AND (practice_id, contact_id, method) > (${after.practiceId}, ${after.contactId}, ${after.method})
      ORDER BY practice_id, contact_id, method LIMIT ${rowsAtOnce}`;
    for (const { practiceId, contactId, method, addressEnc } of rows) {
      const place = placeOf('channels.address', practiceId, contactId, method);
      const number = ifReadable(() => db.cipher.open(addressEnc, place));
      const former = number === undefined ? undefined : formerAddressHash(db, number);
      if (former !== undefined) moved.set(former, addressHash(db, subscriberOf(number!)));
    }
    if (rows.length < rowsAtOnce) break;
    after = rows.at(-1)!;
  }
  for (const [former, today] of moved)
    await transaction(db, async (sql) => {
      for (const name of hashColumns.address) await sql.$executeRaw(moveOf(name, former, today));
    });
  return moved.size;
}

/** What says one thing of an address stays where the other form has its own already: both forms are looked for. */
const once: Readonly<Record<string, string>> = {
  suppressions: 'o.practice_id = t.practice_id AND o.method = t.method',
  refusals: 'o.practice_id = t.practice_id AND o.method = t.method',
  texted_from: 'o.practice_id = t.practice_id AND o.sender = t.sender',
};

function moveOf(name: string, former: string, today: string): Prisma.Sql {
  const [table = '', column = ''] = name.replace('[]', '').split('.');
  const [rows, hash] = [Prisma.raw(table), Prisma.raw(column)];
  if (name.endsWith('[]'))
    return Prisma.sql`UPDATE ${rows} SET ${hash} = array_replace(${hash}, ${former}, ${today}) WHERE ${former} = ANY(${hash})`;
  const same = once[table];
  const free =
    same === undefined
      ? Prisma.empty
      : Prisma.sql`AND NOT EXISTS (SELECT FROM ${rows} o WHERE ${Prisma.raw(same)} AND o.${hash} = ${today})`;
  return Prisma.sql`UPDATE ${rows} t SET ${hash} = ${today} WHERE t.${hash} = ${former} ${free}`;
}
