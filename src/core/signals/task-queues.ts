/**
 * The task queues of the service, each with workers and slots of its own (src/signals/worker.ts), so that work of one
 * kind never waits for a slot that another kind holds: a receiver of events that answers after ten seconds, or a
 * provider that takes little, must not keep a code or the answer to a STOP from anybody.
 */
export type Work =
  /** All workflows, and what somebody may be waiting for: first looks, opt-ins, answers, codes. */
  | 'contacts'
  /** What is left of a contact's queue after such a look, and raw signals by the hundred. */
  | 'backlog'
  /** Due messages of a practice's green contacts. */
  | 'dispatch'
  /** Calls of practices' own systems. */
  | 'webhooks';

/** `base`: the queue of the workflows, which is in the contract; the others are named after it. */
export function taskQueueOf(base: string, work: Work): string {
  return work === 'contacts' ? base : `${base}-${work}`;
}
