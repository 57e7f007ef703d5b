import type { ContactRef } from '../../core/ids.ts';
import type { Sql } from '../../platform/db/database.ts';

/** The id of a contact that was merged into another stays an alias: calls that still use it mean the other. */

/** The current id of each; in the order given. */
export async function currentIds(
  sql: Sql,
  practiceId: string,
  contactIds: readonly string[],
): Promise<string[]> {
  const rows = await sql.contact.findMany({
    where: { practiceId, id: { in: [...new Set(contactIds)] }, mergedInto: { not: null } },
    select: { id: true, mergedInto: true },
  });
  const aliases = new Map(rows.map(({ id, mergedInto }) => [id, mergedInto!]));
  return contactIds.map((id) => aliases.get(id) ?? id);
}

export async function currentRef(sql: Sql, ref: ContactRef): Promise<ContactRef> {
  const [contactId] = await currentIds(sql, ref.practiceId, [ref.contactId]);
  return { ...ref, contactId: contactId! };
}

/** The ids that mean this contact: its own, and those that were merged into it. */
export async function idsOf(sql: Sql, ref: ContactRef): Promise<string[]> {
  return [ref.contactId, ...(await aliasesOf(sql, ref))];
}

/** The ids that were merged into this contact. */
export async function aliasesOf(sql: Sql, ref: ContactRef): Promise<string[]> {
  const rows = await sql.contact.findMany({
    where: { practiceId: ref.practiceId, mergedInto: ref.contactId },
    select: { id: true },
    orderBy: { id: 'asc' },
  });
  return rows.map(({ id }) => id);
}
