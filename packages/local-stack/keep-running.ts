/** Something that runs until it is stopped or dies: a kept server or a role process. */
export type Running = {
  /** Resolves with the reason when it has ended, wanted or not. */
  ended: Promise<string>;
  /** In good order; at once when `hurry`. */
  stop(hurry?: boolean): Promise<void>;
};

export type KeptRunning<T extends Running> = {
  /** Undefined while it is down. */
  current(): T | undefined;
  stop(hurry?: boolean): Promise<void>;
};

const firstWaitMs = 500;
const longestWaitMs = 30_000;
/** After a life that long a death is news, not the same fault again. */
const soundLifeMs = 60_000;

/**
 * Starts it, and starts it again whenever it ends by itself, after waits that grow from half a second to half a minute.
 * Rejects when the first start fails.
 */
export async function keepRunning<T extends Running>(options: {
  /** As the subject of a sentence: `The worker`. */
  name: string;
  start: () => Promise<T>;
  tell: (text: string) => void;
  /** `current` has changed. */
  onChange: () => void;
}): Promise<KeptRunning<T>> {
  const { name, tell, onChange } = options;
  let waitMs = firstWaitMs;
  let current: T | undefined;
  let stopping = false;
  let wake: () => void = () => undefined;
  let revival: Promise<void> = Promise.resolve();

  const watch = (running: T): void => {
    current = running;
    const startedAt = Date.now();
    onChange();
    const onEnd = (reason: string): void => {
      current = undefined;
      if (stopping) return;
      onChange();
      if (Date.now() - startedAt > soundLifeMs) waitMs = firstWaitMs;
      revival = revive(`${name} ended (${reason})`);
    };
    void running.ended.then(onEnd);
  };

  const revive = async (reason: string): Promise<void> => {
    let why = reason;
    for (;;) {
      tell(`${why}; starting it again in ${waitMs / 1000} s.`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      waitMs = Math.min(2 * waitMs, longestWaitMs);
      if (stopping) return;
      try {
        watch(await options.start());
        tell(`${name} is back.`);
        return;
      } catch (error) {
        if (stopping) return;
        why = `${name} did not start: ${error instanceof Error ? error.message : String(error)}`;
      }
    }
  };

  watch(await options.start());
  return {
    current: () => current,
    async stop(hurry) {
      stopping = true;
      wake();
      await current?.stop(hurry);
      // One that was just being started again.
      await revival;
      await current?.stop(hurry);
    },
  };
}
