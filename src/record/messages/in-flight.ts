import { setTimeout as delay } from 'node:timers/promises';
import { performance } from 'node:perf_hooks';
import type { Database } from '../../platform/db/database.ts';
import type { ContactRef } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import type { Method } from '../../core/method.ts';

/** How often to look, in ms: a provider's answer takes some hundred. */
const pollMs = 50;

/**
 * After a revocation was committed nothing new can be claimed, but a call may be under way. Its acknowledgement waits
 * for that call, up to `limits.revokeWaitMs`, so that "stopped" means stopped.
 */
export async function awaitInFlight(
  db: Database,
  refs: readonly ContactRef[],
  method: Method,
): Promise<void> {
  const until = performance.now() + limits.revokeWaitMs;
  for (const { practiceId, contactId } of refs)
    while (performance.now() < until) {
      const sending = await db.prisma.delivery.count({
        where: { practiceId, contactId, method, status: 'sending', purpose: 'content' },
      });
      if (sending === 0) break;
      await delay(pollMs);
    }
}
