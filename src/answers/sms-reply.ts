import type { Announcement, ConsentChange } from '../db/consent-store.ts';
import type { Database, Sql } from '../db/database.ts';
import { isStoppedAtProvider, settleReplies } from '../db/inbound-store.ts';
import type { ToTell } from '../db/message-store.ts';
import type { Senders } from '../delivery/render.ts';
import { answerToDoubt } from '../domain/answer-text.ts';
import type { ContactRef } from '../domain/ids.ts';
import { readReply } from '../features/replies/read-reply.ts';
import type { Doubt } from '../domain/doubt.ts';
import type { Verdict } from '../features/replies/verdict.ts';
import { answerReply, type Answered } from './answer-reply.ts';
import { barAddress, reopenAddress } from './bar-address.ts';
import { raiseDoubt } from './doubt.ts';
import { keepReply } from './keep-reply.ts';
import { routeReply, type InboundSms, type ReadReply } from './reply-route.ts';
import { answerRequest, explainRequest, type RequestAnswer } from './request-answer.ts';

/**
 * A person's SMS. YES, STOP and a doubt are applied in the transaction that stores the reply, before the webhook is
 * acknowledged: a provider retries only for some minutes, and then the word is lost. What is answered is queued in the
 * same transaction, so that a reply is answered once or, where nobody has the number, not at all.
 */

export type ReplyResult = {
  announcements: Announcement[];
  /** Contacts whose SMS lane was closed: the acknowledgement waits for a call that is under way. */
  stopped: ContactRef[];
  /** Who has an answer to send. */
  tell: ToTell;
};

/** `asked`: a request was open. */
type Acted = RequestAnswer & { asked?: boolean };

export async function applyReply(
  db: Database,
  sql: Sql,
  sms: InboundSms,
  senders: Senders,
): Promise<ReplyResult> {
  const verdict = verdictOf(sms);
  const route = await routeReply(db, sql, sms, verdict, senders);
  const { practiceIds, hash, receiverHash } = route;
  const { from, to, text, providerId } = sms;
  const pair = { practiceIds, addressHash: hash, receiverHash };
  const wasBlocked = await isStoppedAtProvider(sql, pair);
  const freed = wasBlocked && sms.freedByProvider === true;
  const blocked = wasBlocked && !freed;
  const evidence = { via: 'sms', from, to, text, providerId, rule: verdict.rule };
  const reply = { ...route, sms, verdict, blocked, freed, evidence };

  const { changes, answer, asked = false } = await act(db, sql, reply);
  const acted = changes.some(({ outcome }) => outcome === 'applied');
  const about = {
    practiceIds,
    hash,
    providerId,
    locale: verdict.locale,
    acted,
    saysYesOrNo: verdict.kind === 'yes' || verdict.kind === 'no',
    // Who asks for help is owed it: we may not know that the provider was told to let texts through again.
    blocked: blocked && verdict.kind !== 'help',
  };
  const { tell, ...told }: Answered = answer
    ? await answerReply(db, sql, about, answer)
    : { tell: { wake: [] } };
  await keepReply(db, sql, reply, { changes, acted, asked, told });
  return {
    announcements: changes.flatMap((change) => change.announcements),
    stopped: verdict.kind === 'stop' || verdict.kind === 'doubtful_stop' ? changes.map(refOf) : [],
    tell,
  };
}

/** Where the provider stops the number at a word, that word is no longer in doubt. */
function verdictOf({ text, intent, stoppedByProvider }: InboundSms): Verdict {
  const verdict = readReply({ text, ...(intent === undefined ? {} : { intent }) });
  return stoppedByProvider && verdict.kind === 'doubtful_stop'
    ? { kind: 'stop', rule: verdict.rule, maybeVisit: true }
    : verdict;
}

async function act(db: Database, sql: Sql, reply: ReadReply): Promise<Acted> {
  const { sms, hash, verdict, practiceIds, holders, evidence } = reply;
  const number = { practiceIds, hash, sender: sms.to };
  switch (verdict.kind) {
    case 'stop':
      return stop(db, sql, reply);
    case 'doubtful_stop':
      return doubt(db, sql, reply, verdict.doubt);
    case 'start':
      return restart(db, sql, reply);
    case 'yes':
    case 'no':
      return answerRequest(db, sql, { ...number, verdict, evidence, holders });
    case 'help':
      return { changes: [], answer: { kind: 'help', to: holders } };
    case 'unclear': {
      const question = await explainRequest(db, sql, number);
      const answer = question ?? { kind: 'not_read', to: holders };
      return { changes: [], answer, asked: question !== undefined };
    }
    // A machine wrote it, or nobody did: there is nobody to answer.
    case 'reaction':
    case 'automatic':
      return { changes: [] };
  }
}

const stopped = { kind: 'stopped', reason: 'STOP' } as const;

async function stop(db: Database, sql: Sql, reply: ReadReply): Promise<Acted> {
  const { sms, practiceIds, evidence } = reply;
  const changes = await ofEach(practiceIds, (practiceId) =>
    barAddress(db, sql, addressAt(practiceId, reply), stopped, evidence),
  );
  await settleReplies(sql, numberOf(reply), 'stop', db.clock.now(), { only: 'unsure' });
  const to = changes.filter((change) => change.outcome === 'applied').map(refOf);
  // The law allows one confirmation, and no second one where there was nothing left to stop. From another number than
  // the one that was written to it would be a text from a stranger.
  if (to.length === 0 || sms.stoppedByProvider || reply.unrouted) return { changes };
  return { changes, answer: { kind: 'stopped', to } };
}

/**
 * Held wherever a stop would bar, also for contacts who get the number later. A practice that keeps no such reply has it
 * settled by START, or by a consent obtained later. Told once, not for each such reply.
 */
async function doubt(db: Database, sql: Sql, reply: ReadReply, why: Doubt): Promise<Acted> {
  const to: ContactRef[] = [];
  const changes = await ofEach(reply.practiceIds, async (practiceId) => {
    const address = addressAt(practiceId, reply);
    const raised = await raiseDoubt(db, sql, address, why, reply.evidence);
    if (raised.isNew) to.push(...raised.changes.map(refOf));
    return raised.changes;
  });
  if (to.length === 0 || reply.unrouted) return { changes };
  return { changes, answer: { kind: answerToDoubt[why], to } };
}

async function restart(db: Database, sql: Sql, reply: ReadReply): Promise<Acted> {
  const doubted = new Set<string>();
  const changes = await ofEach(reply.practiceIds, (practiceId) =>
    reopenAddress(
      db,
      sql,
      addressAt(practiceId, reply),
      reply.evidence,
      ({ ref, consent: { channels } }) => {
        if (channels.sms.doubt && channels.sms.state !== 'revoked')
          doubted.add(`${ref.practiceId}/${ref.contactId}`);
        return true;
      },
      { reached: true },
    ),
  );
  await settleReplies(sql, numberOf(reply), 'nothing', db.clock.now(), { only: 'unsure' });
  const to = changes
    .filter(({ outcome }) => outcome === 'applied')
    .map(refOf)
    .filter((ref) => !reply.freed || doubted.has(`${ref.practiceId}/${ref.contactId}`));
  return to.length === 0 ? { changes } : { changes, answer: { kind: 'restarted', to } };
}

async function ofEach(
  practiceIds: readonly string[],
  change: (practiceId: string) => Promise<ConsentChange[]>,
): Promise<ConsentChange[]> {
  const changes: ConsentChange[] = [];
  for (const practiceId of practiceIds) changes.push(...(await change(practiceId)));
  return changes;
}

function refOf({ contact }: ConsentChange): ContactRef {
  return contact.ref;
}

function numberOf({ practiceIds, hash }: ReadReply) {
  return { practiceIds, addressHash: hash };
}

function addressAt(practiceId: string, { hash }: ReadReply) {
  return { practiceId, method: 'sms', addressHash: hash } as const;
}
