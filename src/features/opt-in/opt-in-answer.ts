import { changeConsent, type ConsentChange } from '../../record/consent/consent-store.ts';
import { lockContact, type ContactView } from '../../record/consent/contact-lock.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import type { OptInRequest } from '../../platform/db/generated/client.ts';
import { lockRequest, requestOfToken, shownWith } from '../../record/links/opt-in-request.ts';
import { preferenceTokens } from '../../record/links/preference-link-store.ts';
import { transaction } from '../../platform/db/transaction.ts';
import type { Senders } from '../../templates/render.ts';
import { localeOf, type Locale } from '../../core/locale.ts';
import type { ConsentMethod } from '../../core/method.ts';
import { confirmOptIn } from '../../record/replies/answer-reply.ts';
import { settledAddresses, settleForOthers } from '../../record/replies/doubt.ts';
import { countWrongDate, isBirthDate, typedDate } from './identity.ts';
import {
  alreadyGiven,
  carriedBy,
  pageOf,
  type Kept,
  type LocalisedPage,
  type OptInPage,
  type Problem,
  type Question,
} from './opt-in-page.ts';

/** The person's answer by link. Only the page's own POST decides. */

export type Decision = 'accept' | 'decline';

/** The form of the page. */
export type OptInForm = {
  /** The button that was pressed; a form that was sent without one has none. */
  decision?: Decision | undefined;
  /** The box that goes with a yes: empty until somebody ticks it. */
  agreed: boolean;
  /** Only about SMS: asked on its own once the email said yes. */
  channel?: 'sms' | undefined;
  /** The box about SMS. */
  sms?: 'accept' | undefined;
  /** As typed; empty: none. */
  birthDate: string;
  /** The digest that the page carried (`carriedBy`). */
  seen?: string | undefined;
};

/** Where an answer came from, for the ledger. */
export type AnswerOrigin = { ip: string; userAgent: string | undefined };

export type OptInVisit = {
  lang: Locale | undefined;
  origin: AnswerOrigin;
  senders: Senders;
  /** The page's own words around the question, as the person read them. */
  asked: (page: OptInPage, locale: Locale) => string;
};

export type OptInAnswer = LocalisedPage & { changes: ConsentChange[] };

/**
 * Decides once: a second POST finds the answer given, and its page says so. A yes takes two acts, the box and the
 * button, and both are in the evidence: a program that presses buttons or sends the form as it stands agrees to nothing
 * (FusionAuth/fusionauth-issues#2443).
 */
export async function decideOptIn(
  db: Database,
  token: string,
  form: OptInForm,
  visit: OptInVisit,
): Promise<OptInAnswer> {
  const { before, ...answer } = await decideUnderLock(db, token, form, visit);
  const latest = answer.changes.at(-1)?.contact;
  const ended = before && latest ? settledAddresses([{ before, after: latest }]) : [];
  return { ...answer, changes: [...answer.changes, ...(await settleForOthers(db, ended))] };
}

/** `before`: the contact as it was. */
async function decideUnderLock(
  db: Database,
  token: string,
  form: OptInForm,
  { lang, origin, senders, asked }: OptInVisit,
): Promise<OptInAnswer & { before?: ContactView }> {
  return transaction(db, async (sql) => {
    const seen = await requestOfToken(db, sql, token);
    const contact = seen && (await lockContact(sql, seen));
    // Read again under the lock: a stop may have closed it while we waited.
    const request = contact && (await lockRequest(db, sql, seen.id));
    if (!request) return { page: { state: 'unknown' }, locale: undefined, changes: [] };
    const locale = lang ?? localeOf(contact.locale);
    const page = await pageOf(db, sql, contact, request, locale, senders);
    const question = 'question' in page ? page.question : undefined;
    if (!question) return { page: alreadyGiven(page), locale, changes: [] };
    const refuse = (problem: Problem, of = page, changes: ConsentChange[] = []): OptInAnswer => {
      const kept = { agreed: form.agreed, sms: form.sms === 'accept', birthDate: form.birthDate };
      return { page: withProblem(of, problem, kept), locale, changes };
    };
    if (!form.seen) return refuse({ type: 'changed' });
    const answers = answersOf(page, form);
    // Pressed twice: the second press answers a question that is no longer open.
    if (answers.length === 0 && form.decision)
      return { page: alreadyGiven(page), locale, changes: [] };
    const words = asked(page, locale);
    if (form.seen !== carriedBy(question, words)) return refuse({ type: 'changed' });
    if (!form.decision) return refuse({ type: 'unanswered' });

    const accepts = form.decision === 'accept';
    const date = typedDate(contact, form.birthDate);
    if (accepts) {
      const fields = missingOf(question, form, date);
      if (fields.length > 0) return refuse({ type: 'missing', fields });
    }
    if (accepts && question.birthDate && !isBirthDate(db, contact, date)) {
      const { ip, userAgent } = origin;
      const method = request.method as ConsentMethod;
      const evidence = { via: 'page', ip, userAgent, requestId: request.id };
      const counted = await countWrongDate(db, sql, contact, method, evidence);
      const next = await pageOf(db, sql, counted.contact, request, locale, senders);
      const { triesLeft } = counted;
      return refuse({ type: 'identity', triesLeft }, next, counted.changes);
    }
    const evidence = {
      ...evidenceOf(db, request, question, locale, origin),
      pageAsked: words,
      acts: actsOf(form),
      ...(accepts && question.birthDate ? { identity: 'birthDate' } : {}),
    };
    const changes = await apply(db, sql, contact, request, answers, evidence);
    const latest = changes.at(-1)?.contact ?? contact;
    const answered = await pageOf(db, sql, latest, request, locale, senders);
    return { page: answered, locale, changes, before: contact };
  });
}

/** In the order of the page. */
function missingOf(
  question: Question,
  form: OptInForm,
  date: string | undefined,
): ('birthDate' | 'agree')[] {
  return [
    ...(question.birthDate && date === undefined ? ['birthDate' as const] : []),
    ...(form.agreed ? [] : ['agree' as const]),
  ];
}

/** The person's acts, for the ledger. */
function actsOf({ decision, agreed, sms }: OptInForm): string {
  if (decision === 'decline') return 'pressed no';
  return [
    ...(agreed ? ['ticked "I agree"'] : []),
    ...(sms === 'accept' ? ['ticked text messages'] : []),
    'pressed yes',
  ].join(', ');
}

type Answer = { method: ConsentMethod; decision: Decision };

/** The form's answer for each channel that this page asks about; empty: there is nothing to decide. */
function answersOf(page: OptInPage, form: OptInForm): Answer[] {
  const { decision } = form;
  if (!decision) return [];
  switch (page.state) {
    case 'accepted':
      return page.question && (form.channel === 'sms' || form.sms === 'accept')
        ? [{ method: 'sms', decision }]
        : [];
    case 'open':
    case 'declined': {
      if (page.state === 'declined' && decision === 'decline') return [];
      // A no on the page covers every channel it asks about; a yes covers only the ticked ones.
      const alsoSms =
        page.question.smsEnding !== undefined && (decision === 'decline' || form.sms === 'accept');
      return [
        { method: page.method, decision },
        ...(alsoSms ? [{ method: 'sms' as const, decision }] : []),
      ];
    }
    case 'unknown':
    case 'revoked':
    case 'expired':
    case 'locked':
    case 'fresh_asked':
      return [];
  }
}

async function apply(
  db: Database,
  sql: Sql,
  contact: ContactView,
  request: OptInRequest,
  answers: readonly Answer[],
  evidence: ReturnType<typeof evidenceOf>,
): Promise<ConsentChange[]> {
  const at = db.clock.now();
  const changes: ConsentChange[] = [];
  let view = contact;
  for (const { method, decision } of answers) {
    const epoch =
      method === request.method ? request.epoch : contact.consent.channels[method].epoch;
    const said = method === request.method ? {} : ({ elsewhere: true } as const);
    const change = await changeConsent(
      db,
      sql,
      view,
      (consentId) =>
        decision === 'accept'
          ? { type: 'accepted', at, method, epoch, consentId, ...said }
          : { type: 'declined', at, method, epoch },
      evidence,
    );
    view = change.contact;
    changes.push(change);
    await confirmOptIn(db, sql, change);
    // The page that says thank you leads on to where the person can change their mind.
    if (decision === 'accept') await preferenceTokens(db, sql, [view], method);
  }
  return changes;
}

/** The message that led here, and the full text exactly as the page showed it. */
function evidenceOf(
  db: Database,
  request: OptInRequest,
  { shown, smsEnding }: Question,
  locale: Locale,
  origin: AnswerOrigin,
) {
  return {
    via: 'page',
    ip: origin.ip,
    userAgent: origin.userAgent,
    requestId: request.id,
    ...shownWith(db, request),
    pageVersion: shown.version,
    pageText: shown.text,
    pageLocale: locale,
    ...(smsEnding === undefined ? {} : { numberShown: `…${smsEnding}` }),
  };
}

function withProblem(page: OptInPage, problem: Problem, kept: Kept): OptInPage {
  if (!('question' in page) || !page.question) return page;
  // A wrong date is typed again: nothing on the page tells it from another one.
  const { birthDate } = problem.type === 'identity' ? { birthDate: '' } : kept;
  return { ...page, question: { ...page.question, problem, kept: { ...kept, birthDate } } };
}
