import type { Database } from '../platform/db/database.ts';
import { lookFurther } from '../record/practices/practice-looks.ts';
import type { WorkflowClient } from './workflow-client.ts';

/**
 * Works off one page of what switches left to look at, of this practice or of each that waits, and signals its
 * workflows. True: there is a further page.
 */
export async function workOffLooks(
  { db, workflows }: { db: Database; workflows: Pick<WorkflowClient, 'tell' | 'wakeDispatcher'> },
  practiceId?: string,
): Promise<boolean> {
  const { wake, dispatchers, more } = await lookFurther(db, practiceId);
  if (wake.length > 0) await workflows.tell({ wake });
  for (const practice of dispatchers) await workflows.wakeDispatcher(practice);
  return more;
}
