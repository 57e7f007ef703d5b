import { performance } from 'node:perf_hooks';
import { limits } from '../core/limits.ts';
import { Turns } from '../core/turns/turns.ts';

/**
 * The signals that a process has under way: practices take turns, so that one that registers thousands of contacts keeps
 * nobody's message waiting. What would wait for too long is left to the sweeper, which finds what was missed.
 */
export class SignalLine {
  readonly #turns = new Turns(limits.signalsUnderWay);
  readonly #waiting = new Map<string, Promise<boolean>>();
  readonly #onFailure: (error: unknown, count: number) => void;
  readonly #now: () => number;
  #failures = 0;
  #quietUntil = 0;

  /** `onFailure`: a signal that was not taken; of a burst once in a while, with how many there were since. */
  constructor(
    onFailure: (error: unknown, count: number) => void,
    now = (): number => performance.now(),
  ) {
    this.#onFailure = onFailure;
    this.#now = now;
  }

  /** False: it was not sent, or not taken. Never rejects. */
  async send(practiceId: string, signal: () => Promise<unknown>): Promise<boolean> {
    const turn = this.#turns.take(practiceId);
    if (!turn) return this.failed(new SignalsWaitError());
    await turn;
    try {
      await signal();
      return true;
    } catch (error) {
      return this.failed(error);
    } finally {
      this.#turns.giveBack(practiceId);
    }
  }

  /** The same for a signal that says nothing but "look": while one waits for a workflow, a further one adds nothing. */
  wake(practiceId: string, workflowId: string, signal: () => Promise<unknown>): Promise<boolean> {
    const waiting = this.#waiting.get(workflowId);
    if (waiting) return waiting;
    const sent = this.send(practiceId, () => {
      this.#waiting.delete(workflowId);
      return signal();
    });
    this.#waiting.set(workflowId, sent);
    void this.#forget(workflowId, sent);
    return sent;
  }

  /** One that was refused at once waits for nothing. */
  async #forget(workflowId: string, sent: Promise<boolean>): Promise<void> {
    await sent;
    if (this.#waiting.get(workflowId) === sent) this.#waiting.delete(workflowId);
  }

  /** Reports it. */
  failed(error: unknown): false {
    this.#failures += 1;
    const now = this.#now();
    if (now < this.#quietUntil) return false;
    this.#quietUntil = now + limits.failuresEveryMs;
    const count = this.#failures;
    this.#failures = 0;
    this.#onFailure(error, count);
    return false;
  }
}

/** As many signals of the practice wait as may. */
class SignalsWaitError extends Error {
  override readonly name = 'SignalsWaitError';
}
