import { equalSecrets } from '../../platform/db/cipher.ts';
import type { ContactView } from '../../record/consent/contact-lock.ts';
import { openAddress, openDetails } from '../../record/contacts/contact-store.ts';
import { changeConsent, type ConsentChange } from '../../record/consent/consent-store.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import { noteForStaff } from '../../record/replies/inbound-store.ts';
import type { Evidence } from '../../ledger/store.ts';
import { readBirthDate } from '../../core/birth-date.ts';
import { limits } from '../../core/limits.ts';
import type { ConsentMethod } from '../../core/method.ts';

/** `identityCheck: birthDate`: a link proves control of the mailbox or the phone, not identity (45 CFR 164.312(d)). */

export function asksBirthDate({ practice }: ContactView): boolean {
  return practice.settings.identityCheck === 'birthDate';
}

/** A date that was typed; undefined: it is none, which costs no try and tells nothing about the right one. */
export function typedDate(
  { practice }: ContactView,
  given: string | undefined,
): string | undefined {
  return readBirthDate(given ?? '', practice.settings.defaultCountry);
}

/**
 * Whether that is the contact's birth date. Where none is on file every date is wrong, in the same time and with the
 * same answer: the page must not tell a stranger what the practice knows. Staff see the missing date before anybody is
 * asked (src/features/opt-in/compose-opt-in.ts).
 */
export function isBirthDate(db: Database, contact: ContactView, date: string | undefined): boolean {
  const known = openDetails(db, contact)?.birthDate;
  const same = equalSecrets(date ?? 'none given', known ?? 'none known');
  return same && known !== undefined;
}

/**
 * Too many wrong dates, by whichever link of this channel, or in bookings with its address (with any, where the channel
 * has none): a fresh link that the person asked for is no fresh budget. Only staff lift it, by sending the opt-in (or by
 * another address).
 */
export function isIdentityLocked(contact: ContactView, method: ConsentMethod): boolean {
  return asksBirthDate(contact) && isGuessedTooOften(contact, method);
}

/** Also where the practice asks for no dates any more: that does not make the guesses right. */
export function isGuessedTooOften({ lanes }: ContactView, method: ConsentMethod): boolean {
  return lanes[method].identityTries >= limits.identityTries;
}

/**
 * The last of the tries locks, and staff see why: by the channel's reason, or, where it had said yes before, in the
 * list of replies, because content goes on being sent there. The date itself is kept nowhere. Runs under the contact's
 * lock.
 */
export async function countWrongDate(
  db: Database,
  sql: Sql,
  contact: ContactView,
  method: ConsentMethod,
  evidence: Evidence['fields'],
): Promise<{ contact: ContactView; changes: ConsentChange[]; triesLeft: number }> {
  const lane = await sql.channel.update({
    where: { practiceId_contactId_method: { ...contact.ref, method } },
    data: { identityTries: { increment: 1 } },
  });
  const counted = { ...contact, lanes: { ...contact.lanes, [method]: lane } };
  const triesLeft = Math.max(0, limits.identityTries - lane.identityTries);
  if (triesLeft > 0) return { contact: counted, changes: [], triesLeft };
  const from = openAddress(db, contact, method);
  const accepted = contact.consent.channels[method].state === 'accepted';
  if (accepted && lane.identityTries === limits.identityTries && from !== undefined)
    await noteForStaff(db, sql, contact.ref, { meaning: 'locked', method, from, text: lockedNote });
  const { epoch } = contact.consent.channels[method];
  const reason = `the birth date was wrong ${limits.identityTries} times`;
  const change = await changeConsent(
    db,
    sql,
    counted,
    () => ({ type: 'opt_in_failed', at: db.clock.now(), method, epoch, reason }),
    { ...evidence, reason },
  );
  return { contact: change.contact, changes: [change], triesLeft };
}

const lockedNote =
  'Somebody entered a wrong date of birth five times at a link that was sent to this address. Such links show nothing now: ask the person whether it was them, correct the date if it is wrong here, and send the opt-in by hand to unlock them.';
