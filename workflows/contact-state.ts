import type { WorkflowInfo } from '@temporalio/workflow';
import { isAnnouncement } from '../src/core/signals/announcement.ts';
import { waivedReason } from '../src/core/consent/consent-by-staff.ts';
import type { ConsentMethod } from '../src/core/method.ts';
import type { DeliverReport } from '../src/core/signals/activity-types.ts';
import type { Carried } from './carried.ts';
import { Inbox } from './inbox.ts';
import type { ContactStatus } from '../src/core/signals/contact-status.ts';
import { rawPayload, rawSignal } from './raw-signals.ts';

/** A sleeping contact is replayed cold: its history is the cost of waking it. */
const idleEvents = 40;
/** A contact that is never idle must stay far from Temporal's 10,000 signals, 51,200 events and 50 MB a run. */
const busySignals = 1_000;
const busyEvents = 2_000;
const busyBytes = 2_000_000;

/**
 * Signals that came while no worker ran, or came faster than they can be stored, are left to the next run from here on:
 * this one's history must not reach 50 MB, where Temporal ends it for good, nor 10,000 signals, where it takes no more.
 */
const fullSignals = 5_000;
const fullBytes = 20_000_000;

/**
 * Everything the workflow remembers between two steps. Handlers only note what came in; they never throw and never act:
 * the main loop acts.
 */
export class ContactState {
  #version: number;
  #status: ContactStatus | null;
  #waitingOn: ConsentMethod[];
  #nextAt: Date | undefined;
  #consoleUrl: string | undefined;
  /** Somebody said that there is something to see. A bare start looks once. */
  #dirty: boolean;
  readonly #inbox: Inbox;
  #signals = 0;
  /** The last look left something over, and nothing was said since: what comes is a backlog's. */
  #drains = false;
  #renews = false;
  /** Search attributes as last written, and when (ms). */
  attributes: Record<string, string>;
  attributesAt: number;

  constructor(carried: Carried | undefined) {
    this.#inbox = new Inbox(carried?.held);
    this.#version = carried?.version ?? 0;
    this.#status = withoutWords(carried?.status ?? null);
    this.#waitingOn = carried?.waitingOn ?? [];
    this.#nextAt = carried?.nextAt === undefined ? undefined : new Date(carried.nextAt);
    this.#dirty = carried?.dirty ?? true;
    this.attributes = carried?.attributes ?? {};
    this.attributesAt = carried?.attributesAt ?? 0;
  }

  /** `leftSealed`: it did not open when it came (left-sealed.ts), whatever it does now. */
  receiveMessage(payload: unknown, leftSealed: boolean): void {
    this.#signals += 1;
    this.#dirty = true;
    const kept = leftSealed ? { payload } : rawPayload('sendMessage', [payload]);
    if (kept) this.#keep('sendMessage', kept.payload, leftSealed);
  }

  receiveConsent(signal: string, fact: unknown, leftSealed: boolean): void {
    this.#signals += 1;
    if (leftSealed || !isAnnouncement(fact)) {
      this.#keep(signal, fact, leftSealed);
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

  /** Asked to go on as a new run, though nothing is to be done. */
  receiveRenewal(): void {
    this.#signals += 1;
    this.#renews = true;
  }

  receiveUnknown(signal: string, args: readonly unknown[], leftSealed: boolean): void {
    this.#signals += 1;
    this.#dirty = true;
    this.#keep(signal, args, leftSealed);
  }

  wake(): void {
    this.#dirty = true;
  }

  get hasWork(): boolean {
    return this.#dirty || this.hasSignals;
  }

  get hasSignals(): boolean {
    return !this.#inbox.isEmpty;
  }

  get renews(): boolean {
    return this.#renews;
  }

  /** Raw signals that are not stored yet. */
  get inbox(): Inbox {
    return this.#inbox;
  }

  /** Before looking at the record: whatever is said from here on asks for another look. */
  beginLook(): void {
    this.#dirty = false;
  }

  endLook(report: DeliverReport): void {
    this.#version = Math.max(this.#version, report.version);
    this.#status = withoutWords(report.status);
    this.#waitingOn = report.waitingOn;
    this.#nextAt = report.nextAt === undefined ? undefined : new Date(report.nextAt);
    this.#consoleUrl = report.consoleUrl;
    // Said meanwhile, it may be an answer or a code: a first look, not one in line with the backlogs.
    this.#drains = report.drains === true && !this.#dirty;
    if (report.more) this.#dirty = true;
  }

  get status(): ContactStatus | null {
    return this.#status;
  }

  /** The next look is for a backlog alone. */
  get drains(): boolean {
    return this.#drains;
  }

  get waitingOn(): readonly ConsentMethod[] {
    return this.#waitingOn;
  }

  get nextAt(): Date | undefined {
    return this.#nextAt;
  }

  /** The purpose of the next look, for the Temporal UI. */
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

  /** The inbox is left to the next run: this one is too long to wait for its end. */
  isFull(info: Pick<WorkflowInfo, 'historySize'>): boolean {
    return this.#inbox.byReference && (this.#signals > fullSignals || info.historySize > fullBytes);
  }

  shouldContinueAsNew(info: Pick<WorkflowInfo, 'historyLength' | 'historySize'>): boolean {
    if (this.hasSignals) return false;
    if (this.#renews) return true;
    const busy =
      this.#signals > busySignals ||
      info.historyLength > busyEvents ||
      info.historySize > busyBytes;
    return busy || (!this.#dirty && info.historyLength > idleEvents);
  }

  carry({ runId, historyLength }: Pick<WorkflowInfo, 'runId' | 'historyLength'>): Carried {
    const held = this.#inbox.carry(runId, historyLength);
    return {
      schema: 1,
      version: this.#version,
      status: this.#status,
      waitingOn: this.#waitingOn,
      attributes: this.attributes,
      attributesAt: this.attributesAt,
      dirty: this.#dirty,
      ...(this.#nextAt === undefined ? {} : { nextAt: this.#nextAt.toISOString() }),
      ...(held.length === 0 ? {} : { held }),
    };
  }

  #keep(signal: string, payload: unknown, leftSealed: boolean): void {
    this.#inbox.put({ ...rawSignal(signal, payload, new Date().toISOString()), leftSealed });
  }
}

/**
 * Earlier releases put staff's reason for a waiver into the status, and old runs carry it on. It is for the practice
 * alone, and anybody with access to Temporal can run the query.
 */
function withoutWords(status: ContactStatus | null): ContactStatus | null {
  if (!status) return status;
  const channels = Object.entries(status.channels).map(([method, channel]) => [
    method,
    channel.state === 'waived' ? { ...channel, reason: waivedReason } : channel,
  ]);
  return { ...status, channels: Object.fromEntries(channels) as ContactStatus['channels'] };
}
