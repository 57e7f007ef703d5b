import type { EventEmitter } from 'node:events';
import { performance } from 'node:perf_hooks';
import pg from 'pg';
import { databaseLimits } from '../../core/limits/database-limits.ts';

/**
 * Connections that are not kept when they are of no use any more. After a failover a pool would go on for ever with
 * connections to the server that only reads since: each is used, fails, and goes back to be used again.
 */

/** The server only reads: so does every connection from before, which leads to the same one. */
const readOnly = '25006';
/** The server ends this connection, or lost it. */
const broken = /^(57P0|08)/;

const serverSaid = Symbol('what a server said');

/** Says at once, by an event, each error of its server. */
export class WatchedClient extends pg.Client {
  readonly bornAt = performance.now();

  constructor(options?: string | pg.ClientConfig) {
    super(options);
    const connection = this.connection as unknown as EventEmitter;
    connection.on('errorMessage', ({ code }: { code?: string }) => this.emit(serverSaid, code));
  }
}

export class ConnectionPool extends pg.Pool {
  /** Connections that were made before are dropped; in ms of `performance.now()`. */
  #unfitBefore = -1;
  readonly #broken = new WeakSet<WatchedClient>();
  #ends = false;
  #keeping: Promise<void> | undefined;

  /** `hear`: is given the SQLSTATE of each error that a server tells. */
  constructor(options: pg.PoolConfig, hear: (sqlState: string | undefined) => void) {
    super({
      maxLifetimeSeconds: databaseLimits.connectionLifeSeconds,
      Client: WatchedClient,
      ...options,
    });
    // A connection that breaks while nobody uses it is replaced; without a listener it would end the process.
    this.on('error', () => undefined);
    this.on('connect', (client) => {
      (client as EventEmitter).on(serverSaid, (code: string | undefined) => {
        hear(code);
        if (code === readOnly) this.retire();
        else if (broken.test(code ?? '')) this.#broken.add(client as unknown as WatchedClient);
      });
    });
    this.on('remove', () => {
      this.#keeping = this.#keepOne();
    });
  }

  /** No connection from before now is used for anything new. */
  retire(): void {
    this.#unfitBefore = performance.now();
  }

  /** Those in use are dropped when they come back; the others when they are asked for. */
  // The declared overloads cannot be met one by one; without a callback, as everybody here asks.
  // oxlint-disable-next-line typescript/no-explicit-any
  override async connect(): Promise<any> {
    for (;;) {
      const client = await super.connect();
      if (this.#isUnfit(client)) {
        client.release(true);
        continue;
      }
      const release = client.release.bind(client);
      client.release = (error) => release(error ?? this.#isUnfit(client));
      return client;
    }
  }

  #isUnfit(client: pg.ClientBase): boolean {
    const watched = client as unknown as WatchedClient;
    return watched.bornAt <= this.#unfitBefore || this.#broken.has(watched);
  }

  /** A connection that is being made would outlive the pool. */
  // oxlint-disable-next-line typescript/no-explicit-any
  override async end(): Promise<any> {
    this.#ends = true;
    await this.#keeping;
    await super.end();
  }

  /** A process that runs is seen by somebody who wants to replace the look-up key (lookup-guard.ts). */
  async #keepOne(): Promise<void> {
    if (this.#ends || this.totalCount > 0 || (this.options.min ?? 0) === 0) return;
    await this.connect().then(
      (client: pg.PoolClient) => client.release(),
      // The next call finds out, and says so.
      () => undefined,
    );
  }
}
