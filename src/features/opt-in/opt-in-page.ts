import { hashToken } from '../../platform/db/cipher.ts';
import { readContact, type ContactView } from '../../record/consent/contact-lock.ts';
import { openAddress } from '../../record/contacts/contact-store.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import type { OptInRequest } from '../../platform/db/generated/client.ts';
import { pageShown, requestOfToken, type ShownText } from '../../record/links/opt-in-request.ts';
import { givenPreferenceToken } from '../../record/links/preference-link-store.ts';
import { askedOn } from './compose-opt-in.ts';
import type { Senders } from '../../templates/render.ts';
import { maskedAddress } from '../../core/address.ts';
import { heldByAnother } from '../../core/consent/doubt.ts';
import { alsoAskedBy } from '../../core/consent/gate.ts';
import { localeOf, type Locale } from '../../core/locale.ts';
import type { ConsentMethod } from '../../core/method.ts';
import { sendsFrom } from '../../core/sender.ts';
import { displayName } from '../../core/settings.ts';
import { fullTextToday } from './full-text.ts';
import { asksBirthDate, isIdentityLocked } from './identity.ts';

/**
 * The page behind an opt-in link, as of now. Opening it never changes anything: mail scanners follow every link, and
 * some run scripts (phpList/phplist3#415, usesend/useSend#412). No state names the person.
 */

/** The question that a yes on the page answers, and the values that the answer must bring back. */
export type Question = {
  shown: ShownText;
  /** Digest of the text and the number. The page carries one that covers its own words too (`carriedBy`). */
  seen: string;
  birthDate: boolean;
  /** The number that is asked about here as well; never more of it than its end. */
  smsEnding?: string;
  /** Why the last answer was not taken, and what it had filled in. */
  problem?: Problem;
  kept?: Kept;
};

export type Problem =
  /** The form carried nothing of the page, or of another one. */
  | { type: 'changed' }
  /** Neither yes nor no. */
  | { type: 'unanswered' }
  /** A yes that lacks what only the person can add. */
  | { type: 'missing'; fields: readonly ('birthDate' | 'agree')[] }
  /** The birth date does not match; the page does not say why. */
  | { type: 'identity'; triesLeft: number };

/** The values the person had filled in, so that they need not do it twice. */
export type Kept = { agreed: boolean; sms: boolean; birthDate: string };

type Common = {
  method: ConsentMethod;
  practice: string;
  supportPhone?: string;
  /** Where to text START. */
  textNumber?: string;
  /** Emails end with a link to choose and one to stop. */
  emailFooter: boolean;
};

export type OptInPage =
  | { state: 'unknown' }
  | (Common & { state: 'open' | 'declined'; question: Question })
  /**
   * `alsoTexts`: text messages were agreed to as well. `earlier`: not by this very press. `question`: only about SMS.
   * `preferences`: the token of the page where to choose what comes.
   */
  | (Common & {
      state: 'accepted';
      alsoTexts: boolean;
      earlier?: true;
      landingUrl?: string;
      question?: Question;
      preferences?: string;
    })
  /** `fresh`: a new link can be asked for. */
  | (Common & { state: 'expired'; fresh: boolean })
  | (Common & { state: 'revoked' | 'locked' | 'fresh_asked' });

/**
 * The digest that an answer must bring back from its page. It covers the full text, the number, and the words around
 * the buttons (`asked`), so that the evidence names what was really on the screen.
 */
export function carriedBy({ seen }: Question, asked: string): string {
  return hashToken(JSON.stringify([seen, asked])).slice(0, 22);
}

/** With the language it is shown in: undefined for a token that nobody was given. */
export type LocalisedPage = { page: OptInPage; locale: Locale | undefined };

export async function viewOptIn(
  db: Database,
  token: string,
  lang: Locale | undefined,
  senders: Senders,
): Promise<LocalisedPage> {
  const request = await requestOfToken(db, db.prisma, token);
  const contact = request && (await readContact(db.prisma, request));
  if (!request || !contact) return { page: { state: 'unknown' }, locale: undefined };
  const locale = lang ?? localeOf(contact.locale);
  const page = await pageOf(db, db.prisma, contact, request, locale, senders);
  return { page: alreadyGiven(page), locale };
}

/** Tells a person who returns, or presses on an outdated page, that the answer was already given. */
export function alreadyGiven(page: OptInPage): OptInPage {
  return page.state === 'accepted' ? { ...page, earlier: true } : page;
}

export async function pageOf(
  db: Database,
  sql: Sql,
  contact: ContactView,
  request: OptInRequest,
  locale: Locale,
  senders: Senders,
): Promise<OptInPage> {
  if (contact.gone || !contact.consent.registered) return { state: 'unknown' };
  const now = db.clock.now();
  const method = request.method as ConsentMethod;
  const channel = contact.consent.channels[method];
  const { settings, name } = contact.practice;
  const { supportPhone } = settings.sender;
  const textNumber = sendsFrom(settings, senders, 'sms');
  const common: Common = {
    method,
    practice: displayName(settings, name),
    ...(supportPhone === undefined ? {} : { supportPhone }),
    ...(textNumber === undefined ? {} : { textNumber }),
    emailFooter: settings.emailFooter,
  };
  // A link of an earlier address says nothing about today's, not even whether that one said yes; nor may people with
  // the old address make something go to the new one.
  if (request.epoch !== channel.epoch) return { state: 'expired', fresh: false, ...common };
  const isLocked = isIdentityLocked(contact, method);
  const isOver = request.closedAt !== null || request.expiresAt <= now;
  const ask = (): Promise<Question> => questionOf(db, sql, contact, request, locale);
  if (channel.state === 'accepted') {
    const { landingUrl } = settings;
    const open = !isLocked && !isOver && asksSmsHere(contact, request);
    // An old link must not open a page that outlives it.
    const preferences = isOver ? undefined : await givenPreferenceToken(db, sql, contact, method);
    return {
      state: 'accepted',
      ...common,
      alsoTexts: method === 'email' && contact.consent.channels.sms.state === 'accepted',
      ...(landingUrl === null ? {} : { landingUrl }),
      ...(open ? { question: await ask() } : {}),
      ...(preferences === undefined ? {} : { preferences }),
    };
  }
  // After "wrong person" or "has died", the address comes back with START or through the practice.
  if (channel.state === 'revoked' || heldByAnother(channel.doubt))
    return { state: 'revoked', ...common };
  if (isLocked) return { state: 'locked', ...common };
  if (isOver) return { state: 'expired', fresh: true, ...common };
  const state = channel.state === 'declined' ? 'declined' : 'open';
  return { state, ...common, question: await ask() };
}

async function questionOf(
  db: Database,
  sql: Sql,
  contact: ContactView,
  request: OptInRequest,
  locale: Locale,
): Promise<Question> {
  const shown = await fullText(db, sql, contact, request, locale);
  const number = asksSmsHere(contact, request) ? openAddress(db, contact, 'sms') : undefined;
  const ending = number === undefined ? undefined : maskedAddress('sms', number);
  const { epoch } = contact.consent.channels.sms;
  const seen = hashToken(JSON.stringify([shown, ...(ending === undefined ? [] : [epoch])]));
  return {
    shown,
    seen: seen.slice(0, 22),
    birthDate: asksBirthDate(contact),
    ...(ending === undefined ? {} : { smsEnding: ending }),
  };
}

/** Only the email's page asks about SMS as well, where the practice sends no cold SMS. */
function asksSmsHere({ consent, practice }: ContactView, request: OptInRequest): boolean {
  const method = request.method as ConsentMethod;
  return alsoAskedBy(consent, method, practice.settings).includes('sms');
}

/** As it was when the person was asked; in the other language, as it is today. */
async function fullText(
  db: Database,
  sql: Sql,
  contact: ContactView,
  request: OptInRequest,
  locale: Locale,
): Promise<ShownText> {
  const kept = locale === request.locale ? pageShown(db, request) : undefined;
  const asks = askedOn(contact, request.method as ConsentMethod);
  return kept ?? fullTextToday(sql, contact, locale, { asks });
}
