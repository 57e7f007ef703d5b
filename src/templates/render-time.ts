import { stopwatch } from './stopwatch.ts';

/** Thrown out of a rendering whose time is used up. */
export class RenderTimeSpent extends Error {
  override readonly name = 'RenderTimeSpent';
  constructor() {
    super('takes too long to render');
  }
}

type Whole = Pick<RenderTime, 'left' | 'spend'>;

/**
 * The time that rendering may take, in ms of the processor's: of one message, of one call, of one practice. A machine
 * that is busy with something else makes no template fail. Parts are bound by the whole: what they spend, it spends.
 */
export class RenderTime {
  #left: number;
  readonly #whole: Whole | undefined;

  constructor(ms: number, whole?: Whole) {
    this.#left = ms;
    this.#whole = whole;
  }

  /** In ms; zero or less: nothing more is rendered. */
  get left(): number {
    return Math.min(this.#left, this.#whole?.left ?? Infinity);
  }

  /**
   * Does `work`, which calls `look` as often as it can: it throws `RenderTimeSpent` when the time is up, as does work
   * that begins later.
   */
  within<T>(work: (look: () => void) => T): T {
    const most = this.left;
    if (most <= 0) throw new RenderTimeSpent();
    const worked = stopwatch();
    let nextLook = performance.now() + most;
    try {
      return work(() => {
        // Cheap, and no less than the processor's time of one thread.
        if (performance.now() < nextLook) return;
        const left = most - worked();
        if (left <= 0) throw new RenderTimeSpent();
        nextLook = performance.now() + left;
      });
    } finally {
      this.spend(worked());
    }
  }

  spend(ms: number): void {
    this.#left -= ms;
    this.#whole?.spend(ms);
  }
}
