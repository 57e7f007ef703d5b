/**
 * Does `task` for each item, at most `atOnce` at a time, in order; begins none once `ended` says so. Resolves when those
 * that were begun are done.
 */
export async function inTurns<T>(
  items: readonly T[],
  atOnce: number,
  ended: () => boolean,
  task: (item: T) => Promise<unknown>,
): Promise<void> {
  const waiting = [...items];
  const turn = async (): Promise<void> => {
    while (!ended()) {
      const item = waiting.shift();
      if (item === undefined) return;
      await task(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, turn));
}
