import { limits } from '../../core/limits.ts';

/**
 * Decides what follows a failed attempt: another one, later each time, or none (Standard Webhooks, "Retry schedule" and
 * "Disabling endpoints"). `failures`: those before this one. `jitter`: 0 to 1.
 */
export function afterFailure(
  refusal: { status?: number; problem: string; retryAfterMs?: number },
  failures: number,
  now: Date,
  jitter: number,
): { retryAt: Date } | { disable: string } {
  // 410 Gone: the receiver says itself that it wants no more.
  if (refusal.status === 410) return { disable: 'the receiver is gone (HTTP 410)' };
  const planned = limits.webhookRetriesMs[failures];
  if (planned === undefined)
    return { disable: `${failures + 1} attempts failed, the last with: ${refusal.problem}` };
  const waitMs = planned * (1 + limits.webhookRetryJitter * jitter);
  return { retryAt: new Date(now.getTime() + Math.max(waitMs, refusal.retryAfterMs ?? 0)) };
}
