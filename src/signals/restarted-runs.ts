import { v7 as newId } from 'uuid';
import { parseContactWorkflowId } from '../core/ids.ts';
import type { SignalledRun } from '../core/signals/signalled-run.ts';
import type { Database } from '../platform/db/database.ts';

/** Which runs were ended because they could not move, and why: for operators, who may be under attack. */

export async function noteRestart(db: Database, run: SignalledRun, reason: string): Promise<void> {
  const { practiceId, workflowId } = run;
  const contactId = parseContactWorkflowId(workflowId)?.contactId ?? null;
  const row = { id: newId(), practiceId, workflowId, contactId, reason, at: db.clock.now() };
  await db.prisma.restartedRun.createMany({ data: [row] });
}
