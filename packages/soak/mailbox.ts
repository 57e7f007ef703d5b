import { setTimeout as sleep } from 'node:timers/promises';
import type { Calls } from './calls.ts';
import type { Channel } from './journal.ts';

/** The messages that reached people, as the sandbox shows them. */

export type OutboxEntry = {
  seq: number;
  id: string;
  channel: Channel;
  to: string;
  text: string;
  at: string;
};

/** A request for consent, as the person sees it. */
export type OptIn = {
  channel: Channel;
  address: string;
  /** Path of the page: `/o/{token}`. */
  path: string;
  /** Shown where a number is shared. */
  code: string | undefined;
  at: number;
  answered: boolean;
};

const pollMs = 300;

/** `[~id~nonce~]` in a text: which message it is. */
export function markIn(text: string): string | undefined {
  return /\[~([\w.-]+~[0-9a-f]+)~\]/.exec(text)?.[1];
}

export function optInPath(text: string): string | undefined {
  return /https?:\/\/[^\s/]+(\/o\/[\w-]{20,})/.exec(text)?.[1];
}

/** Follows the outbox, so that people know the questions they got. */
export class Mailbox {
  readonly #optIns = new Map<string, OptIn[]>();
  readonly #lastContent = new Map<string, string>();
  readonly #calls: Calls;
  readonly #entries: OutboxEntry[] = [];
  #looking: Promise<void> | undefined;
  contents = 0;
  /** Webhooks that the sandbox still has to bring to the service. */
  webhooksPending = 0;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  async follow(signal: AbortSignal): Promise<void> {
    for (let round = 0; !signal.aborted; round += 1) {
      await this.look().catch(() => undefined);
      if (round % 20 === 0) await this.#countWebhooks().catch(() => undefined);
      await sleep(pollMs);
    }
  }

  /** Takes what is new; a second look joins the one under way. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  async #look(): Promise<void> {
    const { body } = await this.#calls.sandbox('GET', `/outbox?after=${this.size}`);
    for (const entry of body as OutboxEntry[]) this.#take(entry);
  }

  /** All of them, in their order. */
  get entries(): readonly OutboxEntry[] {
    return this.#entries;
  }

  async #countWebhooks(): Promise<void> {
    const { body } = await this.#calls.sandbox('GET', '/webhooks');
    this.webhooksPending = (body as { pending: number }).pending;
  }

  /** Newest first. */
  optIns(address: string): OptIn[] {
    return this.#optIns.get(address) ?? [];
  }

  /** The provider's id of the newest message with content at an address. */
  lastContent(address: string): string | undefined {
    return this.#lastContent.get(address);
  }

  get size(): number {
    return this.#entries.at(-1)?.seq ?? 0;
  }

  #take(entry: OutboxEntry): void {
    this.#entries.push(entry);
    if (markIn(entry.text) !== undefined) {
      this.contents += 1;
      this.#lastContent.set(entry.to, entry.id);
      return;
    }
    const path = optInPath(entry.text);
    if (path === undefined) return;
    const optIn: OptIn = {
      channel: entry.channel,
      address: entry.to,
      path,
      code: /YES (\d{4})\b/.exec(entry.text)?.[1],
      at: Date.parse(entry.at),
      answered: false,
    };
    this.#optIns.set(entry.to, [optIn, ...this.optIns(entry.to)]);
  }
}
