import type { WebhookEvent } from 'resend';
import type { InboundMail } from '../../../core/inbound.ts';
import type { ProviderEvent } from '../../webhook.ts';
import type { ProviderReport, ReportKind } from '../../provider-report.ts';
import { accountTrouble } from '../../not-taken.ts';
import { deliveryIdTag } from './sender.ts';
import { keyOf, record, word } from '../../words.ts';

/**
 * Resend's events, in our words. Call these only with a body whose signature was verified.
 *
 * Every event of https://resend.com/docs/webhooks/event-types (and of the SDK, which holds the table complete), and its
 * meaning. `nothing`: known, and it changes nothing. A click or an opening is never a consent.
 */
const meanings = {
  'email.sent': 'sent',
  'email.delivered': 'delivered',
  'email.bounced': 'bounced',
  'email.complained': 'complained',
  'email.failed': 'failed',
  'email.suppressed': 'blocked',
  'email.received': 'mail',
  'suppression.added': 'barred',
  // A permanently barred address comes back by the person's own word, not by the provider's list.
  'suppression.removed': 'nothing',
  'email.scheduled': 'nothing',
  'email.delivery_delayed': 'nothing',
  'email.opened': 'tracked',
  'email.clicked': 'tracked',
  'contact.created': 'nothing',
  'contact.updated': 'nothing',
  'contact.deleted': 'nothing',
  'contact.topics.updated': 'nothing',
  'domain.created': 'nothing',
  'domain.updated': 'nothing',
  'domain.deleted': 'nothing',
  'topic.created': 'nothing',
  'topic.updated': 'nothing',
  'topic.deleted': 'nothing',
  'inbox.created': 'nothing',
  'inbox.updated': 'nothing',
  'inbox.deleted': 'nothing',
  'inbox.thread.created': 'nothing',
  'inbox.thread.folder.updated': 'nothing',
  'inbox.thread.assigned': 'nothing',
  'inbox.thread.unassigned': 'nothing',
  'inbox.thread.labels.updated': 'nothing',
  'inbox.email.received': 'nothing',
  'inbox.email.sent': 'nothing',
  'inbox.draft.created': 'nothing',
  'inbox.draft.updated': 'nothing',
  'inbox.draft.sent': 'nothing',
  'inbox.draft.deleted': 'nothing',
} as const satisfies Record<
  WebhookEvent,
  ReportKind | 'bounced' | 'mail' | 'barred' | 'tracked' | 'nothing'
>;

/** Undocumented letter cases of the types of a bounce are read as the documented ones. */
const bounceTypes = {
  permanent: { spelling: 'Permanent', kind: 'unreachable' },
  transient: { spelling: 'Transient', kind: 'failed' },
  undetermined: { spelling: 'Undetermined', kind: 'failed' },
} as const satisfies Record<string, { spelling: string; kind: ReportKind }>;

/** Why an address is on the team's suppression list (`origin`), and the bar that follows. */
const origins = {
  bounce: 'unreachable',
  complaint: 'stopped',
  manual: 'stopped',
} as const;

/** The domain that the email of an event was sent from; undefined: the event names none. */
export function senderDomainOf(event: unknown): string | undefined {
  const { from } = record(record(event).data);
  const domain = typeof from === 'string' ? /@([^@\s>]{1,253})>?\s*$/.exec(from)?.[1] : undefined;
  return domain?.toLowerCase();
}

export function parseResendEvent(event: unknown): ProviderEvent {
  const { type, created_at: createdAt, data } = record(event);
  const typeName = typeof type === 'string' ? type : '';
  const known = keyOf(meanings, typeName);
  const unknown: ProviderEvent = { kind: 'unknown', type: word(typeName) ?? 'no word' };
  if (known === undefined) return unknown;
  const meaning = meanings[known];
  const fields = record(data);
  switch (meaning) {
    case 'nothing':
    case 'tracked':
      return { kind: meaning, type: known };
    case 'mail': {
      const mail = inboundEmail(fields);
      return mail ? { kind: 'mail', mail } : unknown;
    }
    case 'barred':
      return barred(fields) ?? unknown;
    default: {
      const ids = idsOf(fields);
      const order = Date.parse(String(createdAt));
      const common = {
        ...(ids.providerId === undefined ? {} : { providerId: ids.providerId }),
        ...(Number.isNaN(order) ? {} : { order }),
      };
      if (ids.providerId === undefined && ids.deliveryId === undefined) return unknown;
      return {
        kind: 'report',
        ...(ids.deliveryId === undefined ? {} : { deliveryId: ids.deliveryId }),
        report: { ...common, ...reportOf(meaning, fields) },
      };
    }
  }
}

function reportOf(
  meaning: 'sent' | 'delivered' | 'bounced' | 'complained' | 'failed' | 'blocked',
  fields: Record<string, unknown>,
): ProviderReport {
  switch (meaning) {
    case 'sent':
    case 'delivered':
      return { kind: meaning };
    case 'complained':
      return { kind: meaning, reason: 'complaint' };
    case 'blocked':
      return { kind: meaning, reason: blockList };
    case 'bounced':
      return bounced(fields);
    case 'failed': {
      const { reason } = record(fields.failed);
      const trouble = typeof reason === 'string' ? accountTrouble(reason) : undefined;
      if (trouble) return { kind: 'not_taken', ...trouble };
      const because = word(reason);
      return { kind: 'failed', ...(because === undefined ? {} : { reason: because }) };
    }
  }
}

function bounced(fields: Record<string, unknown>): ProviderReport {
  const bounce = record(fields.bounce);
  const given = word(bounce.type);
  const known = given === undefined ? undefined : keyOf(bounceTypes, given);
  const type = known === undefined ? given : bounceTypes[known].spelling;
  const classes = [type, word(bounce.subType)].filter((one) => one !== undefined);
  return {
    // A failure not called permanent may work tomorrow.
    kind: known === undefined ? 'failed' : bounceTypes[known].kind,
    reason: classes.length === 0 ? 'bounced' : `bounced (${classes.join('/')})`,
  };
}

const blockList = 'on the provider’s block list';

function barred({ email, origin }: Record<string, unknown>): ProviderEvent | undefined {
  if (typeof email !== 'string' || !email.includes('@')) return undefined;
  const known = typeof origin === 'string' ? keyOf(origins, origin) : undefined;
  const as = known === undefined ? 'stopped' : origins[known];
  return { kind: 'barred', address: email, as, reason: blockList };
}

/** Tags are an object in webhooks, and a list where they are sent. */
function idsOf({ email_id: emailId, tags }: Record<string, unknown>): {
  providerId?: string;
  deliveryId?: string;
} {
  const listed = Array.isArray(tags)
    ? tags.map(record).find(({ name }) => name === deliveryIdTag)?.value
    : record(tags)[deliveryIdTag];
  return {
    ...(typeof emailId === 'string' && emailId !== '' ? { providerId: emailId } : {}),
    ...(typeof listed === 'string' && listed !== '' ? { deliveryId: listed } : {}),
  };
}

function inboundEmail(fields: Record<string, unknown>): InboundMail | undefined {
  const { email_id: providerId, from, to, subject } = fields;
  if (typeof providerId !== 'string' || typeof from !== 'string') return undefined;
  return {
    providerId,
    from,
    to: [to].flat().filter((address): address is string => typeof address === 'string'),
    subject: typeof subject === 'string' ? subject : '',
  };
}
