import { v7 as newId } from 'uuid';
import type { Database, Sql } from '../platform/db/database.ts';
import { limits } from '../core/limits.ts';

/**
 * Acts of the practice that can be taken back for ten seconds. The act itself takes effect at once; the state it
 * removed is kept here, and restored as it was. The server's clock decides, and later changes hold: an undo that would
 * overwrite one is refused.
 */

export type Act = 'stop' | 'cancel';

/** The newest act on a subject replaces an older one; acts past their undo time are forgotten. */
export async function keepUndo<B extends object>(
  db: Database,
  sql: Sql,
  key: { practiceId: string; contactId: string; act: Act; subject: string },
  before: B,
  at: Date,
): Promise<void> {
  await sql.undo.deleteMany({
    where: { OR: [key, { practiceId: key.practiceId, at: { lte: oldest(db) } }] },
  });
  await sql.undo.create({
    data: { id: newId(), ...key, before, at },
  });
}

/** Takes the act from the table, so that it is undone once. Undefined: there is none, or it is too old. */
export async function takeUndo<B extends object>(
  db: Database,
  sql: Sql,
  key: { practiceId: string; contactId: string; act: Act; subject: string },
): Promise<{ before: B; at: Date } | undefined> {
  const row = await sql.undo.findFirst({ where: { ...key, at: { gt: oldest(db) } } });
  if (!row) return undefined;
  await sql.undo.delete({ where: { id: row.id } });
  return { before: row.before as B, at: row.at };
}

function oldest(db: Database): Date {
  return new Date(db.clock.now().getTime() - limits.undoMs - limits.undoGraceMs);
}
