/** Timers with one owner: after `stop` none of them fires, and whoever sleeps wakes up at once. */
export class Schedule {
  readonly #pending = new Map<NodeJS.Timeout, (() => void) | undefined>();
  #stopped = false;

  after(delayMs: number, action: () => void): void {
    this.#set(delayMs, action, undefined);
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
