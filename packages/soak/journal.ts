import type { Part } from './installation.ts';
import type { UpheavalName } from './upheavals/names.ts';

/**
 * The driver's calls and their answers, with times: the checker's only source besides the outbox and the API. Times are
 * ms of this machine's clock, which the sandbox shares.
 */

export type Channel = 'email' | 'sms';
export type Method = Channel | 'fax';
export const channels: readonly Channel[] = ['email', 'sms'];

/** From before the first try until the driver knew that it was done; without `ended` it may have been done or not. */
export type Span = { began: number; ended?: number };

export type Registration = Span & {
  contactId: string;
  methods: Method[];
  /** As the service must write them: lower case, E.164. */
  addresses: Record<Method, string>;
};

export type Message = Span & {
  id: string;
  contactId: string;
  /** In every text of it: how an outbox entry is known again. */
  mark: string;
  via: 'http' | 'signal';
  /** Messages of one array call share it, in the order of `position`. */
  call: number;
  position: number;
  methods?: Method[];
  sendAt?: number;
  notAfter?: number;
  supersedes?: string;
  /** A raw signal that was sent again over HTTP: which of both was stored first, nobody outside can know. */
  crossed?: boolean;
};

/** Something that opens or closes a channel. `ended`: the API showed its effect. */
export type Word = Span & {
  kind: 'accept' | 'decline' | 'revoke' | 'restart' | 'complaint' | 'bounce';
  channel: Channel;
  address: string;
  /** The word as the sandbox's provider understands it too, and blocks the number by itself. */
  providerBlocks?: boolean;
};

export type AskedByHand = Span & { contactId: string; channel: Channel; address: string };
export type ForcedEvent = { outboxId: string; at: number };
export type Kill = { part: Part; at: number; backAt?: number };
/** A worker was stopped with SIGSTOP. */
export type Freeze = { part: Part; at: number; until: number };
/** A part was asked to stop with SIGTERM; `reason`: why it ended, as its supervisor says. */
export type Stop = {
  part: string;
  at: number;
  tookMs: number;
  reason: string;
  /** When it was up again. */
  backAt?: number;
};
/** `until` is missing where it was not over with the run. */
export type UpheavalRecord = { name: UpheavalName; at: number; until?: number };
/** A fault that a provider was ordered to have; `spentAt`: it was seen to be used up. */
export type OrderedFault = {
  at: number;
  id: number;
  order: Record<string, unknown>;
  spentAt?: number;
};
/** A message that must have arrived in the end, whatever happened to others. */
export type Promised = { messageId: string; why: string };
/** A message that nobody could open when it was due: it fails by itself, with a reason. */
export type Spoiled = { messageId: string; at: number };
/** An operator's act that the service did not let happen, repeated for minutes. */
export type Undone = { at: number; what: string; said: string };
/** An answer that nobody expects, or a driver that stumbled. */
export type Surprise = { at: number; what: string };

export type JournalData = {
  registrations: Registration[];
  messages: Message[];
  words: Word[];
  askedByHand: AskedByHand[];
  forcedEvents: ForcedEvent[];
  kills: Kill[];
  freezes: Freeze[];
  faults: OrderedFault[];
  upheavals: UpheavalRecord[];
  stops: Stop[];
  promised: Promised[];
  spoiled: Spoiled[];
  undone: Undone[];
  surprises: Surprise[];
  /** Calls of each kind of step that were carried out. */
  steps: Record<string, number>;
  retries: number;
};

/** In ms, a little more than a supervisor's minute. */
const settledMs = 61_500;

export class Journal {
  readonly data: JournalData = {
    registrations: [],
    messages: [],
    words: [],
    askedByHand: [],
    forcedEvents: [],
    kills: [],
    freezes: [],
    faults: [],
    upheavals: [],
    stops: [],
    promised: [],
    spoiled: [],
    undone: [],
    surprises: [],
    steps: {},
    retries: 0,
  };
  #calls = 0;

  nextCall(): number {
    this.#calls += 1;
    return this.#calls;
  }

  word(word: Omit<Word, 'began'>): Word {
    const begun: Word = { ...word, began: Date.now() };
    this.data.words.push(begun);
    return begun;
  }

  /** Notes the upheaval for as long as the work goes on. */
  async during(name: UpheavalName, work: () => Promise<void>): Promise<void> {
    const record: UpheavalRecord = { name, at: Date.now() };
    this.data.upheavals.push(record);
    try {
      await work();
    } finally {
      record.until = Date.now();
    }
  }

  /**
   * How much longer an effect may take, in ms, because the database was away or took no writes since: a provider's webhook
   * is refused meanwhile and comes again after waits that double, so the last one may be as long as the outage.
   */
  excusedMs(since: number): number {
    const now = Date.now();
    return this.data.upheavals
      .filter(({ name }) => name === 'databaseAway' || name === 'databaseReadOnly')
      .reduce((sum, { at, until = now }) => sum + 2 * Math.max(until - Math.max(at, since), 0), 0);
  }

  /**
   * In how many ms the part will have lived for a minute: one that ends sooner is started again ever more slowly, which
   * is not under test here, and would leave no time for what is.
   */
  settlesInMs(part: Part): number {
    const returns = [...this.data.kills, ...this.data.stops].flatMap((one) =>
      one.part === part && one.backAt !== undefined ? [one.backAt] : [],
    );
    return Math.max(...returns.map((at) => at + settledMs - Date.now()), 0);
  }

  surprise(what: string): void {
    this.data.surprises.push({ at: Date.now(), what });
  }

  countStep(name: string): void {
    this.data.steps[name] = (this.data.steps[name] ?? 0) + 1;
  }
}
