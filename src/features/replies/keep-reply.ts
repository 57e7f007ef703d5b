import type { ConsentChange } from '../../record/consent/consent-store.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import { storeReply } from '../../record/replies/inbound-store.ts';
import type { Verdict } from './verdict.ts';
import type { Answered } from '../../record/replies/answer-reply.ts';
import type { ReadReply } from './reply-route.ts';

/** The outcome of a reply. */
export type Became = {
  changes: readonly ConsentChange[];
  acted: boolean;
  /** A request was open. */
  asked: boolean;
  told: Pick<Answered, 'answered' | 'unanswered'>;
};

/** Stores a reply for the practice's staff: how it was understood, what it changed, and the answer to it. */
export async function keepReply(
  db: Database,
  sql: Sql,
  reply: ReadReply,
  became: Became,
): Promise<void> {
  const { sms, hash, receiverHash, verdict, addressed, holders, freed } = reply;
  if (addressed === undefined) return;
  const { told } = became;
  const byProvider = sms.stoppedByProvider || (freed && !told.answered);
  const changed = became.changes.find(({ contact }) => contact.ref.practiceId === addressed);
  const [holder] = holders;
  await storeReply(db, sql, {
    practiceId: addressed,
    contactId: changed?.contact.ref.contactId ?? holder?.contactId,
    from: sms.from,
    text: sms.text,
    mediaCount: sms.mediaCount,
    addressHash: hash,
    receiverHash,
    meaning: verdict.kind,
    rule: verdict.rule,
    doubtful: verdict.kind === 'doubtful_stop' || maybeVisit(verdict),
    doubt: verdict.kind === 'doubtful_stop' ? verdict.doubt : undefined,
    asked: became.asked,
    answered: byProvider ? 'provider' : told.answered,
    unanswered: byProvider ? undefined : told.unanswered,
    providerStopped: sms.stoppedByProvider ? true : freed ? false : undefined,
    done: isDone(verdict, { acted: became.acted, held: holder !== undefined }),
  });
}

/** A reply that was understood and acted on needs nobody; the rest waits for staff. */
function isDone(verdict: Verdict, { acted, held }: { acted: boolean; held: boolean }): boolean {
  switch (verdict.kind) {
    case 'stop':
      return !maybeVisit(verdict);
    case 'yes':
    case 'no':
      return acted;
    case 'start':
    case 'help':
      return held;
    case 'reaction':
    case 'automatic':
      return true;
    case 'doubtful_stop':
    case 'unclear':
      return false;
  }
}

function maybeVisit(verdict: Verdict): boolean {
  return verdict.kind === 'stop' && verdict.maybeVisit === true;
}
