import { lockBooking, saveBooking, type BookingSession } from '../../record/links/booking-store.ts';
import { isSchedulersSpent, isShareSpent } from '../../record/links/code-budget.ts';
import type { Announcement } from '../../record/consent/consent-store.ts';
import { practiceView, type PracticeView } from '../../record/consent/contact-lock.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import type { ToTell } from '../../record/messages/message-store.ts';
import { transaction } from '../../platform/db/transaction.ts';
import type { Senders } from '../../templates/render.ts';
import { advance, waitingFor, type BookingEvent } from '../../core/booking.ts';
import type { Locale } from '../../core/locale.ts';
import type { ConsentMethod } from '../../core/method.ts';
import { readChoice, type ChoiceForm, type FormChoice } from './booking-choice.ts';
import { sendCode, tryCode } from './booking-code.ts';
import { recordBooked } from './booking-consent.ts';
import {
  commonOf,
  endOf,
  localeIn,
  offeredMethods,
  offerOf,
  provingPage,
  unknownBooking,
  type BookingPage,
  type CodeProblem,
  type Languages,
  type Offer,
  type LocalisedBooking,
} from './booking-page.ts';
import type { AnswerOrigin } from '../opt-in/opt-in-answer.ts';

/** The actions behind the buttons of a booking's page: one transaction each, under the booking's lock. */

export type BookingStep =
  | { type: 'choose'; form: ChoiceForm }
  /** The codes that were entered; empty fields are absent. */
  | { type: 'prove'; codes: Partial<Record<ConsentMethod, string>> }
  | { type: 'send'; method: ConsentMethod }
  /** To choose other addresses. */
  | { type: 'reopen' }
  /** Leaves out the addresses that are not proven. */
  | { type: 'finish' };

/** The visitor's address, and the senders the service can use. */
export type Visit = {
  speaks: Languages;
  origin: AnswerOrigin;
  senders: Senders;
  /** Counts a press that asks for codes on a public page; false: there were too many from there. */
  mayAskForCodes: () => Promise<boolean>;
};

export type BookingResult = {
  /** The page to show instead; absent: the step was taken, now or earlier, and the page shows its result. */
  refusal?: LocalisedBooking;
  /** To be announced after the commit. */
  announcements: Announcement[];
  tell: ToTell;
};

const nothing: BookingResult = { announcements: [], tell: { wake: [] } };

export async function takeBookingStep(
  db: Database,
  token: string,
  step: BookingStep,
  visit: Visit,
): Promise<BookingResult> {
  return transaction(db, async (sql) => {
    const session = await lockBooking(db, sql, token);
    return session
      ? stepIn(db, sql, session, step, visit)
      : { ...nothing, refusal: unknownBooking(visit.speaks) };
  });
}

/** Everything that a step needs to know. */
type Work = { db: Database; sql: Sql; practice: PracticeView; session: BookingSession } & Visit;

/** The session's row is locked. */
export async function stepIn(
  db: Database,
  sql: Sql,
  session: BookingSession,
  step: BookingStep,
  visit: Visit,
): Promise<BookingResult> {
  const id = session.practiceId;
  const practice = practiceView(id, await sql.practice.findFirstOrThrow({ where: { id } }));
  const work: Work = { db, sql, practice, session, ...visit };
  const ended = endOf(db, practice, session);
  if (ended) return ended.state === 'done' ? nothing : refuse(work, ended);
  switch (step.type) {
    case 'choose':
      return choose(work, step.form);
    case 'prove':
      return prove(work, step.codes);
    case 'send':
      return sendAgain(work, step.method);
    case 'reopen':
      return move(work, { type: 'reopened' });
    case 'finish':
      return move(work, { type: 'finished' });
  }
}

function refuse({ session, speaks }: Work, page: BookingPage): BookingResult {
  return { ...nothing, refusal: { page, locale: localeIn(session, speaks) } };
}

/** Told whether or not there is a code to send: nobody can tell by the time it takes. */
function codesAsked({ db, session: { practiceId } }: Work): BookingResult {
  return { ...nothing, tell: { wake: [], dispatch: { practiceId, dueAt: db.clock.now() } } };
}

type Judged = { offer: Offer; choice: FormChoice } | { page: BookingPage };

/** Reads the form, or returns the page to show first. */
export async function judgeForm(
  sql: Sql,
  practice: PracticeView,
  session: Pick<BookingSession, 'given' | 'hosted'>,
  locale: Locale,
  form: ChoiceForm,
  senders: Senders,
): Promise<Judged> {
  const offer = await offerOf(sql, practice, session, locale, senders);
  const common = commonOf(practice);
  if (!offer) return { page: { state: 'closed', ...common } };
  const read = readChoice(form, offer, session, practice.settings);
  if (read.ok) return { offer, choice: read.choice };
  const { problems } = read;
  return { page: { state: 'choosing', ...common, offer, problems, filled: form } };
}

async function choose(work: Work, form: ChoiceForm): Promise<BookingResult> {
  const { db, sql, practice, session, speaks, origin, senders } = work;
  if (session.booking.state !== 'choosing') return nothing;
  // Before anything looks at the form, which costs more than the answer that there were too many.
  if (await pressesTooOften(work)) return refuse(work, tooMany(practice));
  const locale = localeIn(session, speaks);
  const judged = await judgeForm(sql, practice, session, locale, form, senders);
  if ('page' in judged) return refuse(work, judged.page);
  const { offer, choice } = judged;
  const methods = offer.methods.filter((method) => choice.addresses[method] !== undefined);
  if (await asksForMoreThanItsShare(work, methods)) return refuse(work, tooMany(practice));
  const next: BookingSession = {
    ...session,
    booking: advance(session.booking, { type: 'chose', methods }),
    choice: {
      ...choice,
      locale,
      textVersion: offer.shown.version,
      text: offer.shown.text,
      policyVersion: offer.policy.version,
      ...(offer.policy.url === undefined ? {} : { policyUrl: offer.policy.url }),
      at: db.clock.now().toISOString(),
      ip: origin.ip,
      ...(origin.userAgent === undefined ? {} : { userAgent: origin.userAgent }),
    },
  };
  await saveBooking(db, sql, next);
  const asker = { practice: commonOf(practice).practice, ip: origin.ip };
  for (const method of methods) await sendCode(db, sql, next, method, asker);
  return codesAsked(work);
}

/** Anybody can open the public page: counts this press. */
async function pressesTooOften({ session, mayAskForCodes }: Work): Promise<boolean> {
  return session.hosted && !(await mayAskForCodes());
}

/**
 * … and nobody may use up the practice's whole allowance; its own scheduler has another one, which is not shared out.
 */
async function asksForMoreThanItsShare(
  { db, sql, session: { practiceId, hosted }, origin }: Work,
  methods: readonly ConsentMethod[],
): Promise<boolean> {
  return hosted
    ? isShareSpent(db, sql, practiceId, origin.ip, methods)
    : isSchedulersSpent(db, sql, practiceId, methods);
}

function tooMany(practice: PracticeView): BookingPage {
  return { state: 'too_many', ...commonOf(practice) };
}

async function sendAgain(work: Work, method: ConsentMethod): Promise<BookingResult> {
  const { db, sql, practice, session, senders, origin } = work;
  if (!waitingFor(session.booking).includes(method)) return nothing;
  const common = commonOf(practice);
  if (!offeredMethods(practice, senders).includes(method))
    return refuse(work, { state: 'closed', ...common });
  if ((await pressesTooOften(work)) || (await asksForMoreThanItsShare(work, [method])))
    return refuse(work, tooMany(practice));
  await sendCode(db, sql, session, method, { practice: common.practice, ip: origin.ip });
  return codesAsked(work);
}

async function prove(
  work: Work,
  codes: Partial<Record<ConsentMethod, string>>,
): Promise<BookingResult> {
  const { db, sql, practice, session } = work;
  const { proven, problems } = await judge(work, codes);
  const { announcements, contactIds, ...recorded } = await recordBooked(db, sql, session, proven);
  let { booking } = session;
  for (const method of proven) booking = advance(booking, { type: 'proved', method });
  const next = { ...recorded.session, booking };
  if (proven.length > 0) await saveBooking(db, sql, next);

  const wake = contactIds.map((id) => ({ practiceId: session.practiceId, contactId: id }));
  const said = { announcements, tell: { wake } };
  if (Object.keys(problems).length === 0) return said;
  return { ...refuse(work, await provingPage(sql, practice, next, problems)), ...said };
}

async function judge(
  { db, sql, session }: Work,
  codes: Partial<Record<ConsentMethod, string>>,
): Promise<{ proven: ConsentMethod[]; problems: Partial<Record<ConsentMethod, CodeProblem>> }> {
  const waiting = waitingFor(session.booking);
  const problems: Partial<Record<ConsentMethod, CodeProblem>> = {};
  const proven: ConsentMethod[] = [];
  for (const method of waiting) {
    const entered = codes[method];
    if (entered === undefined) continue;
    const verdict = await tryCode(db, sql, session, method, entered);
    if (verdict === 'right') proven.push(method);
    else problems[method] = verdict;
  }
  const [first] = waiting;
  const isEmpty = waiting.every((method) => codes[method] === undefined);
  if (first && isEmpty) problems[first] = 'missing';
  return { proven, problems };
}

async function move({ db, sql, session }: Work, event: BookingEvent): Promise<BookingResult> {
  const booking = advance(session.booking, event);
  if (booking !== session.booking) await saveBooking(db, sql, { ...session, booking });
  return nothing;
}
