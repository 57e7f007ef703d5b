import { currentIds } from '../../record/contacts/alias-store.ts';
import type { ContactDetails } from '../../record/contacts/contact-store.ts';
import type { Sql } from '../../platform/db/database.ts';
import type { ContactRef } from '../../core/ids.ts';

/** Ids in bodies are aliases too: that of a merged contact means the one that it was merged into. */

/** The entries, each of the contact that its id means today; in the order given. */
export async function asCurrent<T extends { ref: ContactRef }>(
  sql: Sql,
  practiceId: string,
  named: readonly T[],
): Promise<T[]> {
  const ids = named.map(({ ref }) => ref.contactId);
  const current = await currentIds(sql, practiceId, ids);
  return named.map((one, index) => ({ ...one, ref: { practiceId, contactId: current[index]! } }));
}

/** Those that a contact acts for, each once. */
export async function actForCurrent(
  sql: Sql,
  practiceId: string,
  described: readonly { details: ContactDetails }[],
): Promise<void> {
  const named = described.flatMap(({ details }) => details.actsFor ?? []);
  if (named.length === 0) return;
  const current = await currentIds(sql, practiceId, named);
  const meant = new Map(named.map((contactId, index) => [contactId, current[index]!]));
  for (const { details } of described)
    if (details.actsFor)
      details.actsFor = [...new Set(details.actsFor.map((one) => meant.get(one)!))];
}
