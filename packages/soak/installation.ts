import { setTimeout as sleep } from 'node:timers/promises';

/** What the soak knows of the service that it disturbs, however its parts were started. */

/** The parts that are killed; the sandbox never is: its outbox is the witness. */
export const partKinds = ['worker', 'api', 'temporal', 'postgres', 'pgbouncer'] as const;
export type PartKind = (typeof partKinds)[number];
/** Of a second one of its kind the name ends in its number. */
export type Part = PartKind | 'worker2' | 'api2';

/** As an operator's command ended. */
export type CommandEnd = { code: number; output: string };

/** `reason`: why it ended in the words of its supervisor, `exit code 0` for the good end. */
export type Terminated = { pid: number; reason: string; tookMs: number };

export type Installation = {
  readonly api: string;
  readonly sandbox: string;
  readonly temporal: string;
  readonly dataDir: string;
  readonly parts: readonly Part[];
  /** It has ended as a whole, which nobody asked for. */
  readonly ended: boolean;
  /** Undefined while the part is down. */
  pidOf(part: Part): number | undefined;
  /** Asks the part's process to stop and waits until it has; undefined: it is down, or ended before it was asked. */
  terminate(part: Part): Promise<Terminated | undefined>;
  /** URL of the database for its owner, past any pooler. */
  readonly databaseUrl: string;
  /** ENCRYPTION_KEYS of every process that starts from now on, and of operators' commands. */
  encryptionKeys: readonly string[];
  /** `npm run admin -- …` */
  admin(words: readonly string[]): Promise<CommandEnd>;
  /** The environment that the worker was started with: a further one begins with it. */
  workerEnvironment(): NodeJS.ProcessEnv;
  /** Makes the pooler, where there is one, connect again to a database that has moved. */
  reconnectPooler(): Promise<void>;
  /** The checkout that is put to the test. */
  readonly root: string;
  stop(): Promise<void>;
};

export function kindOf(part: Part): PartKind {
  return part.replace(/\d$/, '') as PartKind;
}

export function partsOfKind({ parts }: Installation, kind: PartKind): Part[] {
  return parts.filter((part) => kindOf(part) === kind);
}

/** A part is started again after a wait that grows, and a server may have to recover. In ms. */
export const backPatienceMs = 90_000;

/** The pid of the part once it is up as another process than `except`; undefined: not within the patience. */
export async function untilUp(
  service: Installation,
  part: Part,
  except: number | undefined,
): Promise<number | undefined> {
  const deadline = Date.now() + backPatienceMs;
  while (Date.now() < deadline && !service.ended) {
    const pid = service.pidOf(part);
    if (pid !== undefined && pid !== except) return pid;
    await sleep(100);
  }
  return undefined;
}

/** How long a process that was asked to stop is waited for, in ms: its supervisor would have killed it by then. */
export const stopPatienceMs = 30_000;

/** False: it is still there after {@link stopPatienceMs}. */
export async function untilGone(pid: number): Promise<boolean> {
  const deadline = Date.now() + stopPatienceMs;
  while (signalProcess(pid, 0)) {
    if (Date.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}

/** False: it is gone already. */
export function signalProcess(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Returns early when time is over. */
export async function pause(ms: number, over: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal: over }).catch(() => undefined);
}
