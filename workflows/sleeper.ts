import {
  condition,
  patched,
  setDefaultSignalHandler,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { Deadline } from './deadline.ts';
import { renewSignal, wakeSignal } from './messages.ts';

/** A run that is never idle must stay far from Temporal's 10,000 signals and 51,200 events. */
const busySignals = 1_000;
const busyEvents = 2_000;

/** Lets a workflow sleep until a signal or a given time. One for each run. */
export class Sleeper {
  #awake: boolean;
  #signals = 0;
  #renews = false;
  readonly #deadline = new Deadline(() => this.wake());

  /** `awake`: there is something to do at once. `until`: ISO 8601; absent: only a signal wakes it. */
  constructor(awake: boolean, until: string | undefined) {
    this.#awake = awake;
    this.sleepUntil(until);
    setHandler(wakeSignal, () => {
      this.#signals += 1;
      this.wake();
    });
    setHandler(renewSignal, () => {
      this.#signals += 1;
      // A worker from before this signal ignores it, and runs beside newer ones during an update.
      if (!patched('renew')) return;
      this.#renews = true;
      this.wake();
    });
    // Whatever else is said is nothing to wake for, and still makes the run longer.
    setDefaultSignalHandler(() => {
      this.#signals += 1;
    });
  }

  /** Woken again since it last woke. */
  get awake(): boolean {
    return this.#awake;
  }

  /** Asked to go on as a new run, after the next look. */
  get renews(): boolean {
    return this.#renews;
  }

  /** The run is long enough to go on as a new one. */
  get isBusy(): boolean {
    return workflowInfo().historyLength > busyEvents || this.#signals > busySignals;
  }

  wake(): void {
    this.#awake = true;
  }

  sleepUntil(until: string | undefined): void {
    this.#deadline.set(until === undefined ? undefined : new Date(until));
  }

  /** Resolves when it is woken; whatever is said from here on wakes it again. */
  async woken(): Promise<void> {
    await condition(() => this.#awake);
    this.#awake = false;
  }
}
