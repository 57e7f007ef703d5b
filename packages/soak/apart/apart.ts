import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { entryArguments, type ProgramName } from '../../local-stack/entry.ts';
import { keepRunning, type KeptRunning } from '../../local-stack/keep-running.ts';
import { startPostgres } from '../../local-stack/postgres.ts';
import { newEncryptionKey } from '../../../src/platform/config/encryption-keys.ts';
import { choosePorts } from '../../../src/platform/free-ports.ts';
import {
  signalProcess,
  untilGone,
  type CommandEnd,
  type Installation,
  type Part,
  type Terminated,
} from '../installation.ts';
import {
  bareEnvironment,
  preload,
  runAdmin,
  workerEnvironment,
  writeEnvironment,
} from '../processes.ts';
import { startBalancer } from './balancer.ts';
import {
  findPgbouncer,
  preparePgbouncer,
  startPgbouncer,
  type PreparedPgbouncer,
} from './pgbouncer.ts';
import { runToEnd, startRole, type RunningProcess } from './role.ts';
import { setUpTemporal, startTemporal } from './temporal.ts';

/**
 * The shape of a production: two APIs behind a load balancer and two workers, PgBouncer in transaction mode before
 * PostgreSQL, and Temporal with its data in PostgreSQL too. The soak itself is the supervisor.
 */

const parts = ['worker', 'worker2', 'api', 'api2', 'temporal', 'postgres', 'pgbouncer'] as const;
const logins = ['api', 'worker', 'sweeper'] as const;
/** In this order: what serves others ends after them. */
const stopOrder = [
  'api',
  'api2',
  'worker',
  'worker2',
  'sandbox',
  'temporal',
  'pgbouncer',
  'postgres',
] as const;
type Name = (typeof stopOrder)[number];
type RoleName = Exclude<Name, 'temporal' | 'pgbouncer' | 'postgres'>;
const rolePrograms = {
  api: 'api',
  api2: 'api',
  worker: 'worker',
  worker2: 'worker',
  sandbox: 'sandbox',
} as const satisfies Record<RoleName, ProgramName>;
/** PgBouncer's to PostgreSQL, of each role: fewer than the processes open to it. */
const pooledConnections = 12;

type Options = { root: string; keep: boolean; signal: AbortSignal; tell: (text: string) => void };

export class Apart implements Installation {
  readonly parts = parts;
  readonly ended = false;
  readonly root: string;
  readonly dataDir = mkdtempSync(join(tmpdir(), 'optgate-soak-'));
  readonly #options: Options;
  readonly #kept = new Map<Name, KeptRunning<RunningProcess>>();
  /** Why each process ended, by its pid. */
  readonly #ends = new Map<number, string>();
  readonly #ports: Record<'balancer' | 'api' | 'api2' | 'sandbox' | 'temporal' | 'pool', number>;
  #keys: readonly string[] = [newEncryptionKey('soak0')];
  #databaseUrl = '';
  #pooler: PreparedPgbouncer | undefined;
  #balancer: Server | undefined;

  private constructor(options: Options, ports: number[]) {
    this.#options = options;
    this.root = options.root;
    const [balancer = 0, api = 0, api2 = 0, sandbox = 0, temporal = 0, pool = 0] = ports;
    this.#ports = { balancer, api, api2, sandbox, temporal, pool };
  }

  static async start(options: Options): Promise<Apart> {
    const apart = new Apart(options, await choosePorts(6));
    try {
      await apart.#start();
    } catch (error) {
      await apart.stop();
      throw error;
    }
    return apart;
  }

  get api(): string {
    return `http://127.0.0.1:${this.#ports.balancer}`;
  }

  get sandbox(): string {
    return `http://127.0.0.1:${this.#ports.sandbox}`;
  }

  get temporal(): string {
    return `127.0.0.1:${this.#ports.temporal}`;
  }

  get databaseUrl(): string {
    return this.#databaseUrl;
  }

  get encryptionKeys(): readonly string[] {
    return this.#keys;
  }

  set encryptionKeys(keys: readonly string[]) {
    this.#keys = keys;
    writeEnvironment(this.dataDir, { ENCRYPTION_KEYS: keys.join(',') });
  }

  pidOf(part: Part): number | undefined {
    return this.#kept.get(part)?.current()?.pid;
  }

  async terminate(part: Part): Promise<Terminated | undefined> {
    const pid = this.pidOf(part);
    const askedAt = Date.now();
    if (pid === undefined || !signalProcess(pid, 'SIGTERM')) return undefined;
    const gone = await untilGone(pid);
    const tookMs = Date.now() - askedAt;
    // Node reports an end a moment after the system does.
    for (let looks = 0; looks < 50 && !this.#ends.has(pid); looks += 1) await sleep(20);
    const reason = gone ? (this.#ends.get(pid) ?? 'nobody said why') : 'it did not end';
    return { pid, reason, tookMs };
  }

  admin(words: readonly string[]): Promise<CommandEnd> {
    return runAdmin(this.root, words, this.#ownerEnvironment());
  }

  workerEnvironment(): NodeJS.ProcessEnv {
    return workerEnvironment(this.dataDir);
  }

  async reconnectPooler(): Promise<void> {
    const url = new URL(this.#pooler!.through(this.#databaseUrl));
    url.pathname = '/pgbouncer';
    const client = new pg.Client({ connectionString: url.href });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('RECONNECT');
    } catch {
      // It was killed just now: then it has no connection of before.
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async stop(): Promise<void> {
    this.#balancer?.close();
    for (const name of stopOrder) {
      const pid = this.#kept.get(name)?.current()?.pid;
      // One that was frozen cannot stop.
      if (pid !== undefined) signalProcess(pid, 'SIGCONT');
      await this.#kept.get(name)?.stop();
    }
    this.#pooler?.removeFiles();
    if (!this.#options.keep) rmSync(this.dataDir, { recursive: true, force: true });
  }

  async #start(): Promise<void> {
    const { root, signal, tell } = this.#options;
    mkdirSync(join(this.dataDir, 'logs'), { mode: 0o700 });
    const program = await findPgbouncer();
    if (!program)
      throw new Error('there is no PgBouncer: install it (Debian: apt install pgbouncer)');
    let port: number | undefined;
    await this.#keep('postgres', async () => {
      const server = await startPostgres({
        dataDir: this.dataDir,
        ...(port === undefined ? {} : { port }),
        onNotice: tell,
      });
      // The others know this address: a restart keeps it.
      port = server.port;
      this.#databaseUrl = server.url;
      return server;
    });
    const temporal = await setUpTemporal({
      dataDir: this.dataDir,
      ownerUrl: this.#databaseUrl,
      password: randomBytes(24).toString('hex'),
      port: this.#ports.temporal,
      signal,
      tell,
    });
    await this.#keep('temporal', () => startTemporal(temporal));

    const passwords = Object.fromEntries(
      logins.map((login) => [login, randomBytes(24).toString('hex')]),
    ) as Record<(typeof logins)[number], string>;
    await runToEnd(process.execPath, [...entryArguments('migrate', root), '--own-cluster'], {
      cwd: root,
      env: {
        ...bareEnvironment,
        ...this.#ownerEnvironment(),
        ...Object.fromEntries(
          logins.map((login) => [`${login.toUpperCase()}_DATABASE_PASSWORD`, passwords[login]]),
        ),
      },
      logFile: join(this.dataDir, 'logs', 'migrate.log'),
    });
    const urlOf = (login: (typeof logins)[number]): string => {
      const url = new URL(this.#databaseUrl);
      url.username = `optgate_${login}`;
      url.password = passwords[login];
      return url.href;
    };
    const pooler = preparePgbouncer(program, {
      ownerUrl: this.#databaseUrl,
      logins: logins.map(urlOf),
      port: this.#ports.pool,
      connections: pooledConnections,
    });
    this.#pooler = pooler;
    await this.#keep('pgbouncer', () =>
      startPgbouncer(pooler, join(this.dataDir, 'logs', 'pgbouncer.log')),
    );
    const common = { DATABASE_POOLING: 'transaction', DATABASE_URL: pooler.through(urlOf('api')) };
    const worker = {
      ...common,
      DATABASE_URL: pooler.through(urlOf('worker')),
      SWEEPER_DATABASE_URL: pooler.through(urlOf('sweeper')),
    };
    await Promise.all([
      this.#keepRole('sandbox', {}),
      this.#keepRole('api', { ...common, PORT: String(this.#ports.api) }),
      this.#keepRole('api2', { ...common, PORT: String(this.#ports.api2) }),
      this.#keepRole('worker', worker),
      this.#keepRole('worker2', worker),
    ]);
    this.#balancer = await startBalancer(this.#ports.balancer, [this.#ports.api, this.#ports.api2]);
  }

  #keepRole(name: RoleName, env: NodeJS.ProcessEnv): Promise<void> {
    const program = rolePrograms[name];
    return this.#keep(name, () =>
      startRole({
        args: entryArguments(program, this.root),
        cwd: this.root,
        env: {
          ...bareEnvironment,
          DATA_DIR: this.dataDir,
          LOG_LEVEL: 'warn',
          NODE_OPTIONS: preload,
          PUBLIC_URL: this.api,
          SANDBOX_PORT: String(this.#ports.sandbox),
          TEMPORAL_ADDRESS: this.temporal,
          ENCRYPTION_KEYS: this.#keys.join(','),
          ...env,
        },
        logFile: join(this.dataDir, 'service.log'),
      }),
    );
  }

  async #keep(name: Name, start: () => Promise<RunningProcess>): Promise<void> {
    this.#options.signal.throwIfAborted();
    this.#kept.set(
      name,
      await keepRunning({
        name,
        start: async () => {
          const running = await start();
          void running.ended.then((reason) => this.#ends.set(running.pid, reason));
          return running;
        },
        tell: (text) =>
          appendFileSync(
            join(this.dataDir, 'service.log'),
            `${new Date().toISOString()} ${text}\n`,
          ),
        onChange: () => undefined,
      }),
    );
  }

  /** Of operators' commands, which go past the pooler. */
  #ownerEnvironment(): NodeJS.ProcessEnv {
    return {
      DATA_DIR: this.dataDir,
      DATABASE_URL: this.#databaseUrl,
      TEMPORAL_ADDRESS: this.temporal,
      ENCRYPTION_KEYS: this.#keys.join(','),
    };
  }
}
