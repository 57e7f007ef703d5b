/**
 * Webhooks as the providers' documentation prints them: every field, with what belongs to a case put in. Written from
 *
 * - https://resend.com/docs/webhooks/event-types, …/webhooks/emails/*, …/webhooks/suppressions/*
 * - https://plivo.com/docs/messaging/api/message/message-status-callbacks
 * - https://plivo.com/docs/messaging/api/message/handling-incoming
 */

export type EmailIds = { emailId: string; deliveryId?: string; to?: string };

/** `details`: what Resend adds for the type (`bounce`, `failed`, `suppressed`, `click`). */
export function resendEmailEvent(
  type: string,
  { emailId, deliveryId, to = 'delivered@resend.dev' }: EmailIds,
  details: Record<string, unknown> = {},
  createdAt = '2026-11-22T23:41:12.126Z',
) {
  return {
    type,
    created_at: createdAt,
    data: {
      broadcast_id: '8b146471-e88e-4322-86af-016cd36fd216',
      created_at: '2026-11-22T23:41:11.894719+00:00',
      email_id: emailId,
      message_id: '<111-222-333@email.provider.example>',
      from: 'Acme <onboarding@resend.dev>',
      to: [to],
      subject: 'Sending this example',
      template_id: '43f68331-0622-4e15-8202-246a0388854b',
      tags: deliveryId === undefined ? { category: 'confirm_email' } : { delivery_id: deliveryId },
      ...details,
    },
  };
}

export const documentedBounce = {
  bounce: {
    message:
      "The recipient's email address is on the suppression list because it has a recent history of producing hard bounces.",
    subType: 'Suppressed',
    type: 'Permanent',
  },
};
export const documentedFailure = { failed: { reason: 'reached_daily_quota' } };
export const documentedSuppression = {
  suppressed: {
    message: 'Resend has suppressed sending to this address.',
    type: 'OnAccountSuppressionList',
  },
};

export function resendSuppression(type: string, email: string, origin = 'manual') {
  return {
    type,
    created_at: '2026-10-06T23:47:56.678Z',
    data: {
      id: 'e169aa45-1ecf-4183-9955-b1499d5701d3',
      email,
      origin,
      source_id: origin === 'manual' ? null : '4ef9a417-02e9-4d39-ad75-9611e0fcc33c',
      created_at: '2026-10-06T23:47:56.678Z',
    },
  };
}

export type Form = Record<string, string>;

export function plivoStatusForm(status: string, more: Form = {}): Form {
  const failed = !['queued', 'sent', 'delivered', 'read'].includes(status.toLowerCase());
  return {
    MessageUUID: 'c1f8e5b2-0c2a-4b3a-9b1e-1d2c3b4a5e6f',
    To: '12025550143',
    From: '12025550100',
    Type: 'sms',
    Status: status,
    Units: '1',
    TotalRate: '0.00350',
    TotalAmount: '0.00350',
    MCC: '310',
    MNC: '004',
    ErrorCode: failed ? '1000' : '',
    ParentMessageUUID: 'c1f8e5b2-0c2a-4b3a-9b1e-1d2c3b4a5e6f',
    PartInfo: '1 of 1',
    Sequence: '1',
    MessageTime: '2026-11-27 10:02:11.482938',
    QueuedTime: '2026-11-27 10:02:11.510022',
    SentTime: '2026-11-27 10:02:11.712345',
    DeliveryReportTime: '2026-11-27 10:02:13.000000',
    requester_ip: '192.0.2.7',
    PowerpackUUID: '',
    TendlcCampaignID: '',
    TendlcRegistrationStatus: 'unregistered',
    ...more,
  };
}

export function plivoSmsForm(text: string, more: Form = {}): Form {
  return {
    MessageUUID: '9d3f2a10-6c1b-4f7e-8a55-0f1e2d3c4b5a',
    From: '12025550143',
    To: '12025550100',
    Text: text,
    Type: 'sms',
    Units: '1',
    TotalRate: '0.00350',
    TotalAmount: '0.00350',
    MessageIntent: '',
    PowerpackUUID: '',
    ...more,
  };
}

export function plivoMmsForm(body: string, media = 1, more: Form = {}): Form {
  const { Text: _, MessageIntent: __, ...common } = plivoSmsForm('');
  return {
    ...common,
    Type: 'mms',
    Body: body,
    MediaCount: String(media),
    ...Object.fromEntries(
      Array.from({ length: media }, (_, index) => [
        `Media${index + 1}`,
        `https://media.plivo.example/Account/MA/Message/m/Media/${index + 1}/`,
      ]),
    ),
    ...more,
  };
}
