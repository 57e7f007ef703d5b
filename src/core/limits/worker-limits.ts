/** Limits of a worker process, each with its unit and its reason; the product's own are in limits.ts. */

const second = 1_000;

export const workerLimits = {
  /**
   * A process that is asked to stop waits so long, in ms, for answers of webhook endpoints: an event is posted again
   * with the same id, so that breaking off loses nothing. Its calls of providers it waits for to their end
   * (`limits.callTimeoutMs`): a text that is broken off is one of which nobody knows whether it was sent.
   */
  webhookStopMs: 5 * second,
  /** … and so long for the rounds of its loops: the next process begins such a round again. */
  loopStopMs: 5 * second,

  /**
   * Activities of one worker process at once, by task queue (src/core/signals/task-queues.ts). Each of the first three holds at
   * most three database connections, taken from the pool in turn; a call of a practice's system holds none while it
   * waits, and takes up to `limits.webhookTimeoutMs`.
   */
  slots: { contacts: 20, backlog: 10, dispatch: 15, webhooks: 40 },
  /** … of which one practice holds so many for its webhooks; its other endpoints look again after so long, in ms. */
  webhooksOfPractice: 8,
  webhookTurnMs: 2 * second,
  /** A first look at a contact sends so many messages, and goes on for so long, in ms: somebody waits for its slot. */
  lookBatch: 50,
  lookMs: 5 * second,
  /** How long an endpoint's delivery goes on, in ms, before the next endpoint has its turn; a call ends in any case. */
  eventsMs: 5 * second,

  /** Raw signals, and bytes of them, that go to their activity by value; more stay in the history, and it reads them. */
  signalsByValue: 20,
  signalBytesByValue: 64 * 1024,
  /** Raw signals, and bytes of them, that are stored in one transaction … */
  signalBatch: 200,
  signalBatchBytes: 1_000_000,
  /** Tries, before content that the database refuses is given up: some minutes, since the waits between them grow. */
  signalTries: 8,
  /** … and for how long one activity goes on, in ms, before it reports how far it came. */
  signalsMs: 20 * second,
  /** Events of a history that are asked for at once: what Temporal gives at most. */
  eventsRead: 256,
  /** How long Temporal may take for them, in ms. */
  eventsReadMs: 10 * second,

  /** How often the sweeper looks for runs that ended before they had stored all signals, in ms … */
  endedRunsEveryMs: 30 * second,
  /** … and for how long after their end: a day, so that one in which nothing swept is caught up with. */
  endedRunsMs: 24 * 60 * 60 * second,

  /** How long a worker that is asked about itself waits for Temporal, and for the SDK's numbers, in ms. */
  vitalsMs: 2 * second,

  /** The sweeper's lease, in ms: a holder that died or was frozen is replaced after it. */
  sweepLeaseMs: 30 * second,
  /** It is renewed this often, in ms, for as long as a sweep takes. */
  sweepRenewMs: 10 * second,
  /** Dispatchers woken in one sweep, and signals of it under way at once: Temporal may take a second for each. */
  dispatchersWoken: 500,
  sweepSignals: 20,
  /** Practices, and contacts of each, that a page of a switch's aftermath is about: 1,500 signals at most. */
  practicesLookedAt: 10,
  contactsLookedAt: 150,
  /** What switches and bars left to look at is worked off so long in one sweep, in ms. */
  lookFurtherMs: 3 * second,
  /** Rows of one table that one statement deletes, and how long a sweep goes on with it, in ms. */
  prunedAtOnce: 500,
  pruneMs: 3 * second,
} as const;
