import { BoundedMap } from './bounded-map.ts';
import { limits } from './limits.ts';

/** The providers' memory of a message: enough to answer for it and to call back. No bodies. */

export type EmailRecord = {
  channel: 'email';
  id: string;
  /** As it was given, with a display name if there was one. */
  from: string;
  to: string[];
  cc: string[];
  bcc: string[];
  replyTo: string[];
  subject: string;
  tags: Record<string, string>;
  createdAt: string;
  lastEvent: string;
  /** Where its body is, while the outbox still has it. */
  outboxSeq?: number;
};

export type SmsRecord = {
  channel: 'sms';
  id: string;
  from: string;
  to: string;
  units: number;
  statusUrl?: string;
  /** `false` or `content_only`: the number is masked in later answers of the API. */
  masked: boolean;
  direction: 'outbound' | 'inbound';
  state: string;
  errorCode?: number;
  /** Callbacks so far. */
  sequence: number;
  createdAt: string;
  sentAt?: string;
};

export class Records {
  readonly #records = new BoundedMap<string, EmailRecord | SmsRecord>(limits.records);

  add(record: EmailRecord | SmsRecord): void {
    this.#records.set(record.id, record);
  }

  get(id: string): EmailRecord | SmsRecord | undefined {
    return this.#records.get(id);
  }

  getEmail(id: string): EmailRecord | undefined {
    const record = this.#records.get(id);
    return record?.channel === 'email' ? record : undefined;
  }

  getSms(id: string): SmsRecord | undefined {
    const record = this.#records.get(id);
    return record?.channel === 'sms' ? record : undefined;
  }

  /** Newest first. */
  list(): (EmailRecord | SmsRecord)[] {
    return [...this.#records.values()].toReversed();
  }
}
