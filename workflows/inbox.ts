import { limits } from '../src/core/limits.ts';
import { workerLimits } from '../src/core/limits/worker-limits.ts';
import type {
  HeldSignals,
  RawSignal,
  StoreInput,
  StoreReport,
} from '../src/core/signals/activity-types.ts';

/**
 * Raw signals that are not in the record yet, oldest first. A few go to the activity by value. Many stay where they
 * already are, in this workflow's history, and the activity is told which events to read: their texts are not written
 * into the history once more, which has to stay under 50 MB, and a run may end before all of them are stored.
 *
 * One that did not open when it came goes by reference too, with those beside it: it is opened by the activity, with the
 * keys of the process that runs it, and how long it is would otherwise differ between two replays.
 */
export class Inbox {
  /** Ranges of earlier runs of this workflow, oldest first. */
  #earlier: Required<HeldSignals>[];
  /** Signals of this run: how long each is, and what it is, until there are too many to pass on by value. */
  #entries: { bytes: number; leftSealed: boolean; signal: RawSignal | undefined }[] = [];
  #bytes = 0;
  /** Signals of this run up to this event are stored. */
  #after = 0;
  #byReference = false;

  constructor(earlier: readonly Required<HeldSignals>[] = []) {
    this.#earlier = [...earlier];
  }

  get isEmpty(): boolean {
    return this.#earlier.length === 0 && this.#entries.length === 0;
  }

  /** There are so many that a slot which people wait for is not for them. */
  get isLong(): boolean {
    return this.#earlier.length > 0 || !this.#fitsByValue;
  }

  /** An activity of this run has read signals from a history: the workers know how. */
  get byReference(): boolean {
    return this.#byReference;
  }

  /** `bytes`: of what the signal carries, as JSON. */
  put(entry: { signal: RawSignal; bytes: number; leftSealed?: boolean }): void {
    this.#bytes += entry.bytes;
    this.#entries.push({ leftSealed: false, ...entry });
    // From here on they are only counted: fifty megabytes of texts would be held twice.
    if (!this.#fitsByValue) for (const known of this.#entries) known.signal = undefined;
  }

  /** All signals up to this event have been handed over: an activity is scheduled at this very point. */
  settle(historyLength: number): void {
    if (this.#entries.length === 0) this.#after = historyLength;
  }

  /**
   * What the next activity is to store, and what to do with its report. `batch`: a name that no other activity has. A
   * report of another than this one, which anybody with access to Temporal can give it, changes nothing: the same is
   * stored again.
   */
  next(
    historyLength: number,
    batch: string,
  ): { input: StoreInput; done: (report: StoreReport | null) => void } {
    const { input, done } = this.#next(historyLength);
    return {
      input: { ...input, batch },
      done: (report) => {
        if (isOf(report, input.held, batch)) done(report);
      },
    };
  }

  #next(historyLength: number): { input: StoreInput; done: (report: StoreReport | null) => void } {
    const [first] = this.#earlier;
    if (first)
      return {
        input: { signals: [], held: first },
        done: (report) => this.#doneEarlier(first, report),
      };
    const offered = this.#entries.length;
    const signals = this.#entries.flatMap(({ signal }) => signal ?? []);
    if (this.#fitsByValue && signals.length === offered)
      return { input: { signals }, done: () => this.#drop(offered, historyLength) };
    const held = { after: this.#after, upTo: historyLength };
    return {
      input: { signals: [], held },
      done: (report) => {
        // A report of releases that passed every text on by value, as much as fits into one activity.
        if (!report) return this.#drop(this.#formerBatch(), this.#after);
        const { upTo = held.after } = report;
        this.#byReference = true;
        this.#after = upTo;
        if (upTo >= held.upTo) this.#drop(offered, upTo);
      },
    };
  }

  /** What the next run has to store, when this one ends here: `historyLength` is the last event that it has seen. */
  carry(runId: string, historyLength: number): Required<HeldSignals>[] {
    if (this.#entries.length === 0) return this.#earlier;
    return [...this.#earlier, { runId, after: this.#after, upTo: historyLength }];
  }

  #doneEarlier(held: Required<HeldSignals>, report: StoreReport | null): void {
    if (!report) return;
    this.#byReference = true;
    this.#earlier.shift();
    const { upTo = held.after } = report;
    if (upTo < held.upTo) this.#earlier.unshift({ ...held, after: upTo });
  }

  #drop(count: number, after: number): void {
    for (const { bytes } of this.#entries.splice(0, count)) this.#bytes -= bytes;
    this.#after = after;
  }

  get #fitsByValue(): boolean {
    return (
      this.#entries.length <= workerLimits.signalsByValue &&
      this.#bytes <= workerLimits.signalBytesByValue &&
      !this.#entries.some(({ leftSealed }) => leftSealed)
    );
  }

  #formerBatch(): number {
    let bytes = 0;
    let count = 0;
    for (const entry of this.#entries) {
      bytes += entry.bytes;
      if (count > 0 && bytes > limits.storeBatchBytes) break;
      count += 1;
    }
    return count;
  }
}

/** Whether it may be the report of this very activity. Those of former releases name no batch. */
function isOf(report: StoreReport | null, held: HeldSignals | undefined, batch: string): boolean {
  if (!report) return true;
  const { upTo } = report;
  if (held && (upTo === undefined || upTo < held.after || upTo > held.upTo)) return false;
  return report.batch === batch || (report.batch === undefined && held !== undefined);
}
