import { heartbeat } from '@temporalio/activity';
import { limits } from '../src/core/limits.ts';

/**
 * Gives signs of life while `work` runs: a worker that died is noticed by its silence, and a provider call may be
 * silent for longer than that. `progress`: what the next try is to know, should this one fail.
 */
export async function withPulse<T>(work: () => Promise<T>, progress?: () => unknown): Promise<T> {
  const pulse = setInterval(() => heartbeat(progress?.()), limits.heartbeatMs);
  try {
    return await work();
  } finally {
    clearInterval(pulse);
  }
}
