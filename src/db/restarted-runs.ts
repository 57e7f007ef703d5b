import { v7 as newId } from 'uuid';
import type { ContactRef } from '../domain/ids.ts';
import type { Database } from './database.ts';

/** Which contacts' runs were ended because they could not move, and why: for operators, who may be under attack. */

export async function noteRestart(db: Database, ref: ContactRef, reason: string): Promise<void> {
  const { practiceId, contactId } = ref;
  const row = { id: newId(), practiceId, contactId, reason, at: db.clock.now() };
  await db.prisma.restartedRun.createMany({ data: [row] });
}
