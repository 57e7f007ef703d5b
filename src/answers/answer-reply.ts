import { queueAnswer } from '../db/answer-store.ts';
import { recentlySaid } from '../db/inbound-store.ts';
import { whyUnanswered, type Unanswered } from '../domain/answer-pace.ts';
import type { ConsentChange } from '../db/consent-store.ts';
import { lockContact, practiceView, type PracticeView } from '../db/contact-lock.ts';
import type { Database, Sql } from '../db/database.ts';
import type { ToTell } from '../db/message-store.ts';
import { answerText, type AnswerFrom, type AnswerKind } from '../domain/answer-text.ts';
import type { ContactRef } from '../domain/ids.ts';
import { limits } from '../domain/limits.ts';
import { localeOf, type Locale } from '../domain/locale.ts';
import { displayName } from '../domain/settings.ts';

export type Answer = {
  kind: AnswerKind;
  /** The contacts it is for; more than one where a number is shared. */
  to: readonly ContactRef[];
};

/** `unanswered`: there was something to say, and this is why it is not said. */
export type Answered = { tell: ToTell; answered?: AnswerKind; unanswered?: Unanswered };

const untold: Answered = { tell: { wake: [] } };

export type ReplyToAnswer = {
  hash: string;
  practiceIds: readonly string[];
  providerId: string;
  locale: Locale | undefined;
  /** The reply changed something: what was done is told, whatever was said before. */
  acted: boolean;
  /** A plain YES or NO. */
  saysYesOrNo: boolean;
  /** The provider lets nothing through to the number. */
  blocked: boolean;
};

/**
 * One answer to one reply, however many contacts have the number: it leaves on the lane of the first, and names every
 * practice concerned. It leaves within five minutes or not at all.
 */
export async function answerReply(
  db: Database,
  sql: Sql,
  reply: ReplyToAnswer,
  { kind, to }: Answer,
): Promise<Answered> {
  const [first] = to;
  const contact = first && (await lockContact(sql, first));
  // The number may have been taken from the contact while we waited for the lock.
  if (!contact || contact.gone || contact.lanes.sms.addressHash !== reply.hash) return untold;
  const { practiceIds, hash: addressHash, acted, saysYesOrNo, blocked } = reply;
  if (blocked) return { ...untold, unanswered: 'stopped_at_provider' };
  const now = db.clock.now();
  const said = acted ? [] : await recentlySaid(sql, { practiceIds, addressHash }, now);
  const unanswered = whyUnanswered(kind, said, now, { saysYesOrNo });
  if (unanswered) return { ...untold, unanswered };
  const practices = await sql.practice.findMany({
    where: { id: { in: to.map(({ practiceId }) => practiceId) } },
    orderBy: { id: 'asc' },
  });
  const from = practices.map((row) => writerOf(practiceView(row.id, row)));
  const tell = await queueAnswer(db, sql, contact, {
    cause: `reply:${reply.providerId}`,
    text: answerText(kind, from, reply.locale ?? localeOf(contact.locale)),
    withinMs: limits.answerMs,
    owed: acted,
  });
  return tell ? { tell, answered: kind } : { ...untold, unanswered: 'unheeded' };
}

/**
 * After the person's own yes to SMS, by text or on the page, where the practice wants it confirmed. It comes before the
 * content that the yes lets go, however long the provider is away, and not at all once the yes is taken back. A consent
 * obtained elsewhere is confirmed there. The acceptance itself wakes the sender.
 */
export async function confirmOptIn(db: Database, sql: Sql, change: ConsentChange): Promise<void> {
  const { contact, consentId } = change;
  const { sms } = contact.consent.channels;
  const isYes = sms.state === 'accepted' && sms.consentId === consentId;
  if (!isYes || !contact.practice.settings.confirmationSms) return;
  await queueAnswer(db, sql, contact, {
    cause: `consent:${consentId}`,
    text: answerText('confirmation', [writerOf(contact.practice)], localeOf(contact.locale)),
    whileAccepted: sms.epoch,
  });
}

function writerOf({ settings, name }: PracticeView): AnswerFrom[number] {
  const { supportPhone } = settings.sender;
  return {
    name: displayName(settings, name),
    ...(supportPhone === undefined ? {} : { supportPhone }),
  };
}
