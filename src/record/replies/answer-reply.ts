import { queueAnswer } from './answer-store.ts';
import { recentlySaid } from './inbound-store.ts';
import { whyUnanswered, type Unanswered } from '../../core/answer-pace.ts';
import type { ConsentChange } from '../consent/consent-store.ts';
import { lockContact, type PracticeView } from '../consent/contact-lock.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import type { ToTell } from '../messages/message-store.ts';
import {
  answerText,
  hiddenCodesText,
  type AnswerFrom,
  type AnswerKind,
  type HiddenCode,
} from '../../core/answer-text.ts';
import type { ContactRef } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import { localeOf, type Locale } from '../../core/locale.ts';
import { displayName } from '../../core/settings.ts';

export type Answer = {
  kind: AnswerKind;
  /** The contacts of one practice that it is for, the first of those that share a number; it leaves on the first's lane. */
  to: readonly ContactRef[];
  /** To `which`. */
  codes?: readonly HiddenCode[];
};

/** `unanswered`: there was something to say, and this is why it is not said. */
export type Answered = { tell: ToTell; answered?: AnswerKind; unanswered?: Unanswered };

const untold: Answered = { tell: { wake: [] } };

export type ReplyToAnswer = {
  hash: string;
  /** The practice that answers. */
  practiceId: string;
  providerId: string;
  locale: Locale | undefined;
  /** The reply changed something: the answer confirms it, whatever was said before. */
  acted: boolean;
  /** A plain YES or NO. */
  saysYesOrNo: boolean;
  /** The provider lets nothing through to the number. */
  blocked: boolean;
};

/**
 * One answer to one reply, however many contacts have the number: it leaves on the lane of the first, and names its
 * practice. It leaves within five minutes or not at all.
 */
export async function answerReply(
  db: Database,
  sql: Sql,
  reply: ReplyToAnswer,
  { kind, to, codes = [] }: Answer,
): Promise<Answered> {
  const [first] = to;
  const contact = first && (await lockContact(sql, first));
  // The number may have been taken from the contact while we waited for the lock.
  if (!contact || contact.gone || contact.lanes.sms.addressHash !== reply.hash) return untold;
  const { practiceId, hash: addressHash, acted, saysYesOrNo, blocked } = reply;
  if (blocked) return { ...untold, unanswered: 'stopped_at_provider' };
  const now = db.clock.now();
  const said = acted
    ? []
    : await recentlySaid(sql, { practiceIds: [practiceId], addressHash }, now);
  const unanswered = whyUnanswered(kind, said, now, { saysYesOrNo });
  if (unanswered) return { ...untold, unanswered };
  const { practice } = contact;
  const locale = reply.locale ?? localeOf(contact.locale);
  const zone = contact.timeZone ?? practice.settings.timeZone;
  // Where the page checks birth dates no code by text counts.
  const told = practice.settings.identityCheck === 'none' ? codes : [];
  const tell = await queueAnswer(db, sql, contact, {
    cause: `reply:${reply.providerId}`,
    text: `${answerText(kind, writerOf(practice), locale)}${hiddenCodesText(told, locale, zone)}`,
    withinMs: limits.answerMs,
    owed: acted,
  });
  return tell ? { tell, answered: kind } : { ...untold, unanswered: 'unheeded' };
}

/**
 * Confirms the person's own yes to SMS, by text or on the page, where the practice wants that. The confirmation leaves
 * before the content that the yes releases, however long the provider is down, and not at all once the yes is taken
 * back. A consent obtained elsewhere is confirmed there. The acceptance itself wakes the sender.
 */
export async function confirmOptIn(db: Database, sql: Sql, change: ConsentChange): Promise<void> {
  const { contact, consentId } = change;
  const { sms } = contact.consent.channels;
  const isYes = sms.state === 'accepted' && sms.consentId === consentId;
  if (!isYes || !contact.practice.settings.confirmationSms) return;
  await queueAnswer(db, sql, contact, {
    cause: `consent:${consentId}`,
    text: answerText('confirmation', writerOf(contact.practice), localeOf(contact.locale)),
    whileAccepted: sms.epoch,
  });
}

function writerOf({ settings, name }: PracticeView): AnswerFrom {
  const { supportPhone } = settings.sender;
  return {
    name: displayName(settings, name),
    ...(supportPhone === undefined ? {} : { supportPhone }),
  };
}
