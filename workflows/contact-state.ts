import type { WorkflowInfo } from '@temporalio/workflow';
import { limits } from '../src/domain/limits.ts';
import type { ConsentMethod } from '../src/domain/method.ts';
import { cameInTheClear } from './clear-signal.ts';
import type { DeliverReport, RawSignal } from './activity-types.ts';
import type { ContactStatus } from './messages.ts';

/** What one run hands to the next: at most 1 KB, whatever the queue holds. */
export type Carried = {
  /** Shape of this object; readers must know all shapes that were ever carried. */
  schema: 1;
  version: number;
  status: ContactStatus | null;
  waitingOn: ConsentMethod[];
  attributes: Record<string, string>;
  attributesAt: number;
  dirty: boolean;
  nextAt?: string;
};

/** A sleeping contact is replayed cold: its history is the cost of waking it. */
const idleEvents = 40;
/** A contact that is never idle must stay far from Temporal's 10,000 signals, 51,200 events and 50 MB a run. */
const busySignals = 1_000;
const busyEvents = 2_000;
const busyBytes = 2_000_000;

/** Of one raw signal: well over what a message may have (`limits.signalBodyBytes`). */
const signalBytes = 128_000;

/**
 * Everything the workflow remembers between two steps. Handlers only note what came; they never throw and never act,
 * the main loop does.
 */
export class ContactState {
  #version: number;
  #status: ContactStatus | null;
  #waitingOn: ConsentMethod[];
  #nextAt: Date | undefined;
  #consoleUrl: string | undefined;
  /** Somebody said that there is something to see. A bare start looks once. */
  #dirty: boolean;
  #inbox: RawSignal[] = [];
  #signals = 0;
  /** Search attributes as last written, and when (ms). */
  attributes: Record<string, string>;
  attributesAt: number;

  constructor(carried: Carried | undefined) {
    this.#version = carried?.version ?? 0;
    this.#status = carried?.status ?? null;
    this.#waitingOn = carried?.waitingOn ?? [];
    this.#nextAt = carried?.nextAt === undefined ? undefined : new Date(carried.nextAt);
    this.#dirty = carried?.dirty ?? true;
    this.attributes = carried?.attributes ?? {};
    this.attributesAt = carried?.attributesAt ?? 0;
  }

  receiveMessage(payload: unknown): void {
    this.#signals += 1;
    this.#dirty = true;
    // A message that is already stored needs no storing: the signal only says that it is there.
    if (!isBareMessageId(payload)) this.#keep('sendMessage', payload);
  }

  receiveConsent(signal: string, fact: unknown): void {
    this.#signals += 1;
    if (!isAnnouncement(fact)) {
      this.#keep(signal, fact);
      this.#dirty = true;
      return;
    }
    // The same fact may be announced more than once, and a run may have seen it in the record already.
    if (fact.version === undefined || fact.version > this.#version) this.#dirty = true;
  }

  receiveWake(): void {
    this.#signals += 1;
    this.#dirty = true;
  }

  receiveUnknown(signal: string, args: unknown): void {
    this.#signals += 1;
    this.#dirty = true;
    this.#keep(signal, args);
  }

  wake(): void {
    this.#dirty = true;
  }

  get hasWork(): boolean {
    return this.#dirty || this.hasSignals;
  }

  get hasSignals(): boolean {
    return this.#inbox.length > 0;
  }

  /** The oldest raw signals, as many as fit one activity. */
  takeSignals(): RawSignal[] {
    let bytes = 0;
    let count = 0;
    for (const signal of this.#inbox) {
      bytes += bytesOf(signal.payload);
      if (count > 0 && bytes > limits.storeBatchBytes) break;
      count += 1;
    }
    return this.#inbox.splice(0, count);
  }

  /** Before looking at the record: whatever is said from here on asks for another look. */
  beginLook(): void {
    this.#dirty = false;
  }

  endLook(report: DeliverReport): void {
    this.#version = Math.max(this.#version, report.version);
    this.#status = report.status;
    this.#waitingOn = report.waitingOn;
    this.#nextAt = report.nextAt === undefined ? undefined : new Date(report.nextAt);
    this.#consoleUrl = report.consoleUrl;
    if (report.more) this.#dirty = true;
  }

  get status(): ContactStatus | null {
    return this.#status;
  }

  get waitingOn(): readonly ConsentMethod[] {
    return this.#waitingOn;
  }

  get nextAt(): Date | undefined {
    return this.#nextAt;
  }

  /** What the next look is for, in the words of the Temporal UI. */
  get summary(): string {
    if (!this.#status) return 'look';
    if (this.#status.light === 'green') return 'deliver what is due';
    return `ask and wait: ${this.#waitingOn.join(', ') || 'nobody'}`;
  }

  /** Markdown for the Temporal UI. */
  get details(): string {
    const status = this.#status;
    if (!status) return '';
    const light = status.light === 'green' ? '🟢 green' : `🔴 red: ${status.reason ?? ''}`;
    const next = this.#nextAt ? `Looks again at ${this.#nextAt.toISOString()}.` : '';
    const console = this.#consoleUrl ? `\n\n[Open in the console](${this.#consoleUrl})` : '';
    return `**${light}**\n\nQueued: ${status.queued}. ${next}${console}`;
  }

  shouldContinueAsNew(info: Pick<WorkflowInfo, 'historyLength' | 'historySize'>): boolean {
    if (this.hasSignals) return false;
    const busy =
      this.#signals > busySignals ||
      info.historyLength > busyEvents ||
      info.historySize > busyBytes;
    return busy || (!this.#dirty && info.historyLength > idleEvents);
  }

  carry(): Carried {
    return {
      schema: 1,
      version: this.#version,
      status: this.#status,
      waitingOn: this.#waitingOn,
      attributes: this.attributes,
      attributesAt: this.attributesAt,
      dirty: this.#dirty,
      ...(this.#nextAt === undefined ? {} : { nextAt: this.#nextAt.toISOString() }),
    };
  }

  #keep(signal: string, payload: unknown): void {
    const bytes = bytesOf(payload);
    this.#inbox.push({
      signal: signal.slice(0, 100),
      // What is far over the limit is refused anyway; carrying it on would fail the workflow task for ever.
      payload: bytes > signalBytes ? { undecodable: `too large: ${bytes} bytes` } : payload,
      receivedAt: new Date().toISOString(),
      ...(cameInTheClear(payload) ? { clear: true } : {}),
    });
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isBareMessageId(payload: unknown): boolean {
  return (
    isRecord(payload) && typeof payload.messageId === 'string' && Object.keys(payload).length === 1
  );
}

function isAnnouncement(fact: unknown): fact is { method: ConsentMethod; version?: number } {
  return (
    isRecord(fact) &&
    (fact.method === 'email' || fact.method === 'sms') &&
    typeof fact.consentId === 'string' &&
    (fact.version === undefined || typeof fact.version === 'number')
  );
}

const encoder = new TextEncoder();

function bytesOf(payload: unknown): number {
  return encoder.encode(JSON.stringify(payload ?? null)).length;
}
