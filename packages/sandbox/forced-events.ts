import { parseMailbox } from './addresses.ts';
import type { PlivoEmulator } from './plivo-emulator.ts';
import type { EmailRecord, Records, SmsRecord } from './records.ts';
import {
  bounceDetails,
  failedDetails,
  suppressedDetails,
  suppressionEvents,
  type ResendEmulator,
} from './resend-emulator.ts';

export type EventParts = { records: Records; resend: ResendEmulator; plivo: PlivoEmulator };

type Fields = Record<string, unknown>;

/**
 * `POST /events`: makes a provider report something, whatever became of the message: `{ id, type }`, and
 * - `bounced`: `bounceType` (`Permanent`, or another word);
 * - `failed` of an email: `reason` (`reached_daily_quota`, or another word);
 * - `undelivered`, `failed`, `rejected` of an SMS: `errorCode` (1000, or another);
 * - `suppression.added`, `suppression.removed`: `email` instead of `id`, `origin` (`manual`, `bounce`, `complaint`).
 */
export function forceEvent(parts: EventParts, fields: Fields): { id: string } | Refusal {
  const suppression = suppressionEvents.find((name) => name === fields.type);
  const record = typeof fields.id === 'string' ? parts.records.get(fields.id) : undefined;
  if (suppression !== undefined) return announceSuppression(parts, suppression, record, fields);
  if (record === undefined) return { problem: 'no_such_message' };
  return record.channel === 'email'
    ? emitEmailEvent(parts, record, fields)
    : emitSmsEvent(parts, record, fields);
}

/** `problem`: the error in the call, for its caller. */
type Refusal = { problem: string };

const emailEvents = [
  'sent',
  'scheduled',
  'delivered',
  'delivery_delayed',
  'bounced',
  'complained',
  'failed',
  'suppressed',
  'opened',
  'clicked',
] as const;
const smsEvents = [
  'queued',
  'sent',
  'delivered',
  'undelivered',
  'failed',
  'rejected',
  'read',
] as const;
const lost: readonly string[] = ['undelivered', 'failed', 'rejected'];

function announceSuppression(
  { resend }: EventParts,
  type: (typeof suppressionEvents)[number],
  record: EmailRecord | SmsRecord | undefined,
  fields: Fields,
): { id: string } | Refusal {
  const first = record?.channel === 'email' ? record.to[0] : undefined;
  const email = parseMailbox(String(fields.email ?? first ?? ''));
  if (email === undefined) return { problem: '`email` must be an email address.' };
  const origin = typeof fields.origin === 'string' ? fields.origin : 'manual';
  resend.announceSuppression(type, {
    email,
    origin,
    ...(record === undefined ? {} : { sourceId: record.id }),
  });
  return { id: record?.id ?? email };
}

function emitEmailEvent(
  { resend }: EventParts,
  record: EmailRecord,
  fields: Fields,
): { id: string } | Refusal {
  const type = emailEvents.find((name) => name === fields.type);
  if (type === undefined)
    return {
      problem: `\`type\` of an email's event must be one of ${[...emailEvents, ...suppressionEvents].join(', ')}.`,
    };
  const details = emailEventDetails(type, fields);
  resend.emit(record, type, { wanted: true, ...(details === undefined ? {} : { details }) });
  return { id: record.id };
}

function emitSmsEvent(
  { plivo }: EventParts,
  record: SmsRecord,
  fields: Fields,
): { id: string } | Refusal {
  const type = smsEvents.find((name) => name === fields.type);
  if (type === undefined)
    return { problem: `\`type\` of an SMS's event must be one of ${smsEvents.join(', ')}.` };
  const { errorCode } = fields;
  if (errorCode !== undefined && !Number.isInteger(errorCode))
    return { problem: '`errorCode` must be a whole number.' };
  const called = plivo.emit(record, type, {
    wanted: true,
    ...(lost.includes(type) ? { errorCode: typeof errorCode === 'number' ? errorCode : 1000 } : {}),
  });
  return called ? { id: record.id } : { problem: 'This message was sent without a status URL.' };
}

function emailEventDetails(
  type: (typeof emailEvents)[number],
  fields: Fields,
): Record<string, unknown> | undefined {
  const word = (name: string, otherwise: string): string => {
    const value = fields[name];
    return typeof value === 'string' ? value : otherwise;
  };
  switch (type) {
    case 'bounced':
      return bounceDetails(word('bounceType', 'Permanent'));
    case 'failed':
      return failedDetails(word('reason', 'reached_daily_quota'));
    case 'suppressed':
      return suppressedDetails;
    case 'clicked':
      return {
        click: {
          ipAddress: '192.0.2.1',
          link: word('link', 'https://link.example/'),
          timestamp: new Date().toISOString(),
          userAgent: 'Sandbox',
        },
      };
    default:
      return undefined;
  }
}
