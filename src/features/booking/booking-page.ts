import {
  readBooking,
  methodsWithoutCodes,
  type BookingSession,
} from '../../record/links/booking-store.ts';
import { hashToken } from '../../platform/db/cipher.ts';
import type { PracticeView } from '../../record/consent/contact-lock.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import type { ShownText } from '../../record/links/opt-in-request.ts';
import { readPractice } from '../../record/practices/practice-store.ts';
import type { Senders } from '../../templates/render.ts';
import { maskedAddress } from '../../core/address.ts';
import { waitingFor } from '../../core/booking.ts';
import { newConsentState } from '../../core/consent/consent-state.ts';
import { mutedPractice } from '../../core/consent/gate.ts';
import { localeOf, type Locale } from '../../core/locale.ts';
import { consentMethods, type ConsentMethod } from '../../core/method.ts';
import { missingIdentity, asksFrom } from '../../core/sender.ts';
import { displayName } from '../../core/settings.ts';
import type { ChoiceProblem, ChoiceForm } from './booking-choice.ts';
import { fullTextToday } from '../opt-in/full-text.ts';

/**
 * The pages of a booking. Nothing on them depends on whether the practice knows the person, has their address or may
 * not use it: a visitor who has the link, or makes one, learns nothing about others. Of an address they show just
 * enough for its owner to recognise it.
 */

type Common = {
  practice: string;
  supportPhone?: string;
  /** Their emails end with a link to stop them. */
  emailFooter: boolean;
};

export type BookingPage =
  | { state: 'unknown' }
  /** The practice sends nothing at the moment, or has no sender. */
  | (Common & { state: 'closed' })
  /** The practice's public page was used very often. */
  | (Common & { state: 'too_many' })
  /** `again`: where to begin again; absent: where the person came from. */
  | (Common & { state: 'expired'; again?: string })
  | (Common & {
      state: 'choosing';
      offer: Offer;
      /** The problems of the person's form, and its values. */
      problems: readonly ChoiceProblem[];
      filled?: ChoiceForm;
      /** On the page without a session yet: the token that it will have. */
      token?: string;
    })
  | (Common & { state: 'proving'; asked: AskedCode[]; proven: readonly ConsentMethod[] })
  | (Common & {
      state: 'done';
      proven: readonly ConsentMethod[];
      left: readonly ConsentMethod[];
      policy: Policy;
      /** Where to go on to. */
      next?: string;
    });

/** The choices, and the agreement that goes with them. */
export type Offer = {
  methods: readonly ConsentMethod[];
  asksName: boolean;
  asksBirthDate: boolean;
  /** Addresses that the scheduler knows already, masked: they need not be typed again. */
  known: Partial<Record<ConsentMethod, string>>;
  shown: ShownText;
  policy: Policy;
  /** Stands for all that is agreed to: an answer that brings another one agreed to something else. */
  seen: string;
};

export type Policy = { version: string; url?: string };

export type CodeProblem = 'missing' | 'wrong' | 'over';

export type AskedCode = {
  method: ConsentMethod;
  /** Masked. */
  address: string;
  problem?: CodeProblem;
  /** Another code can be asked for. */
  again: boolean;
};

export type LocalisedBooking = { page: BookingPage; locale: Locale };

/** The person's languages: the one chosen on the page, and the browser's. */
export type Languages = { chosen: Locale | undefined; browser: Locale };

export async function viewBooking(
  db: Database,
  token: string,
  speaks: Languages,
  senders: Senders,
): Promise<LocalisedBooking> {
  const session = await readBooking(db, db.prisma, token);
  const practice = session && (await readPractice(db, session.practiceId));
  if (!session || !practice) return unknownBooking(speaks);
  const locale = localeIn(session, speaks);
  return { page: await pageOf(db, db.prisma, practice, session, locale, senders), locale };
}

export function unknownBooking({ chosen, browser }: Languages): LocalisedBooking {
  return { page: { state: 'unknown' }, locale: chosen ?? browser };
}

export function localeIn({ given, choice }: BookingSession, speaks: Languages): Locale {
  const known = choice?.locale ?? (given.locale === undefined ? undefined : localeOf(given.locale));
  return speaks.chosen ?? known ?? speaks.browser;
}

/** Undefined: it can go on. */
export function endOf(
  db: Database,
  practice: PracticeView,
  session: BookingSession,
): BookingPage | undefined {
  if (session.booking.state === 'done') return donePage(practice, session);
  if (session.expiresAt > db.clock.now()) return undefined;
  const again = session.hosted ? `../book/${practice.id}` : session.given.returnUrl;
  const common = commonOf(practice);
  return { state: 'expired', ...common, ...(again === undefined ? {} : { again }) };
}

export async function pageOf(
  db: Database,
  sql: Sql,
  practice: PracticeView,
  session: BookingSession,
  locale: Locale,
  senders: Senders,
): Promise<BookingPage> {
  const ended = endOf(db, practice, session);
  if (ended) return ended;
  if (session.booking.state === 'proving') return provingPage(sql, practice, session);
  const offer = await offerOf(sql, practice, session, locale, senders);
  const common = commonOf(practice);
  return offer
    ? { state: 'choosing', ...common, offer, problems: [] }
    : { state: 'closed', ...common };
}

export async function provingPage(
  sql: Sql,
  practice: PracticeView,
  session: BookingSession,
  problems: Partial<Record<ConsentMethod, CodeProblem>> = {},
): Promise<BookingPage> {
  const spent = await methodsWithoutCodes(sql, session.id);
  const asked = waitingFor(session.booking).map((method) => {
    const problem = problems[method];
    return {
      method,
      address: maskedAddress(method, session.choice?.addresses[method] ?? ''),
      ...(problem === undefined ? {} : { problem }),
      again: !spent.includes(method),
    };
  });
  return { state: 'proving', ...commonOf(practice), asked, proven: session.booking.proven };
}

function donePage(practice: PracticeView, { booking, given, choice }: BookingSession): BookingPage {
  const { methods, proven } = booking;
  const next = given.returnUrl ?? practice.settings.landingUrl;
  return {
    state: 'done',
    ...commonOf(practice),
    proven,
    left: methods.filter((method) => !proven.includes(method)),
    policy: {
      version: choice?.policyVersion ?? unversioned,
      ...(choice?.policyUrl === undefined ? {} : { url: choice.policyUrl }),
    },
    ...(next === null ? {} : { next }),
  };
}

/** Undefined: nothing can be sent, so nothing can be proven. */
export async function offerOf(
  sql: Sql,
  practice: PracticeView,
  { given }: Pick<BookingSession, 'given'>,
  locale: Locale,
  senders: Senders,
): Promise<Offer | undefined> {
  const methods = offeredMethods(practice, senders, given.methods);
  if (methods.length === 0) return undefined;
  const shown = await fullTextToday(sql, { practice, consent: newConsentState() }, locale, {
    asks: methods,
    booking: true,
  });
  const policy: Policy = practice.settings.privacyPolicy ?? { version: unversioned };
  const { email, phone } = given;
  return {
    methods,
    asksName: given.name === undefined,
    asksBirthDate: practice.settings.identityCheck === 'birthDate' && given.birthDate === undefined,
    known: {
      ...(email === undefined ? {} : { email: maskedAddress('email', email) }),
      ...(phone === undefined ? {} : { sms: maskedAddress('sms', phone) }),
    },
    shown,
    policy,
    seen: hashToken(JSON.stringify([shown, policy.version, policy.url ?? null])).slice(0, 22),
  };
}

/** The methods the practice can ask by; none before its identity is complete. */
export function offeredMethods(
  practice: PracticeView,
  senders: Senders,
  wanted: readonly ConsentMethod[] = consentMethods,
): ConsentMethod[] {
  if (mutedPractice(practice) || missingIdentity(practice).length > 0) return [];
  return consentMethods.filter(
    (method) =>
      wanted.includes(method) && asksFrom(practice.settings, senders, method) !== undefined,
  );
}

/** Where a practice names no policy of its own, the page speaks of its notice of privacy practices (45 CFR 164.520). */
const unversioned = 'unversioned';

export function commonOf({ settings, name }: PracticeView): Common {
  const { supportPhone } = settings.sender;
  return {
    practice: displayName(settings, name),
    ...(supportPhone === undefined ? {} : { supportPhone }),
    emailFooter: settings.emailFooter,
  };
}
