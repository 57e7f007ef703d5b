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
export type Kill = { part: string; at: number; backAt?: number };
/** The worker was stopped with SIGSTOP. */
export type Freeze = { at: number; until: number };
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
  faults: { at: number; order: Record<string, unknown> }[];
  surprises: Surprise[];
  /** Calls of each kind of step that were carried out. */
  steps: Record<string, number>;
  retries: number;
};

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

  surprise(what: string): void {
    this.data.surprises.push({ at: Date.now(), what });
  }

  countStep(name: string): void {
    this.data.steps[name] = (this.data.steps[name] ?? 0) + 1;
  }
}

export const now = (): number => Date.now();
