import type { Unanswered } from '../../core/answer-pace.ts';
import type { Doubt } from '../../core/consent/doubt.ts';
import type { ChannelState, EvidenceType } from '../../core/consent/consent-state.ts';
import type { DeliveryStatus, MessageKind } from '../../core/message/message.ts';
import type { ConsentMethod, Method } from '../../core/method.ts';

/** The API's data for the console (contract, "Contacts" and "Messages"): only the fields it shows. */

export type Channel = {
  state: ChannelState;
  /** A reply may be a stop: nothing with content leaves until staff settle it. */
  doubtful?: true;
  reason?: string;
  address?: string;
  lastSentAt?: string;
  acceptedAt?: string;
};

export type Contact = {
  id: string;
  name?: string;
  role?: 'client' | 'contact';
  methods?: Method[];
  email?: string;
  phone?: string;
  fax?: string;
  timeZone?: string;
  locale?: string;
  birthDate?: string;
  actsFor?: string[];
  light: 'green' | 'red';
  reason?: string;
  channels: Partial<Record<ConsentMethod, Channel>>;
  queued: number;
  /** There are more than `queued`. */
  queuedIsMore?: true;
  oldestQueuedAt?: string;
  registered: boolean;
  workflowId: string;
  declinedKinds?: MessageKind[];
  /** The data on the person was changed outside of the service, and does not open. */
  unreadable?: true;
};

/** `GET /v1/contacts/{id}/answers`, newest first. */
export type Answer = {
  type: EvidenceType;
  method?: Method;
  at: string;
  via?: string;
  by?: string;
  reason?: string;
  /** Of a reply that may be a stop. */
  doubt?: Doubt;
  outcome?: string;
};

/** A part of `settings.sender` without which nobody can be asked. */
export type SenderPart = 'displayName' | 'supportPhone' | 'postalAddress' | 'emailFrom' | 'smsFrom';

export type Delivery = {
  method: Method;
  status: DeliveryStatus;
  waitingFor?: string;
  dueAt: string;
  reason?: string;
  sentAt?: string;
  deliveredAt?: string;
};

export type Message = {
  id: string;
  contactId: string;
  kind: MessageKind;
  status: DeliveryStatus;
  createdAt: string;
  about?: string;
  waitingFor?: string;
  sentInTheClear?: true;
  deliveries: Delivery[];
};

export type WrittenMessage = Message & {
  subject?: string;
  body?: string;
  content?: Partial<Record<Method, { subject?: string; text: string }>>;
  template?: string;
  sendAt: string;
  notAfter?: string;
  eventAt?: string;
};

export type Reply = {
  id: string;
  contactId?: string;
  from: string;
  text: string;
  /** Neither opens any more: both are empty. */
  unreadable?: true;
  /** Pictures that came with it. */
  mediaCount?: number;
  meaning: string;
  doubtful?: true;
  doubt?: Doubt;
  /** A request was open, and this was no answer to it. */
  asked?: true;
  /** Why we did not answer, where there was something to say. */
  unanswered?: Unanswered;
  resolvedAs?: 'stop' | 'yes' | 'nothing';
  resolvedBy?: string;
  /** The contact that wrote; absent: the practice has none with this number. */
  contact?: Pick<Contact, 'id' | 'name' | 'birthDate' | 'channels'>;
  nextAppointmentAt?: string;
  receivedAt: string;
  handledAt?: string;
};

export type List<T> = { items: T[]; nextCursor?: string };

export type Statistics = {
  days: { day: string; counts: Record<Counted, number> }[];
  queue: { at: string; queued: number }[];
};

type Counted =
  | `optin.${'sent' | 'accepted' | 'declined' | 'revoked' | 'failed'}`
  | `message.${'sent' | 'failed' | 'expired' | 'unknown'}`;
