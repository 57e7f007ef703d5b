import { randomBytes, randomUUID } from 'node:crypto';
import { plivoV2Signature, plivoV3Signature } from '../providers/plivo-signature.ts';
import type { ActivityLog } from './activity.ts';
import { digitsOf } from './addresses.ts';
import { BoundedMap } from './bounded-map.ts';
import { limits } from './limits.ts';
import { smsOutcome } from './magic.ts';
import type { Outbox } from './outbox.ts';
import { PlivoOptOuts } from './plivo-opt-out.ts';
import type { Records, SmsRecord } from './records.ts';
import type { Schedule } from './schedule.ts';
import { unitsOf } from './sms-text.ts';
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

/** What Plivo does with an SMS once it has accepted it, and with one that a person sends. */
export class PlivoEmulator {
  readonly #parts: PlivoParts;
  readonly #optOuts = new PlivoOptOuts();
  /** By the person's digits: who wrote to them last. */
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
    this.#post(record.statusUrl, `sms.${status}`, options.wanted ?? false, {
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

  /** Who wrote to this person last. */
  lastSender(person: string): string | undefined {
    return this.#lastSenders.get(digitsOf(person));
  }

  /** A person sends an SMS to one of our numbers. */
  receive(sms: { from: string; to: string; text: string }): { id: string } {
    const { activity, records } = this.#parts;
    const id = randomUUID();
    const units = unitsOf(sms.text);
    records.add({
      channel: 'sms',
      id,
      from: sms.from,
      to: sms.to,
      units,
      masked: false,
      direction: 'inbound',
      state: 'received',
      sequence: 0,
      createdAt: new Date().toISOString(),
    });
    const conversation = { channel: 'sms', person: sms.from, sender: sms.to } as const;
    activity.add({ kind: 'reply', ...conversation, text: sms.text });
    const answer = this.#optOuts.hear(sms.from, sms.to, sms.text);
    if (answer !== undefined)
      activity.add({ kind: 'provider_answer', ...conversation, text: answer });
    this.#post(this.#parts.inboundUrl, 'sms.inbound', true, {
      MessageUUID: id,
      From: plivoNumber(sms.from),
      To: plivoNumber(sms.to),
      Type: 'sms',
      Text: sms.text,
      Units: String(units),
      TotalRate: '0.00000',
      TotalAmount: '0.00000',
    });
    return { id };
  }

  #playOut(record: SmsRecord, text: string): void {
    const { timing, outbox } = this.#parts;
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

    this.#emitAfter(timing.queuedMs, record, 'queued');
    if (outcome.kind === 'delivered') {
      this.#emitAfter(timing.sentMs, record, 'sent');
      this.#emitAfter(timing.finalMs, record, 'delivered');
      return;
    }
    // `failed` never left Plivo, `undelivered` came back from the carrier.
    if (outcome.status === 'undelivered') this.#emitAfter(timing.sentMs, record, 'sent');
    this.#emitAfter(timing.finalMs, record, outcome.status, outcome.errorCode);
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

  #emitAfter(delayMs: number, record: SmsRecord, status: string, errorCode?: number): void {
    this.#parts.schedule.after(delayMs, () => {
      this.emit(record, status, errorCode === undefined ? {} : { errorCode });
    });
  }

  #post(url: string, event: string, wanted: boolean, fields: Record<string, string>): void {
    const { authToken, webhooks } = this.#parts;
    webhooks.send({
      channel: 'sms',
      event,
      url,
      wanted,
      sign: () => {
        const nonce = digitsFrom(randomBytes(10));
        const v3 = plivoV3Signature({ url, fields, nonce, authToken });
        const v2 = plivoV2Signature({ url, nonce, authToken });
        return {
          headers: {
            'content-type': 'application/x-www-form-urlencoded',
            'user-agent': 'Plivo (sandbox)',
            'x-plivo-signature-v3': v3,
            'x-plivo-signature-ma-v3': v3,
            'x-plivo-signature-v3-nonce': nonce,
            'x-plivo-signature-v2': v2,
            'x-plivo-signature-ma-v2': v2,
            'x-plivo-signature-v2-nonce': nonce,
          },
          body: new URLSearchParams(fields).toString(),
        };
      },
    });
  }
}

/** Plivo writes telephone numbers without `+` in its callbacks. */
export function plivoNumber(number: string): string {
  return number.replace(/^\+/, '');
}

/** `YYYY-mm-dd HH:MM:SS.ssssss` in UTC. */
export function plivoTime(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}000`;
}

/** Plivo's nonces are decimal numbers of some 20 digits. */
function digitsFrom(bytes: Buffer): string {
  return BigInt(`0x${bytes.toString('hex')}`)
    .toString()
    .padStart(20, '0')
    .slice(0, 20);
}
