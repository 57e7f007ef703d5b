import type { Method } from '../method.ts';

export const messageKinds = [
  'appointment_notice',
  'appointment_reminder',
  'billing_reminder',
  'late_payment_reminder',
  'online_form',
  'ad_hoc',
] as const;
export type MessageKind = (typeof messageKinds)[number];

/** Kinds that are worthless once the event has begun: they expire at `eventAt` by default. */
export const appointmentKinds: ReadonlySet<MessageKind> = new Set([
  'appointment_notice',
  'appointment_reminder',
]);

export const deliveryStatuses = [
  'queued',
  'sending',
  'sent',
  'delivered',
  'failed',
  'unknown',
  'expired',
  'cancelled',
  'suppressed',
] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

/** Why a delivery was cancelled or held back, where one word says it; the console has a sentence for each. */
export const deliveryReasons = [
  'channel_waived',
  'kind_declined',
  'method_unassigned',
  'superseded',
] as const;

/** The order in which a message takes the status of one of its deliveries (contract). */
export const messageStatusOrder: readonly DeliveryStatus[] = [
  'sending',
  'queued',
  'unknown',
  'failed',
  'suppressed',
  'expired',
  'cancelled',
  'sent',
  'delivered',
];

/** A message nobody could be assigned to yet (unregistered contact) is `queued`. */
export function messageStatus(deliveries: readonly { status: DeliveryStatus }[]): DeliveryStatus {
  return (
    messageStatusOrder.find((status) => deliveries.some((d) => d.status === status)) ?? 'queued'
  );
}

export type MessageContent = {
  subject?: string;
  body?: string;
  content?: {
    email?: { subject: string; text: string; html?: string };
    sms?: { text: string };
    fax?: { subject: string; text: string };
  };
  /** The template that `content` was rendered from. */
  template?: MessageKind;
};

/** The content for one method; undefined when the message has none. */
export type MethodContent = { subject?: string; text: string; html?: string };

export function contentFor(method: Method, message: MessageContent): MethodContent | undefined {
  const own = message.content?.[method];
  if (own) return own;
  if (message.body === undefined) return undefined;
  return message.subject === undefined
    ? { text: message.body }
    : { subject: message.subject, text: message.body };
}

export type Timing = { sendAt?: Date; notAfter?: Date; eventAt?: Date };

/**
 * When a message is due and when it is worthless. A past `sendAt` is due now.
 * `no_expiry`: an appointment kind with neither `notAfter` nor `eventAt` could leave after the appointment.
 */
export function schedule(
  kind: MessageKind,
  timing: Timing,
  now: Date,
): { dueAt: Date; notAfter?: Date; warnings: 'no_expiry'[] } {
  const dueAt = timing.sendAt && timing.sendAt > now ? timing.sendAt : now;
  const appointment = appointmentKinds.has(kind);
  const notAfter = timing.notAfter ?? (appointment ? timing.eventAt : undefined);
  return {
    dueAt,
    ...(notAfter ? { notAfter } : {}),
    warnings: appointment && !notAfter ? ['no_expiry'] : [],
  };
}

/** Where a page of a list of messages ends, in the list's own order. */
export type MessagePlace = { at: Date; arrival: bigint };
