import { randomBytes, randomUUID } from 'node:crypto';
import type { ActivityLog } from './activity.ts';
import { parseMailbox } from './addresses.ts';
import { emailOutcome } from './magic.ts';
import type { Outbox } from './outbox.ts';
import type { EmailRecord, Records } from './records.ts';
import type { CheckedEmail } from './resend-validation.ts';
import type { Schedule } from './schedule.ts';
import { svixHeaders } from './signatures.ts';
import type { Line } from './webhook-queue.ts';
import type { WebhookSender } from './webhook-sender.ts';

/**
 * Resend's handling of an email once accepted: it reaches the mailbox or not, and webhooks report it. An email with
 * several recipients gets the fate of the first one; each recipient has an outbox entry.
 */
export class ResendEmulator {
  readonly #parts: ResendParts;

  constructor(parts: ResendParts) {
    this.#parts = parts;
  }

  accept(email: CheckedEmail, idempotencyKey: string | undefined): { id: string } {
    const record: EmailRecord = {
      channel: 'email',
      id: randomUUID(),
      from: email.from,
      to: email.to,
      cc: email.cc,
      bcc: email.bcc,
      replyTo: email.replyTo,
      subject: email.subject,
      tags: email.tags,
      createdAt: new Date().toISOString(),
      lastEvent: 'sent',
    };
    this.#parts.records.add(record);
    this.#playOut(record, email, idempotencyKey);
    return { id: record.id };
  }

  /** Posts one event about an email. `details` are Resend's extra fields for that type, e.g. `bounce`. */
  emit(
    record: EmailRecord,
    type: string,
    options: { details?: Record<string, unknown>; wanted?: boolean } = {},
  ): void {
    const event = type.replace(/^email\./, '');
    if (event !== 'opened' && event !== 'clicked') record.lastEvent = event;
    const line = { key: record.id, kind: 'report' } as const;
    this.#post(`email.${event}`, line, options.wanted ?? false, {
      created_at: record.createdAt,
      email_id: record.id,
      message_id: `<${record.id}@email.sandbox.example>`,
      from: record.from,
      to: record.to,
      ...(record.cc.length === 0 ? {} : { cc: record.cc }),
      ...(record.bcc.length === 0 ? {} : { bcc: record.bcc }),
      subject: record.subject,
      tags: record.tags,
      ...options.details,
    });
  }

  /** A mail that a person sends to one of our receiving addresses. */
  receive(mail: { from: string; to: string; subject: string }): { id: string } {
    const id = randomUUID();
    this.#post('email.received', { key: mail.from, kind: 'reply' }, true, {
      created_at: new Date().toISOString(),
      email_id: id,
      message_id: `<${id}@mail.sandbox.example>`,
      from: mail.from,
      to: [mail.to],
      cc: [],
      bcc: [],
      subject: mail.subject,
      attachments: [],
    });
    return { id };
  }

  /** An address enters or leaves the team's suppression list: the event names it, and no email. */
  announceSuppression(
    type: (typeof suppressionEvents)[number],
    suppression: { email: string; origin: string; sourceId?: string },
  ): void {
    const { email, origin, sourceId } = suppression;
    this.#post(type, { key: email, kind: 'report' }, true, {
      id: randomUUID(),
      email,
      origin,
      source_id: sourceId ?? null,
      created_at: new Date().toISOString(),
    });
  }

  #playOut(record: EmailRecord, email: CheckedEmail, idempotencyKey: string | undefined): void {
    const { timing } = this.#parts;
    const outcome = emailOutcome(parseMailbox(email.to[0] ?? '') ?? '');
    const arrive = (): void => this.#arrive(record, email, idempotencyKey);
    const at = (atMs: number, type: string, details?: Record<string, unknown>) => ({
      atMs,
      action: () => this.emit(record, type, details === undefined ? {} : { details }),
    });
    const sent = at(timing.sentMs, 'sent');
    const follow = (...steps: ReturnType<typeof at>[]): void =>
      this.#parts.schedule.inOrder([sent, ...steps]);
    const miss = (text: string): void => {
      for (const person of record.to)
        this.#parts.activity.add({
          kind: 'note',
          channel: 'email',
          person: parseMailbox(person) ?? person,
          sender: record.from,
          text,
        });
    };
    if (outcome === 'silent') return arrive();
    if (outcome === 'suppressed') {
      miss('Not sent: the address is on the suppression list.');
      this.#parts.schedule.inOrder([at(timing.finalMs, 'suppressed', suppressedDetails)]);
      return;
    }
    switch (outcome) {
      case 'bounced':
      case 'soft_bounced':
        miss('Not delivered: it bounced.');
        follow(
          at(
            timing.finalMs,
            'bounced',
            bounceDetails(outcome === 'bounced' ? 'Permanent' : 'Transient'),
          ),
        );
        return;
      case 'failed':
        miss('Not delivered: it failed.');
        follow(at(timing.finalMs, 'failed', failedDetails('invalid_recipient')));
        return;
      case 'quota':
        miss('Not delivered: the daily quota is used up.');
        follow(at(timing.finalMs, 'failed', failedDetails()));
        return;
      case 'delayed':
        follow(at(timing.finalMs, 'delivery_delayed'), {
          atMs: timing.delayedMs,
          action: () => {
            arrive();
            this.emit(record, 'delivered');
          },
        });
        return;
      case 'complained':
        arrive();
        follow(at(timing.finalMs, 'delivered'), at(timing.finalMs * 2, 'complained'));
        return;
      default:
        arrive();
        follow(at(timing.finalMs, 'delivered'));
    }
  }

  #arrive(record: EmailRecord, email: CheckedEmail, idempotencyKey: string | undefined): void {
    const headers = {
      ...(email.replyTo.length === 0 ? {} : { 'Reply-To': email.replyTo.join(', ') }),
      ...email.headers,
    };
    const deliveryId = email.tags.delivery_id;
    for (const recipient of [...email.to, ...email.cc, ...email.bcc])
      record.outboxSeq = this.#parts.outbox.add({
        id: record.id,
        channel: 'email',
        to: parseMailbox(recipient) ?? recipient,
        from: email.from,
        subject: email.subject,
        text: email.text,
        ...(email.html === undefined ? {} : { html: email.html }),
        headers,
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
        ...(deliveryId === undefined ? {} : { deliveryId }),
      }).seq;
  }

  #post(type: string, line: Line, wanted: boolean, data: Record<string, unknown>): void {
    const { webhooks, webhookUrl, webhookSecret } = this.#parts;
    // One id for all attempts and copies, by which a receiver recognises repeats.
    const id = `msg_${randomBytes(16).toString('base64url')}`;
    const body = JSON.stringify({ type, created_at: new Date().toISOString(), data });
    webhooks.send({
      channel: 'email',
      event: type,
      url: webhookUrl,
      line,
      wanted,
      sign: () => ({
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Svix-Webhooks/1.0 (sandbox)',
          ...svixHeaders({ id, body, secret: webhookSecret }),
        },
        body,
      }),
    });
  }
}

export const suppressionEvents = ['suppression.added', 'suppression.removed'] as const;

export type ResendParts = {
  outbox: Outbox;
  records: Records;
  activity: ActivityLog;
  webhooks: WebhookSender;
  schedule: Schedule;
  webhookUrl: string;
  webhookSecret: string;
  timing: EmailTiming;
};

/** When the events follow, in ms after the email was accepted. */
export type EmailTiming = { sentMs: number; finalMs: number; delayedMs: number };

export function bounceDetails(type: string): Record<string, unknown> {
  return {
    bounce:
      type === 'Permanent'
        ? {
            type: 'Permanent',
            subType: 'General',
            message: 'The recipient’s mail server refused the address for ever.',
          }
        : {
            type,
            subType: type === 'Transient' ? 'MailboxFull' : 'General',
            message: 'The recipient’s mailbox is full.',
          },
  };
}

/** Resend's documented example is `reached_daily_quota`. */
export function failedDetails(reason = 'reached_daily_quota'): Record<string, unknown> {
  return { failed: { reason } };
}

export const suppressedDetails = {
  suppressed: {
    type: 'OnAccountSuppressionList',
    message: 'Resend has suppressed sending to this address.',
  },
};
