import { limits } from '../../core/limits.ts';
import type { Database } from '../../platform/db/database.ts';

/**
 * The ids of the messages that a call under an Idempotency-Key stores, when its caller gives them none. A repeat finds
 * what the first call stored, even after a crash, and also where the look-up key was replaced in between.
 *
 * A key means one call for a day. The messages of an earlier one are not those of this one, so each id goes on from that
 * of the message of before, as often as the key was used again.
 */
export async function idsUnderKey(
  db: Database,
  practiceId: string,
  { scope, key }: { scope: string; key: string },
  count: number,
): Promise<string[]> {
  const first = Array.from({ length: count }, (_, index) =>
    db.lookup.stableId(JSON.stringify([practiceId, scope, key, index])),
  );
  const earlier = new Date(db.clock.now().getTime() - limits.idempotencyMs);
  const laterThan = async (ids: readonly string[]): Promise<string[]> => {
    const used = await db.prisma.message.findMany({
      where: { practiceId, id: { in: [...ids] }, createdAt: { lt: earlier } },
      select: { id: true, createdAt: true },
    });
    if (used.length === 0) return [...ids];
    const usedAt = new Map(used.map(({ id, createdAt }) => [id, createdAt.toISOString()]));
    return laterThan(
      ids.map((id) => {
        const at = usedAt.get(id);
        return at === undefined ? id : db.lookup.stableId(JSON.stringify([practiceId, id, at]));
      }),
    );
  };
  return laterThan(first);
}
