import { createBooking, lockBooking } from '../../record/links/booking-store.ts';
import { newToken } from '../../platform/db/cipher.ts';
import { isBudgetSpent } from '../../record/links/code-budget.ts';
import type { Database } from '../../platform/db/database.ts';
import { readPractice } from '../../record/practices/practice-store.ts';
import { transaction } from '../../platform/db/transaction.ts';
import type { Senders } from '../../templates/render.ts';
import type { ChoiceForm } from './booking-choice.ts';
import {
  commonOf,
  offerOf,
  unknownBooking,
  type Languages,
  type LocalisedBooking,
} from './booking-page.ts';
import { judgeForm, stepIn, type BookingResult, type Visit } from './booking-step.ts';

/**
 * The page that anybody can open: from a poster in the waiting room, or from the practice's own site. Looking begins
 * nothing. Its form brings along the token that the booking will have, so that a second press finds the first one's.
 */

export async function viewHosted(
  db: Database,
  practiceId: string,
  speaks: Languages,
  senders: Senders,
): Promise<LocalisedBooking> {
  const practice = await readPractice(db, practiceId);
  if (!practice) return unknownBooking(speaks);
  const locale = speaks.chosen ?? speaks.browser;
  const common = commonOf(practice);
  const offer = await offerOf(db.prisma, practice, { given: {} }, locale, senders);
  if (!offer) return { locale, page: { state: 'closed', ...common } };
  const token = newToken();
  return { locale, page: { state: 'choosing', ...common, offer, problems: [], token } };
}

export async function startHosted(
  db: Database,
  practiceId: string,
  given: { token: string; form: ChoiceForm },
  visit: Visit,
): Promise<BookingResult & { token: string }> {
  const { speaks, senders } = visit;
  const token = isToken(given.token) ? given.token : newToken();
  const refuse = (refusal: LocalisedBooking) => ({
    token,
    refusal,
    announcements: [],
    tell: { wake: [] },
  });
  const practice = await readPractice(db, practiceId);
  if (!practice) return refuse(unknownBooking(speaks));
  const { form } = given;
  const { ip } = visit.origin;
  const methods = form.methods;
  if (
    !(await visit.mayAskForCodes()) ||
    (await isBudgetSpent(db, db.prisma, practiceId, ip, methods))
  ) {
    const locale = speaks.chosen ?? speaks.browser;
    return refuse({ locale, page: { state: 'too_many', ...commonOf(practice) } });
  }
  const counted = { ...visit, mayAskForCodes: async () => true };
  const result = await transaction(db, async (sql) => {
    // A form with problems starts no booking.
    const begun = { hosted: true, given: {} };
    const locale = speaks.chosen ?? speaks.browser;
    const judged = await judgeForm(sql, practice, begun, locale, form, senders);
    if ('page' in judged) return refuse({ locale, page: judged.page });
    await createBooking(db, sql, { token, practiceId, ...begun });
    const session = await lockBooking(db, sql, token);
    if (session?.practiceId !== practiceId) return refuse(unknownBooking(speaks));
    return stepIn(db, sql, session, { type: 'choose', form }, counted);
  });
  return { ...withToken(result, token), token };
}

/** As `newToken` makes them. */
function isToken(token: string): boolean {
  return /^[A-Za-z0-9_-]{32}$/.test(token);
}

/** A corrected form is posted to this page again. */
function withToken(result: BookingResult, token: string): BookingResult {
  const { refusal } = result;
  if (refusal?.page.state !== 'choosing') return result;
  return { ...result, refusal: { ...refusal, page: { ...refusal.page, token } } };
}
