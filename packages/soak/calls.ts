import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import type { Journal } from './journal.ts';

/**
 * Calls of a caller that must not lose anything: a call without an answer, or with "not now", is repeated with the same
 * ids, until it is answered or patience ends.
 */

export type Answer = { status: number; body: unknown; text: string };

/** Nobody answered; it may have been done or not. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
}

/** How long one try may take, and how long a call is tried again, in ms. */
export type Patience = { callMs: number; patienceMs: number };
const ofPerson: Patience = { callMs: 12_000, patienceMs: 75_000 };
/** The last reading decides whether there is a verdict at all: it waits for a machine that is busy with other things. */
export const ofReading: Patience = { callMs: 60_000, patienceMs: 600_000 };

export class Calls {
  readonly #urls: { api: string; sandbox: string };
  readonly #journal: Journal;
  readonly #signal: AbortSignal;
  readonly #patience: Patience;
  readonly #connection: Connection;
  readonly #temporal: Client;

  constructor(
    urls: { api: string; sandbox: string; temporal: string },
    journal: Journal,
    signal: AbortSignal,
    patience: Patience = ofPerson,
  ) {
    this.#patience = patience;
    this.#urls = urls;
    this.#journal = journal;
    this.#signal = signal;
    this.#connection = Connection.lazy({ address: urls.temporal });
    this.#temporal = new Client({ connection: this.#connection });
  }

  /** `/v1/…`, with the practice's key. */
  api(
    method: string,
    path: string,
    body?: unknown,
    options: { headers?: Record<string, string>; takes429?: boolean } = {},
  ): Promise<Answer> {
    const headers = { authorization: 'Bearer demo-key', ...jsonHeaders(body), ...options.headers };
    return this.#persist(
      `${this.#urls.api}/v1${path}`,
      { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) },
      options.takes429,
    );
  }

  sandbox(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.#persist(`${this.#urls.sandbox}${path}`, {
      method,
      headers: jsonHeaders(body),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** A page or a public endpoint of the service, as somebody at `ip` opens it. */
  page(
    method: string,
    path: string,
    ip: string,
    form?: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    return this.#persist(`${this.#urls.api}${path}`, {
      method,
      headers: { 'x-forwarded-for': ip, 'user-agent': 'soak', ...headers },
      ...(form ? { body: new URLSearchParams(form) } : {}),
    });
  }

  /** One raw `sendMessage`, by a plain Temporal client without any codec. */
  async signalMessage(contactId: string, payload: Record<string, unknown>): Promise<void> {
    await this.#retry(`sendMessage to ${contactId}`, async () => {
      await this.#connection.withDeadline(Date.now() + this.#patience.callMs, () =>
        this.#temporal.workflow.signalWithStart('contact', {
          workflowId: `contact/demo/${contactId}`,
          taskQueue: 'contacts',
          signal: 'sendMessage',
          signalArgs: [payload],
        }),
      );
      return true;
    });
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  #persist(url: string, init: RequestInit, takes429 = false): Promise<Answer> {
    // Without the query, and without what a link is kept secret for.
    const { pathname } = new URL(url);
    const what = `${init.method} ${pathname.replace(/\/o\/.*/, '/o/…')}`;
    return this.#retry(what, async () => {
      const signal = AbortSignal.any([AbortSignal.timeout(this.#patience.callMs), this.#signal]);
      const response = await fetch(url, { ...init, redirect: 'manual', signal });
      const text = await response.text();
      const { status } = response;
      const answer = { status, text, body: readJson(text) };
      const notNow =
        status >= 500 ||
        (status === 429 && !takes429) ||
        codeOf(answer.body) === 'idempotency_in_flight';
      if (notNow) throw new Error(`answered ${status} ${codeOf(answer.body) ?? ''}`);
      return answer;
    });
  }

  async #retry<T>(what: string, attempt: () => Promise<T>): Promise<T> {
    const { patienceMs } = this.#patience;
    const deadline = Date.now() + patienceMs;
    for (let waitMs = 100; ; waitMs = Math.min(waitMs * 2, 2_000)) {
      let last: unknown;
      try {
        return await attempt();
      } catch (error) {
        last = error;
      }
      if (this.#signal.aborted || Date.now() > deadline)
        throw new Unanswered(`no answer in ${patienceMs / 1_000} s: ${what} (${String(last)})`, {
          cause: last,
        });
      this.#journal.data.retries += 1;
      await sleep(waitMs);
    }
  }
}

function jsonHeaders(body: unknown): Record<string, string> {
  return body === undefined ? {} : { 'content-type': 'application/json' };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function codeOf(body: unknown): string | undefined {
  return (body as { error?: { code?: string } } | undefined)?.error?.code;
}
