import pg from 'pg';
import { ConnectionPool, WatchedClient } from './connection-pool.ts';
import { noConnection } from './database-errors.ts';
import { isolationNow } from './isolation.ts';
import { Turns, type Shares } from '../../core/turns/turns.ts';
import { currentPractice, shareNow, type Share } from './practice-scope.ts';

/**
 * Connections on which every transaction begins with its settings: its limits of time, and the practice of the work it does
 * (practice-scope.ts). They belong to that transaction alone, so that nothing of them is left on a connection, also behind a
 * pooler, which gives each transaction another one. It costs no round trip.
 */

/** Names and values, as PostgreSQL has them; times in ms. */
export type TransactionSettings = Record<string, string>;

/** `scoped`: also the practice; without it, for the owner of the tables, which no policy holds. */
export type PoolSettings = {
  limits: TransactionSettings;
  scoped: boolean;
  /** An SQL expression that is evaluated first of all, and throws where the process may do nothing (lookup-guard.ts). */
  admission?: (() => string) | undefined;
  /** What each kind of work has of the connections, and how long it waits for a lock, in ms. Absent: all of them. */
  shares?: Readonly<Record<Share, Omit<Shares, 'waiting'> & { lockWaitMs: number }>> | undefined;
};

/** No connection was free for too long: the database is there, and busy. */
export class NoConnectionError extends Error {
  override readonly name = 'NoConnectionError';
  constructor() {
    super(noConnection);
  }
}

/**
 * For Prisma's adapter, which sends statements by themselves with `query`, and transactions over `connect`.
 *
 * Each kind of work takes turns of its own: of each practice it has a share of the connections, and of all together fewer
 * than there are. So neither a person's STOP nor another practice waits behind one that calls a lot, a flood of
 * providers' reports, or pages that all wait for one contact. What waits longer than for a connection gets none.
 */
export class PracticePool extends ConnectionPool {
  readonly #settings: PoolSettings;
  readonly #turns: Readonly<Record<Share, Turns>> | undefined;
  readonly #waitMs: number;

  constructor(
    options: pg.PoolConfig,
    settings: PoolSettings,
    hear: (sqlState: string | undefined) => void,
  ) {
    super({ ...options, Client: clientWith(settings) }, hear);
    this.#settings = settings;
    // How many may wait is a matter of the calls (`callLimits.callsPerKey`), each of which sends a few at a time; others that
    // wait too long are refused, and come again.
    const { shares } = settings;
    const turnsOf = (share: Share): Turns => new Turns({ ...shares![share], waiting: Infinity });
    this.#turns = shares && {
      calls: turnsOf('calls'),
      pages: turnsOf('pages'),
      reports: turnsOf('reports'),
      replies: turnsOf('replies'),
      stops: turnsOf('stops'),
    };
    this.#waitMs = options.connectionTimeoutMillis ?? 0;
  }

  // oxlint-disable-next-line typescript/no-explicit-any
  override async connect(): Promise<any> {
    const now = shareNow();
    const turns = now && this.#turns?.[now.share];
    if (!turns) return super.connect();
    const { whose } = now;
    await this.#turnOf(whose, turns);
    try {
      const client: pg.PoolClient = await super.connect();
      // The pool makes a new `release` for each who gets the connection.
      const release = client.release.bind(client);
      client.release = (error) => {
        release(error);
        turns.giveBack(whose);
      };
      return client;
    } catch (error) {
      turns.giveBack(whose);
      throw error;
    }
  }

  async #turnOf(whose: string, turns: Turns): Promise<void> {
    const turn = turns.take(whose)?.then(() => true);
    let patience: NodeJS.Timeout | undefined;
    const late = new Promise<false>((end) => {
      patience = setTimeout(() => end(false), this.#waitMs);
    });
    const taken = await Promise.race([turn, late]);
    clearTimeout(patience);
    if (taken) return;
    // It is somebody else's when it comes.
    void turn?.then(() => turns.giveBack(whose));
    throw new NoConnectionError();
  }

  // oxlint-disable-next-line typescript/no-explicit-any
  override async query(statement: any): Promise<any> {
    const settings = settingsNow(this.#settings);
    const client: pg.PoolClient = await this.connect();
    // A connection that breaks fails its statement, and says so by this event too, which ends a process that ignores it.
    client.on('error', ignore);
    try {
      return await new Promise((resolve, reject) => {
        const query = new SettledQuery(statement, undefined, (error, result) =>
          error ? reject(error) : resolve(result),
        );
        query.settings = settings;
        query.admission = this.#settings.admission?.();
        client.query(query as unknown as pg.Submittable);
      });
    } finally {
      client.off('error', ignore);
      client.release();
    }
  }
}

function settingsNow({ limits, scoped, shares }: PoolSettings): TransactionSettings {
  if (!scoped) return limits;
  const now = shareNow();
  const wait = now && shares?.[now.share].lockWaitMs;
  return {
    ...limits,
    ...(wait === undefined ? {} : { lock_timeout: String(wait) }),
    'optgate.practice': currentPractice(),
  };
}

function clientWith(settings: PoolSettings) {
  return class extends WatchedClient {
    /** As Prisma begins a transaction: a `BEGIN` of its own. The declared overloads of `pg` cannot be met one by one. */
    // oxlint-disable-next-line typescript/no-explicit-any
    override query(first: any, ...rest: any[]): any {
      if ((first as { text?: unknown } | null)?.text !== 'BEGIN')
        return super.query(first, ...(rest as []));
      const isolation = isolationNow();
      const set = Object.entries(settingsNow(settings)).map(
        ([name, value]) => `SET LOCAL ${name} = ${pg.escapeLiteral(value)}`,
      );
      const admission = settings.admission?.();
      const text = [
        isolation === undefined ? 'BEGIN' : `BEGIN ISOLATION LEVEL ${isolation}`,
        ...set,
        ...(admission === undefined ? [] : [`SELECT ${admission}`]),
      ].join('; ');
      return super.query(text, ...(rest as []));
    }
  };
}

function ignore(): void {}

/** The parts of `pg.Query` that its declarations leave out. */
type Message = { fields: unknown[] };
const Query = pg.Query as unknown as new (
  statement: unknown,
  values: undefined,
  done: (error: Error | null, result: unknown) => void,
) => {
  prepare(connection: pg.Connection): void;
  requiresPreparation(): boolean;
  handleDataRow(message: Message): void;
  handleCommandComplete(message: Message, connection: pg.Connection): void;
};

/**
 * A statement by itself, with its settings before it: what is sent up to one Sync is one transaction (PostgreSQL,
 * "Extended Query": pipelining).
 */
class SettledQuery extends Query {
  settings: TransactionSettings = {};
  admission: string | undefined;
  #isSet = false;

  override prepare(connection: pg.Connection): void {
    const entries = Object.entries(this.settings);
    const calls = entries.map((_, n) => `set_config($${2 * n + 1}, $${2 * n + 2}, true)`);
    if (this.admission !== undefined) calls.push(this.admission);
    connection.parse({ name: '', text: `SELECT ${calls.join(', ')}`, types: [] }, true);
    connection.bind({ values: entries.flat() }, true);
    connection.execute({}, true);
    super.prepare(connection);
  }

  /** Also without values: what is sent as simple text would be a transaction of its own. */
  override requiresPreparation(): boolean {
    return true;
  }

  override handleDataRow(message: Message): void {
    if (this.#isSet) super.handleDataRow(message);
  }

  override handleCommandComplete(message: Message, connection: pg.Connection): void {
    if (this.#isSet) super.handleCommandComplete(message, connection);
    this.#isSet = true;
  }
}
