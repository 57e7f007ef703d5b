import { setTimeout as delay } from 'node:timers/promises';

export type Loop = {
  /** Resolves when the work that is under way is done; nothing begins after it. */
  stop(): Promise<void>;
};

/** Does `work` again and again, `everyMs` after it was done. What fails is told to `onFailure`, and tried again. */
export function repeat(
  work: () => Promise<void>,
  everyMs: number,
  onFailure: (error: Error) => void,
): Loop {
  const stopping = new AbortController();
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await work().catch(onFailure);
      await delay(everyMs, undefined, { signal: stopping.signal, ref: false }).catch(
        () => undefined,
      );
    }
  };
  const running = loop();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
