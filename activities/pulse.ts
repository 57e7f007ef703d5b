import { heartbeat } from '@temporalio/activity';
import { limits } from '../src/domain/limits.ts';

/**
 * Gives signs of life while `work` runs: a worker that died is noticed by its silence, and a provider call may be
 * silent for longer than that.
 */
export async function withPulse<T>(work: () => Promise<T>): Promise<T> {
  const pulse = setInterval(heartbeat, limits.heartbeatMs);
  try {
    return await work();
  } finally {
    clearInterval(pulse);
  }
}
