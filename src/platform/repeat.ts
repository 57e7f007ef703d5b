import { setTimeout as delay } from 'node:timers/promises';
import { workerLimits } from '../core/limits/worker-limits.ts';

export type Loop = {
  /**
   * Resolves when the work that is under way is done, and after `workerLimits.loopStopMs` in any case; nothing begins
   * after it.
   */
  stop(): Promise<void>;
};

/**
 * Repeats `work`, `everyMs` after it was done. A failure goes to `onFailure`, and the next try follows. `work` is given
 * the signal that it is to end, for rounds that take long.
 */
export function repeat(
  work: (stopping: AbortSignal) => Promise<void>,
  everyMs: number,
  onFailure: (error: Error) => void,
): Loop {
  const stopping = new AbortController();
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await work(stopping.signal).catch((error: Error) => {
        // What a process takes away from its own work while it ends is no failure of that work.
        if (!stopping.signal.aborted) onFailure(error);
      });
      await delay(everyMs, undefined, { signal: stopping.signal, ref: false }).catch(
        () => undefined,
      );
    }
  };
  const running = loop();
  return {
    async stop() {
      stopping.abort();
      const enough = new Promise<void>((resolve) => {
        setTimeout(resolve, workerLimits.loopStopMs).unref();
      });
      await Promise.race([running, enough]);
    },
  };
}
