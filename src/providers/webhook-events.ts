import { deliveryIdTag } from './resend.ts';
import type { FormFields } from './plivo-signature.ts';

/** What providers tell us, in our words. Call these only with a body whose signature was verified. */

export type ResendEvent =
  | {
      kind: 'sent' | 'delivered' | 'delayed' | 'bounced' | 'complained' | 'failed' | 'suppressed';
      /** Resend's email id, as returned when it was sent. */
      providerId: string;
      /** Ours, from the tag; missing on emails that this service did not send. */
      deliveryId?: string;
      at: Date;
      /** Only for `bounced`: the address will never work. Transient and undetermined ones may. */
      permanent?: boolean;
      /** The provider's classification (never its text, which may quote the address). */
      reason?: string;
    }
  /** Opens, clicks (never a consent), domains, contacts, and whatever Resend adds later. */
  | { kind: 'ignored'; type: string };

const resendKinds = new Map<string, Exclude<ResendEvent['kind'], 'ignored'>>([
  ['email.sent', 'sent'],
  ['email.delivered', 'delivered'],
  ['email.delivery_delayed', 'delayed'],
  ['email.bounced', 'bounced'],
  ['email.complained', 'complained'],
  ['email.failed', 'failed'],
  ['email.suppressed', 'suppressed'],
]);

export function parseResendEvent(event: unknown): ResendEvent {
  const { type, created_at: createdAt, data } = record(event);
  const typeName = typeof type === 'string' ? type : '';
  const fields = record(data);
  const kind = resendKinds.get(typeName);
  const providerId = fields.email_id;
  if (kind === undefined || typeof providerId !== 'string')
    return { kind: 'ignored', type: word(typeName) ?? 'unknown' };

  const at = new Date(String(createdAt));
  const deliveryId = record(fields.tags)[deliveryIdTag];
  const bounce = record(fields.bounce);
  const reason =
    kind === 'bounced'
      ? [word(bounce.type), word(bounce.subType)].filter(Boolean).join('/')
      : kind === 'failed'
        ? word(record(fields.failed).reason)
        : kind === 'suppressed'
          ? word(record(fields.suppressed).type)
          : undefined;
  return {
    kind,
    providerId,
    at: Number.isNaN(at.getTime()) ? new Date() : at,
    ...(typeof deliveryId === 'string' ? { deliveryId } : {}),
    ...(kind === 'bounced' ? { permanent: bounce.type === 'Permanent' } : {}),
    ...(reason ? { reason } : {}),
  };
}

/** A mail to one of our receiving addresses: how an unsubscribe by `mailto:` arrives. */
export type ResendInboundEmail = {
  providerId: string;
  from: string;
  to: string[];
  subject: string;
};

export function parseResendInboundEmail(event: unknown): ResendInboundEmail | undefined {
  const { type, data } = record(event);
  const { email_id: providerId, from, to, subject } = record(data);
  if (type !== 'email.received' || typeof providerId !== 'string' || typeof from !== 'string')
    return undefined;
  return {
    providerId,
    from,
    to: [to].flat().filter((address): address is string => typeof address === 'string'),
    subject: typeof subject === 'string' ? subject : '',
  };
}

export type PlivoStatus = {
  providerId: string;
  status: 'queued' | 'sent' | 'delivered' | 'undelivered' | 'failed';
  /**
   * Why it failed (https://www.plivo.com/docs/messaging/troubleshooting/error-codes): 30 spam filter, 50
   * invalid destination, 200 blocked because the person sent STOP, 900 no credit, 1000 unknown …
   */
  errorCode?: number;
  /** Plivo's own counter: callbacks may arrive out of order. */
  sequence?: number;
};

const plivoStatuses = ['queued', 'sent', 'delivered', 'undelivered', 'failed'] as const;

/** Undefined for what is no status of an SMS. */
export function parsePlivoStatus(params: FormFields): PlivoStatus | undefined {
  const providerId = text(params.MessageUUID);
  const status = plivoStatuses.find((name) => name === text(params.Status).toLowerCase());
  if (providerId === '' || status === undefined) return undefined;
  const errorCode = wholeNumber(params.ErrorCode);
  const sequence = wholeNumber(params.Sequence);
  return {
    providerId,
    status,
    // Plivo sends 0 or an empty field where nothing failed.
    ...(errorCode ? { errorCode } : {}),
    ...(sequence === undefined ? {} : { sequence }),
  };
}

export type PlivoInbound = {
  /** E.164 with `+` (Plivo sends numbers without it), or a short code as it is. */
  from: string;
  to: string;
  text: string;
  providerId: string;
};

/** Undefined when a field is missing. An empty text is a text. */
export function parsePlivoInbound(params: FormFields): PlivoInbound | undefined {
  const providerId = text(params.MessageUUID);
  const from = withPlus(text(params.From));
  const to = withPlus(text(params.To));
  if (providerId === '' || from === '' || to === '') return undefined;
  // Untouched: it may become evidence.
  return { providerId, from, to, text: typeof params.Text === 'string' ? params.Text : '' };
}

/** Short codes have 3 to 6 digits, telephone numbers at least 7 (E.164 without `+`). */
function withPlus(number: string): string {
  return /^\d{7,15}$/.test(number) ? `+${number}` : number;
}

function text(value: string | readonly string[] | undefined): string {
  return typeof value === 'string' ? value.trim() : '';
}

function wholeNumber(value: string | readonly string[] | undefined): number | undefined {
  const digits = text(value);
  return /^\d{1,9}$/.test(digits) ? Number(digits) : undefined;
}

/** A classification is one short word; anything longer may be prose about a person. */
function word(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Za-z_.]{1,64}$/.test(value) ? value : undefined;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
