/** Events for a practice's own systems (contract, "Practice"). Ids, states and reasons; never a name or a text. */

export const eventTypes = [
  'optin.sent',
  'optin.accepted',
  'optin.declined',
  'optin.revoked',
  'optin.failed',
  'message.sent',
  'message.delivered',
  'message.failed',
  'message.expired',
  'message.unknown',
  'reply.received',
  'practice.suspended',
] as const;
export type EventType = (typeof eventTypes)[number];

export type Event = {
  /** The same for every attempt to post it: receivers know a repeat by it. */
  id: string;
  type: EventType | typeof testEventType;
  /** ISO 8601. */
  at: string;
  data: {
    /** Absent where nobody is concerned, or nobody known: a suspension, a reply from an unknown number. */
    contactId?: string;
    messageId?: string;
    /** Of `reply.received`: its id in `GET /v1/inbound`. */
    replyId?: string;
    method?: string;
    reason?: string;
  };
};

/** Posted by a test call only; nobody can choose it, and no list has it. */
export const testEventType = 'webhook.test';

/** Those that statistics count by days. */
export const eventsOfStatistics = [
  'optin.sent',
  'optin.accepted',
  'optin.declined',
  'optin.revoked',
  'optin.failed',
  'message.sent',
  'message.failed',
  'message.expired',
  'message.unknown',
] as const satisfies readonly EventType[];
