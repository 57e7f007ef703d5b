import { HttpPost } from './http-post.ts';
import { limits } from './limits.ts';
import type { Faults } from './faults.ts';
import type { Channel } from './outbox.ts';
import type { Schedule } from './schedule.ts';
import { WebhookQueue, type Line } from './webhook-queue.ts';

/** One webhook. Each attempt is signed afresh, as both providers do. */
export type Webhook = {
  channel: Channel;
  /** For the log: the event, e.g. `email.delivered`, `sms.queued`. */
  event: string;
  url: string;
  line: Line;
  /** Replies and forced events: never lost by a fault. */
  wanted: boolean;
  sign(): { headers: Record<string, string>; body: string };
};

export type WebhookAttempt = {
  at: string;
  event: string;
  url: string;
  attempt: number;
  /** The answer's status, or why there was none. */
  outcome: string;
  /** When it is tried again. */
  retryInMs?: number;
};

type Waiting = { webhook: Webhook; attempt: number };

/**
 * Posts webhooks, a bounded number at once, and again after a growing wait until the service answers 2xx. The first
 * attempts of one line keep their order, and some places are kept for replies, so that no person waits behind
 * thousands of status reports. A repeat comes when its wait is over, whatever was sent meanwhile: like the real
 * providers it promises neither order nor exactly once.
 */
export class WebhookSender {
  readonly #waiting = new WebhookQueue<Waiting>();
  readonly #inFlight = { reply: 0, report: 0 };
  #retrying = 0;
  #stopped = false;
  readonly #http = new HttpPost();
  readonly #log: WebhookAttempt[] = [];
  readonly #faults: Faults;
  readonly #schedule: Schedule;
  readonly #retriesMs: readonly number[];

  constructor(faults: Faults, schedule: Schedule, retriesMs: readonly number[]) {
    this.#faults = faults;
    this.#schedule = schedule;
    this.#retriesMs = retriesMs;
  }

  send(webhook: Webhook): void {
    const copies = this.#faults.drawWebhook(webhook.channel, !webhook.wanted);
    if (copies === 0) this.#note({ webhook, attempt: 0 }, 'lost by a fault');
    for (let copy = 0; copy < copies; copy += 1) this.#enqueue({ webhook, attempt: 1 });
  }

  /** Newest first. */
  log(): WebhookAttempt[] {
    return this.#log.toReversed();
  }

  /** Webhooks that are neither delivered nor given up. */
  get pending(): number {
    return this.#waiting.size + this.#inFlight.reply + this.#inFlight.report + this.#retrying;
  }

  stop(): void {
    this.#stopped = true;
    this.#waiting.clear();
    this.#http.stop();
  }

  #enqueue(waiting: Waiting): void {
    if (this.#stopped) return;
    if (this.pending >= limits.webhooksWaiting && waiting.webhook.line.kind === 'report') {
      this.#note(waiting, 'given up: too many are waiting');
      return;
    }
    this.#waiting.push(waiting.webhook.line, waiting);
    this.#pump();
  }

  #pump(): void {
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      const { line, item } = next;
      this.#inFlight[line.kind] += 1;
      void this.#post(item).finally(() => {
        this.#inFlight[line.kind] -= 1;
        this.#waiting.release(line);
        this.#pump();
      });
    }
  }

  #next(): { line: Line; item: Waiting } | undefined {
    const { reply, report } = this.#inFlight;
    if (reply + report >= limits.webhooksAtOnce) return undefined;
    const person = this.#waiting.shift('reply');
    if (person !== undefined || report >= limits.webhooksAtOnce - limits.webhooksKeptForReplies)
      return person;
    return this.#waiting.shift('report');
  }

  async #post(waiting: Waiting): Promise<void> {
    const { webhook } = waiting;
    const timeoutMs = webhook.channel === 'email' ? limits.resendAnswerMs : limits.plivoAnswerMs;
    let outcome: string;
    let accepted = false;
    try {
      const status = await this.#http.send(webhook.url, webhook.sign(), timeoutMs);
      accepted = status >= 200 && status < 300;
      outcome = `HTTP ${status}`;
    } catch (error) {
      outcome = describeFailure(error);
    }
    if (this.#stopped) return;
    const retryInMs = accepted ? undefined : this.#retriesMs[waiting.attempt - 1];
    this.#note(waiting, outcome, retryInMs);
    if (retryInMs === undefined) return;
    this.#retrying += 1;
    this.#schedule.after(retryInMs, () => {
      this.#retrying -= 1;
      this.#enqueue({ webhook, attempt: waiting.attempt + 1 });
    });
  }

  #note({ webhook, attempt }: Waiting, outcome: string, retryInMs?: number): void {
    this.#log.push({
      at: new Date().toISOString(),
      event: webhook.event,
      url: webhook.url,
      attempt,
      outcome,
      ...(retryInMs === undefined ? {} : { retryInMs }),
    });
    if (this.#log.length > limits.webhookLog) this.#log.shift();
  }
}

function describeFailure(error: unknown): string {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return typeof code === 'string' ? code : String(message);
}
