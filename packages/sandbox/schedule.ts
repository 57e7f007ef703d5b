/** Timers with one owner: after `stop` none of them fires, and every sleeper wakes up at once. */
export class Schedule {
  readonly #pending = new Map<NodeJS.Timeout, (() => void) | undefined>();
  #stopped = false;

  after(delayMs: number, action: () => void): void {
    this.#set(delayMs, action, undefined);
  }

  /** One after the other, each `atMs` after now: timers of their own may overtake each other on a busy machine. */
  inOrder(steps: readonly { atMs: number; action: () => void }[], passedMs = 0): void {
    const [first, ...rest] = steps;
    if (first === undefined) return;
    this.after(Math.max(0, first.atMs - passedMs), () => {
      first.action();
      this.inOrder(rest, first.atMs);
    });
  }

  sleep(delayMs: number): Promise<void> {
    if (delayMs <= 0) return Promise.resolve();
    return new Promise((resolve) => this.#set(delayMs, resolve, resolve));
  }

  stop(): void {
    this.#stopped = true;
    for (const [timer, onStop] of this.#pending) {
      clearTimeout(timer);
      onStop?.();
    }
    this.#pending.clear();
  }

  #set(delayMs: number, action: () => void, onStop: (() => void) | undefined): void {
    if (this.#stopped) {
      onStop?.();
      return;
    }
    const timer = setTimeout(() => {
      this.#pending.delete(timer);
      action();
    }, delayMs);
    this.#pending.set(timer, onStop);
  }
}
