import { randomInt } from 'node:crypto';
import { v7 as newId } from 'uuid';
import {
  countTry,
  createCode,
  methodsWithoutCodes,
  newestCode,
  type BookingSession,
} from '../../record/links/booking-store.ts';
import { equalSecrets, newToken } from '../../platform/db/cipher.ts';
import { addressHash } from '../../record/contacts/contact-store.ts';
import { areGuessesSpent } from '../../record/links/code-budget.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import { queueCode } from '../../record/links/doorstep-store.ts';
import { judgeCode, type CodeVerdict } from '../../core/booking.ts';
import { limits } from '../../core/limits.ts';
import type { ConsentMethod } from '../../core/method.ts';
import { codeEmail, codeSms } from './render-code.ts';

/** Six digits that prove control of an address. Stored as a keyed hash; only the message has them in the clear. */

/**
 * The booking's row is locked. `ip`: the visitor's. After its last code a booking gets no more, and its page says so.
 */
export async function sendCode(
  db: Database,
  sql: Sql,
  session: BookingSession,
  method: ConsentMethod,
  { practice, ip }: { practice: string; ip: string },
): Promise<void> {
  const to = session.choice?.addresses[method];
  if (to === undefined || (await methodsWithoutCodes(sql, session.id)).includes(method)) return;
  const id = newId();
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  const values = { practice, code, minutes: limits.codeMs / 60_000 };
  const locale = session.choice?.locale ?? 'en';
  const words =
    method === 'email' ? codeEmail(locale, values) : { subject: '', text: codeSms(locale, values) };
  const message = { to, ...words };
  const { practiceId, hosted } = session;
  // The practice's own scheduler answers for the people it sends here.
  const asker = { practiceId, ...(hosted ? { ip } : {}) };
  const queued = await queueCode(db, sql, asker, {
    id,
    method,
    addressHash: addressHash(db, to),
    message,
  });
  // Six digits that nobody was sent could still be guessed: nothing that can be entered is right then.
  const codeHash = hashOf(db, session, method, queued ? code : newToken());
  await createCode(db, sql, { id, sessionId: session.id, method, codeHash });
}

/** Wrong ones are counted, the last of them too. Where too many were, none is right for a while. */
export async function tryCode(
  db: Database,
  sql: Sql,
  session: BookingSession,
  method: ConsentMethod,
  entered: string,
): Promise<CodeVerdict> {
  const code = await newestCode(sql, session.id, method);
  if (code && (await areGuessesSpent(db, sql, session.practiceId, code.id))) return 'over';
  const digits = entered.replaceAll(/[\s-]/g, '');
  const matches = equalSecrets(code?.codeHash ?? '', hashOf(db, session, method, digits));
  const verdict = judgeCode(code, matches, db.clock.now());
  if (code && !matches) await countTry(sql, code);
  return verdict;
}

/** When the code that proved an address was sent. */
export async function codeSentAt(
  sql: Sql,
  session: BookingSession,
  method: ConsentMethod,
): Promise<Date | undefined> {
  return (await newestCode(sql, session.id, method))?.createdAt;
}

/** Over the address too: a code that went to one address says nothing about the next one that is tried. */
function hashOf(
  db: Database,
  { id, choice }: BookingSession,
  method: ConsentMethod,
  code: string,
): string {
  return db.lookup.hash('code', JSON.stringify([id, method, choice?.addresses[method], code]));
}
