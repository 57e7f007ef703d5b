/** Limits of the service's work with its database, each with its unit and its reason. */

/**
 * For how long the service has a database connection to itself: `session`, as long as it is open; `transaction`, only until
 * the transaction ends, as behind PgBouncer's `pool_mode = transaction`.
 */
export type Pooling = 'session' | 'transaction';

const second = 1_000;

export const databaseLimits = {
  /**
   * A transaction that takes longer, in ms, is ended. A thousand consents in one call wait for other transactions on these
   * contacts, and took more than 10 s on a busy machine.
   */
  transactionMs: 30 * second,
  /**
   * Connections of one API process: those of all shares together, and two for looking up keys and links and for health
   * checks, which nothing else can hold. Few of each process leave room for many processes.
   */
  apiConnections: 24,
  /** … of one worker process, whose activities take them in turn, and of its loops, which do one thing after another. */
  workerConnections: 20,
  sweeperConnections: 2,
  /**
   * The most that each kind of work holds of them, of one practice (replies and stops: to one number; reports: about one
   * sender) and of all, and how long a try of its transactions waits for a lock, in ms. That is short: in between, its
   * connection is there for others. A stop waits behind no crowd of other words.
   */
  shares: {
    calls: { each: 5, all: 8, lockWaitMs: second },
    pages: { each: 2, all: 5, lockWaitMs: second / 2 },
    reports: { each: 2, all: 3, lockWaitMs: second / 2 },
    replies: { each: 2, all: 3, lockWaitMs: second / 2 },
    stops: { each: 2, all: 3, lockWaitMs: second / 2 },
  },
  /** A call waits so long, in ms, for one of the process's connections. */
  connectionWaitMs: 10 * second,
  /** A process that is frozen in mid-transaction keeps others out of a contact for so long, in ms. */
  idleInTransactionMs: 6 * second,
  /** A statement that waits longer for a lock, in ms, fails and is tried again, rather than queue up behind it. */
  lockWaitMs: 8 * second,
  /** … of a worker's activity: its slot is not for waiting, and the activity is repeated. */
  activityLockWaitMs: 2 * second,
  /**
   * A statement that runs longer, in ms, is ended: a little under the limit of its transaction, whose end would only queue
   * behind it while its locks are held.
   */
  statementMs: 25 * second,
  /** … of the worker's loops, which look at all practices, and of an operator's command, which may read everything. */
  sweeperStatementMs: 120 * second,
  adminStatementMs: 600 * second,
  /** A connection is replaced after so long, in s: where its name leads elsewhere since, it finds the new server. */
  connectionLifeSeconds: 300,
  /**
   * How often a transaction is tried that lost against another one: two in a circle are free after the first. One that
   * waits for a lock with a share of the connections is tried until its time is up.
   */
  transactionTries: 3,
  /** No further try begins so long after the first one, in ms: who calls waits about half a minute. */
  transactionTriesMs: 9 * second,
  /** The wait before another try, in ms, at most; by chance, so that those who met do not meet again; doubling. */
  transactionAgainMs: 200,
  transactionAgainMostMs: second / 2,
  /**
   * What a provider answered is kept, and written again and again, for so long, in ms: longer than a failover or a restart
   * of the database.
   */
  answerKeptMs: 300 * second,
  /** The waits between these tries, in ms: the first, and the ceiling of the doubling. */
  answerAgainMs: 100,
  answerAgainMostMs: 2 * second,
  /** How often a process asks for the database's time, in ms … */
  clockEveryMs: 10 * second,
  /** … and how much the clock that it goes by in between may be off, as a share: ten times a bad quartz. */
  clockDrift: 0.001,
  /** A machine whose clocks disagree by more, in ms, slept or was set: it asks at once. */
  clockJumpMs: second,
  /**
   * A call is answered after so long, in ms, whatever it waits for: longer than a transaction with all its tries, and than a
   * turn behind some other arrays.
   */
  answerMs: 120 * second,
  /** `Retry-After` of a call that the database did not take, in seconds: most troubles pass within one. */
  retryAfterSeconds: 2,
} as const;
