import { lockFirstHolders } from '../../record/consent/consent-store.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import { isLastAsked, wasMessageLast } from '../../record/replies/texted-from-store.ts';
import type { Verdict } from './verdict.ts';
import { openRequests } from './open-requests.ts';
import type { InboundSms } from '../../core/inbound.ts';
import type { ReplyRoute } from './reply-route.ts';
import { hasAgreed } from './request-answer.ts';

/**
 * Reads a refusal by what it can refuse. While a request is open a NO answers it, unless the number asked something else
 * since, which another contact may have got: then it is left to staff, and the person is asked for the code. Where no
 * request is open it can only mean what is texted already: it may be a stop, and holds as every doubt does. Other words
 * than NO ("I don't want them any more") may mean that also while a request is open, where something else was asked since
 * or another contact with the number agreed. A NO and nothing else may also answer what a message asked ("Can you come? Y
 * or N"), so right after one it is left to staff; our own texts ask for nothing but consent. From somebody who was never
 * texted it refuses nothing.
 */
export async function refusalInPlace(
  db: Database,
  sql: Sql,
  { to }: InboundSms,
  { addressed: practiceId, hash }: ReplyRoute,
  verdict: Extract<Verdict, { kind: 'no' }>,
): Promise<Verdict> {
  if (practiceId === undefined) return verdict;
  const number = { practiceIds: [practiceId], hash, sender: to };
  const thread = { sender: to, addressHash: hash };
  const isBare = verdict.rule === 'keyword';
  const open = await openRequests(db, sql, number);
  const [newest] = open;
  const isAnswer = newest && (verdict.code !== undefined || (await isLastAsked(sql, newest)));
  if (newest && !isAnswer && isBare) return verdict;
  if (isAnswer) {
    // Looked at again under the lock: a yes or a stop may close it while we wait.
    const address = { practiceId, method: 'sms', addressHash: hash } as const;
    const asked = [...new Set(open.map(({ contactId }) => contactId))];
    const { holders } = await lockFirstHolders(sql, address, asked);
    const mayMeanOther = !isBare && verdict.code === undefined && holders.some(hasAgreed);
    if (!mayMeanOther && (await openRequests(db, sql, number)).length > 0) return verdict;
  }
  if (isBare && (await wasMessageLast(sql, practiceId, thread))) return verdict;
  const { locale } = verdict;
  return {
    kind: 'doubtful_stop',
    rule: 'a no to nothing asked',
    doubt: 'unsure',
    ...(locale === undefined ? {} : { locale }),
  };
}
