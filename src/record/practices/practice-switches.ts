import { ifReadable } from '../../platform/db/cipher.ts';
import { lockPractice, practiceView, type PracticeView } from '../consent/contact-lock.ts';
import { Prisma, type Database, type Sql } from '../../platform/db/database.ts';
import { lookAgain } from './practice-looks.ts';
import { endPauses } from './provider-rate-store.ts';
import { pausedMark, placeOf } from '../../platform/db/sealed-columns.ts';
import { transaction } from '../../platform/db/transaction.ts';

/** Switches that act on a whole practice and its queue. Each is one statement on the practice, whatever waits. */

/** The SQL of not `mutedPractice`, of a practice that stands as `p`. */
export const practiceSends = Prisma.sql`(p.paused_reason IS NULL AND p.suspended_reason IS NULL
  AND COALESCE((p.settings ->> 'messagingEnabled')::boolean, true))`;

/** Stops all sending of one practice, or of all, with the next claim; queued messages keep waiting, and say so. */
export async function pauseSending(
  db: Database,
  reason: string,
  practiceId?: string,
): Promise<number> {
  const practices = await db.prisma.practice.findMany({
    where: practiceId === undefined ? {} : { id: practiceId },
    select: { id: true },
  });
  const notes = practices.map(({ id }) => ({
    id,
    note: db.cipher.seal(reason, placeOf('practices.pause_note', id)),
  }));
  return db.prisma.$executeRaw`
    UPDATE practices p SET paused_reason = ${pausedMark}, pause_note_enc = x.note
    FROM jsonb_to_recordset(${JSON.stringify(notes)}::jsonb) AS x (id text, note text)
    WHERE p.id = x.id`;
}

/** Why the operator paused it; undefined: it is not paused, or nobody can read why. */
export async function readPauseNote(db: Database, practiceId: string): Promise<string | undefined> {
  const { pausedReason, pauseNoteEnc } = await db.prisma.practice.findFirstOrThrow({
    where: { id: practiceId },
  });
  if (pausedReason === null) return undefined;
  // Paused by a release that wrote it in the clear.
  if (pauseNoteEnc === null) return pausedReason;
  return ifReadable(() =>
    db.cipher.open(pauseNoteEnc, placeOf('practices.pause_note', practiceId)),
  );
}

/**
 * Practices that send again; how many contacts wait makes no difference. Said for all, providers that had asked to wait
 * are called again too.
 */
export async function resumeSending(db: Database, practiceId?: string): Promise<string[]> {
  const rows = await db.prisma.$queryRaw<{ id: string }[]>`
    UPDATE practices SET paused_reason = NULL, pause_note_enc = NULL, look_since = ${db.clock.now()}, look_after = ''
    WHERE paused_reason IS NOT NULL AND (${practiceId ?? null}::text IS NULL OR id = ${practiceId ?? null})
    RETURNING id`;
  if (practiceId === undefined) await endPauses(db);
  return rows.map(({ id }) => id);
}

/** Sees a switch from both sides, in its transaction; throws, so that nothing is changed. */
export type SwitchCheck = (sql: Sql, before: PracticeView, after: PracticeView) => Promise<void>;

/** False: it was not suspended. Counting starts over. */
export async function reinstate(
  db: Database,
  practiceId: string,
  check: SwitchCheck,
): Promise<boolean> {
  return transaction(db, async (sql) => {
    await lockPractice(sql, practiceId);
    const before = await sql.practice.findFirstOrThrow({ where: { id: practiceId } });
    if (before.suspendedReason === null) return false;
    const after = await sql.practice.update({
      where: { id: practiceId },
      data: { suspendedReason: null, reinstatedAt: db.clock.now() },
    });
    await check(sql, practiceView(practiceId, before), practiceView(practiceId, after));
    await lookAgain(sql, practiceId, db.clock.now());
    return true;
  });
}
