import { v7 as newId } from 'uuid';
import type { ContactRef } from '../../core/ids.ts';
import { currentRef } from '../../record/contacts/alias-store.ts';
import { lockContacts } from '../../record/consent/contact-lock.ts';
import type { Database } from '../../platform/db/database.ts';
import { emptiedChannel, emptiedContact } from './emptied.ts';
import { eraseEvidence } from '../../ledger/store.ts';
import { transaction } from '../../platform/db/transaction.ts';

/**
 * Earlier releases registered a merged contact once more under its old id, when an array call named it. Nobody saw
 * these data, and an erasure did not reach them: they go, and so does their evidence where the person was erased.
 *
 * `most`: rows emptied in one call.
 */
export async function emptyAliases(db: Database, most: number): Promise<void> {
  const rows = await db.prisma.$queryRaw<ContactRef[]>`
    SELECT practice_id AS "practiceId", id AS "contactId" FROM contacts
    WHERE merged_into IS NOT NULL AND registered LIMIT ${most}`;
  for (const ref of rows) await emptyAlias(db, ref);
}

async function emptyAlias(db: Database, ref: ContactRef): Promise<void> {
  const { practiceId, contactId } = ref;
  await transaction(db, async (sql) => {
    const current = await currentRef(sql, ref);
    const locked = await lockContacts(sql, practiceId, [contactId, current.contactId]);
    const [alias, stands] = [ref, current].map((one) =>
      locked.find((view) => view.ref.contactId === one.contactId),
    );
    // Merged once more meanwhile: the next sweep finds it again.
    if (!alias?.consent.registered || alias.mergedInto !== stands?.ref.contactId) return;
    if (stands.gone) await eraseEvidence(db, sql, [{ id: newId(), ref, version: alias.version }]);
    await sql.channel.updateMany({
      where: { practiceId, contactId },
      data: { ...emptiedChannel, assigned: false },
    });
    await sql.contact.updateMany({
      where: { practiceId, id: contactId },
      data: { ...emptiedContact, updatedAt: db.clock.now() },
    });
  });
}
