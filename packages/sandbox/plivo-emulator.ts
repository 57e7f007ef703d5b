import { randomUUID } from 'node:crypto';
import type { ActivityLog } from './activity.ts';
import { digitsOf } from './addresses.ts';
import { BoundedMap } from './bounded-map.ts';
import { limits } from './limits.ts';
import { smsOutcome } from './magic.ts';
import type { Outbox } from './outbox.ts';
import { PlivoOptOuts, type MessageIntent } from './plivo-opt-out.ts';
import type { Records, SmsRecord } from './records.ts';
import type { Schedule } from './schedule.ts';
import { plivoHeaders } from './signatures.ts';
import { unitsOf } from './sms-text.ts';
import type { Line } from './webhook-queue.ts';
import type { WebhookSender } from './webhook-sender.ts';

export type AcceptedSms = {
  from: string;
  to: string;
  text: string;
  statusUrl?: string;
  masked: boolean;
};

export type PlivoParts = {
  outbox: Outbox;
  records: Records;
  activity: ActivityLog;
  webhooks: WebhookSender;
  schedule: Schedule;
  inboundUrl: string;
  authToken: string;
  timing: SmsTiming;
};

/** When the callbacks follow, in ms after the message was accepted. */
export type SmsTiming = { queuedMs: number; sentMs: number; finalMs: number };

/** A person's message. */
export type ReceivedSms = {
  from: string;
  to: string;
  text: string;
  /** A picture message, or a text that the phone made one of: Plivo has its words in another field. */
  mms?: boolean;
  mediaUrls?: readonly string[];
  /** The reading that Plivo must report, whatever the words; else by its own list. */
  intent?: MessageIntent;
};

/** Plivo's handling of an SMS once accepted, and of one that a person sends. */
export class PlivoEmulator {
  readonly #parts: PlivoParts;
  readonly #optOuts = new PlivoOptOuts();
  /** The last sender to each person, by the person's digits. */
  readonly #lastSenders = new BoundedMap<string, string>(limits.records);

  constructor(parts: PlivoParts) {
    this.#parts = parts;
  }

  accept(sms: AcceptedSms): { id: string } {
    const record: SmsRecord = {
      channel: 'sms',
      id: randomUUID(),
      from: sms.from,
      to: sms.to,
      units: unitsOf(sms.text),
      ...(sms.statusUrl === undefined ? {} : { statusUrl: sms.statusUrl }),
      masked: sms.masked,
      direction: 'outbound',
      state: 'queued',
      sequence: 0,
      createdAt: new Date().toISOString(),
    };
    this.#parts.records.add(record);
    this.#lastSenders.set(digitsOf(sms.to), sms.from);
    this.#playOut(record, sms.text);
    return { id: record.id };
  }

  /** Posts one status of a message to the URL it was sent with; false when there is none. */
  emit(
    record: SmsRecord,
    status: string,
    options: { errorCode?: number; wanted?: boolean } = {},
  ): boolean {
    record.state = status;
    if (options.errorCode !== undefined) record.errorCode = options.errorCode;
    if (status === 'sent') record.sentAt = new Date().toISOString();
    record.sequence += 1;
    if (record.statusUrl === undefined) return false;
    const line = { key: record.id, kind: 'report' } as const;
    this.#post(record.statusUrl, `sms.${status}`, line, options.wanted ?? false, {
      MessageUUID: record.id,
      ParentMessageUUID: record.id,
      PartInfo: '1 of 1',
      From: plivoNumber(record.from),
      To: plivoNumber(record.to),
      Type: 'sms',
      Status: status,
      Sequence: String(record.sequence),
      Units: String(record.units),
      TotalRate: '0.00000',
      TotalAmount: '0.00000',
      MessageTime: plivoTime(record.createdAt),
      QueuedTime: plivoTime(record.createdAt),
      SentTime: record.sentAt === undefined ? '' : plivoTime(record.sentAt),
      DeliveryReportTime: status === 'delivered' ? plivoTime(new Date().toISOString()) : '',
      ErrorCode: options.errorCode === undefined ? '' : String(options.errorCode),
    });
    return true;
  }

  /** The number that last wrote to this person. */
  lastSender(person: string): string | undefined {
    return this.#lastSenders.get(digitsOf(person));
  }

  /** A person sends an SMS or MMS to one of our numbers. */
  receive(sms: ReceivedSms): { id: string } {
    const { activity, records } = this.#parts;
    const id = randomUUID();
    const { from, to, text, mediaUrls = [] } = sms;
    const isMms = sms.mms === true || mediaUrls.length > 0;
    const units = unitsOf(text);
    records.add({
      channel: 'sms',
      id,
      from,
      to,
      units,
      masked: false,
      direction: 'inbound',
      state: 'received',
      sequence: 0,
      createdAt: new Date().toISOString(),
    });
    const conversation = { channel: 'sms', person: from, sender: to } as const;
    activity.add({ kind: 'reply', ...conversation, text: text === '' ? '(a picture)' : text });
    // Documented for SMS alone.
    const intent = sms.intent ?? (isMms ? undefined : this.#optOuts.intentOf(from, to, text));
    const answer = intent === undefined ? undefined : this.#optOuts.obey(from, to, intent);
    if (answer !== undefined)
      activity.add({ kind: 'provider_answer', ...conversation, text: answer });
    const line = { key: from, kind: 'reply' } as const;
    this.#post(this.#parts.inboundUrl, 'sms.inbound', line, true, {
      MessageUUID: id,
      From: plivoNumber(from),
      To: plivoNumber(to),
      ...(isMms ? mmsFields(text, mediaUrls) : { Type: 'sms', Text: text }),
      MessageIntent: intent ?? '',
      PowerpackUUID: '',
      Units: String(units),
      TotalRate: '0.00000',
      TotalAmount: '0.00000',
    });
    return { id };
  }

  #playOut(record: SmsRecord, text: string): void {
    const { timing, outbox, schedule } = this.#parts;
    const outcome = this.#optOuts.isBlocked(record.from, record.to)
      ? ({ kind: 'lost', status: 'failed', errorCode: 200 } as const)
      : smsOutcome(record.to);
    if (outcome.kind === 'refused') return;
    if (outcome.kind !== 'lost')
      outbox.add({
        id: record.id,
        channel: 'sms',
        to: record.to,
        from: record.from,
        text,
        headers: {},
      });
    if (outcome.kind === 'silent') return;

    const at = (atMs: number, status: string, errorCode?: number) => ({
      atMs,
      action: () => void this.emit(record, status, errorCode === undefined ? {} : { errorCode }),
    });
    const queued = at(timing.queuedMs, 'queued');
    const sent = at(timing.sentMs, 'sent');
    if (outcome.kind === 'delivered') {
      schedule.inOrder([queued, sent, at(timing.finalMs, 'delivered')]);
      return;
    }
    const end = at(timing.finalMs, outcome.status, outcome.errorCode);
    // `failed` never left Plivo, `undelivered` came back from the carrier.
    schedule.inOrder(outcome.status === 'undelivered' ? [queued, sent, end] : [queued, end]);
    this.#parts.activity.add({
      kind: 'note',
      channel: 'sms',
      person: record.to,
      sender: record.from,
      text:
        outcome.errorCode === 200
          ? 'A message was not delivered: this person sent STOP to the number (error 200).'
          : `A message was not delivered: ${outcome.status}, error ${outcome.errorCode}.`,
    });
  }

  #post(
    url: string,
    event: string,
    line: Line,
    wanted: boolean,
    fields: Record<string, string>,
  ): void {
    const { authToken, webhooks } = this.#parts;
    webhooks.send({
      channel: 'sms',
      event,
      url,
      line,
      wanted,
      sign: () => ({
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'user-agent': 'Plivo (sandbox)',
          ...plivoHeaders(url, fields, authToken),
        },
        body: new URLSearchParams(fields).toString(),
      }),
    });
  }
}

/** https://plivo.com/docs/messaging/api/message/handling-incoming: `Body` instead of `Text`, media counted from 1. */
function mmsFields(text: string, mediaUrls: readonly string[]): Record<string, string> {
  return {
    Type: 'mms',
    Body: text,
    MediaCount: String(mediaUrls.length),
    ...Object.fromEntries(mediaUrls.map((url, index) => [`Media${index + 1}`, url])),
  };
}

/** Plivo writes telephone numbers without `+` in its callbacks. */
export function plivoNumber(number: string): string {
  return number.replace(/^\+/, '');
}

/** `YYYY-mm-dd HH:MM:SS.ssssss` in UTC. */
export function plivoTime(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}000`;
}
