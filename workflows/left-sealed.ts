import { patched, workflowInfo } from '@temporalio/workflow';
import { unopenedPayload } from '../src/core/signals/payload-marks.ts';

/**
 * Whether a signal's payload opens depends on the keys of the process that looks, and today's process may have one that
 * was not there when the signal came. A replay has to take the path of then: a message would be stored by an activity
 * that the history does not have, or not be stored by one that it has. So the run notes each payload that was left
 * sealed, by its number, with a marker; there are none otherwise, nor in histories from before this.
 */
export class LeftSealed {
  #seen = 0;

  /** Once for each signal that carries something, in the order of their handlers. */
  note(...args: readonly unknown[]): boolean {
    this.#seen += 1;
    const marker = `left-sealed-${this.#seen}`;
    const isSealed = args.some((payload) => unopenedPayload(payload)?.why === 'key');
    if (workflowInfo().unsafe.isReplaying) return patched(marker) || isSealed;
    return isSealed && patched(marker);
  }
}
