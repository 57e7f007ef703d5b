import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';

/** Clocks of machines differ a little: a time that is already past here may still be to come there. In ms. */
const soonestMs = 250;

/**
 * One absolute time to be woken at. Setting the same time again costs nothing, which matters: a timer is two events
 * and a billed action, and most looks leave the next time unchanged.
 */
export class Deadline {
  #at: number | undefined;
  #scope: CancellationScope | undefined;
  readonly #onReached: () => void;

  constructor(onReached: () => void) {
    this.#onReached = onReached;
  }

  set(at: Date | undefined): void {
    const time = at?.getTime();
    if (time === this.#at) return;
    this.#scope?.cancel();
    this.#scope = undefined;
    this.#at = time;
    if (time !== undefined) void this.#wait(time);
  }

  async #wait(time: number): Promise<void> {
    const scope = new CancellationScope();
    this.#scope = scope;
    try {
      await scope.run(() => sleep(Math.max(time - Date.now(), soonestMs)));
    } catch (error) {
      if (isCancellation(error)) return;
      throw error;
    }
    if (this.#scope !== scope) return;
    this.#at = undefined;
    this.#scope = undefined;
    this.#onReached();
  }
}
