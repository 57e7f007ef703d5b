import { withdrawAnswers } from '../../record/replies/answer-store.ts';
import type { Address, Announcement, ConsentChange } from '../../record/consent/consent-store.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import { isStoppedAtProvider, settleReplies } from '../../record/replies/inbound-store.ts';
import type { ToTell } from '../../record/messages/message-store.ts';
import {
  liftSuppressions,
  suppressAddresses,
  type Suppression,
} from '../../record/consent/suppression-store.ts';
import type { Senders } from '../../templates/render.ts';
import { answerToDoubt } from '../../core/answer-text.ts';
import type { ContactRef } from '../../core/ids.ts';
import type { InboundSms } from '../../core/inbound.ts';
import { readReply } from './read-reply.ts';
import type { Doubt } from '../../core/consent/doubt.ts';
import type { Verdict } from './verdict.ts';
import { answerReply, type Answer, type Answered } from '../../record/replies/answer-reply.ts';
import { barAddress } from '../../record/consent/bar-address.ts';
import { raiseDoubt } from '../../record/replies/doubt.ts';
import { keepReply } from './keep-reply.ts';
import { refusalInPlace } from './refused-texts.ts';
import { reopenAddress } from '../../record/consent/reopen-address.ts';
import { evidenceAt, routeReply, type ReadReply, type ReplyRoute } from './reply-route.ts';
import { answerRequest, explainRequest, type RequestAnswer } from './request-answer.ts';

/**
 * A person's SMS. YES, STOP and a doubt are applied in the transaction that stores the reply, before the webhook is
 * acknowledged: a provider retries only for some minutes, and then the word is lost. The answer is queued in the same
 * transaction, so that a reply is answered once or, where no contact has the number, not at all.
 */

export type ReplyResult = {
  announcements: Announcement[];
  /** Contacts whose SMS lane was closed: the acknowledgement waits for a call that is under way. */
  stopped: ContactRef[];
  /** The number at the practices whose contacts the words did not wait for. */
  unwaited?: { practiceIds: string[]; addressHash: string };
  /** Tells the workflow that has an answer to send. */
  tell: ToTell;
  /** Some practice has it. */
  kept: boolean;
};

/** `asked`: a request was open. */
type Acted = RequestAnswer & { asked?: boolean };

/**
 * `read`: the words as they were read already. `waits`: where another transaction holds a contact of the practice that
 * the words were said to, its answer is worth a short wait. False: no longer, so that nothing holds a stop; such a contact
 * follows, and the person gets no answer.
 */
export async function applyReply(
  db: Database,
  sql: Sql,
  sms: InboundSms,
  senders: Senders,
  { waits = true, read = readWords(sms) }: { waits?: boolean; read?: Verdict } = {},
): Promise<ReplyResult> {
  const { verdict, route } = await understand(db, sql, sms, senders, read);
  const { concerned, addressed, hash, receiverHash } = route;
  const pair = { practiceIds: concerned, addressHash: hash, receiverHash };
  const wasBlocked = await isStoppedAtProvider(sql, pair);
  const freed = wasBlocked && sms.freedByProvider;
  const reply = { ...route, sms, verdict, blocked: wasBlocked && !freed, freed, waits };

  const { changes, answer, asked = false } = await act(db, sql, reply);
  const acted = at(addressed, changes).some(({ outcome }) => outcome === 'applied');
  const told = await tellPerson(db, sql, reply, acted, answer);
  await keepReply(db, sql, reply, { changes, acted, asked, told });
  return {
    announcements: changes.flatMap((change) => change.announcements),
    stopped: isStop(verdict) ? changes.map(refOf) : [],
    tell: told.tell,
    kept: addressed !== undefined,
    ...(isStop(verdict) ? { unwaited: unwaited(reply) } : {}),
  };
}

async function tellPerson(
  db: Database,
  sql: Sql,
  { addressed, answers, hash, sms, verdict, blocked }: ReadReply,
  acted: boolean,
  answer: Answer | undefined,
): Promise<Answered> {
  if (!answer || addressed === undefined || !answers) return { tell: { wake: [] } };
  const about = {
    practiceId: addressed,
    hash,
    providerId: sms.providerId,
    locale: verdict.locale,
    acted,
    saysYesOrNo: verdict.kind === 'yes' || verdict.kind === 'no',
    // A request for help must be answered: the provider may have unblocked the number without our knowing.
    blocked: blocked && verdict.kind !== 'help',
  };
  return answerReply(db, sql, about, answer);
}

/** By its words alone: a refusal may turn out to be one (refused-texts.ts). */
export function mayStop(read: Verdict): boolean {
  return isStop(read) || read.kind === 'no';
}

/** What the words say by themselves. */
export function readWords(sms: InboundSms): Verdict {
  const { text, intent } = sms;
  return settled(sms, readReply({ text, ...(intent === undefined ? {} : { intent }) }));
}

/** A word's meaning, and where it acts: a refusal that answers no request is a doubt before it is routed as one. */
async function understand(
  db: Database,
  sql: Sql,
  sms: InboundSms,
  senders: Senders,
  read: Verdict,
): Promise<{ verdict: Verdict; route: ReplyRoute }> {
  const route = await routeReply(db, sql, sms, read, senders);
  if (read.kind !== 'no') return { verdict: read, route };
  const verdict = settled(sms, await refusalInPlace(db, sql, sms, route, read));
  if (verdict === read) return { verdict, route };
  return { verdict, route: await routeReply(db, sql, sms, verdict, senders) };
}

/** Where the provider stops the number at a word, that word is no longer in doubt. */
function settled({ stoppedByProvider }: InboundSms, verdict: Verdict): Verdict {
  return stoppedByProvider && verdict.kind === 'doubtful_stop'
    ? { kind: 'stop', rule: verdict.rule, maybeVisit: true }
    : verdict;
}

/**
 * STOP, a doubt and START act at several practices (reply-route.ts); whatever else is said concerns the one it was said
 * to.
 */
async function act(db: Database, sql: Sql, reply: ReadReply): Promise<Acted> {
  const { verdict, addressed, holders } = reply;
  if (verdict.kind === 'stop') return stop(db, sql, reply);
  if (verdict.kind === 'doubtful_stop') return doubt(db, sql, reply, verdict.doubt);
  if (verdict.kind === 'start') return restart(db, sql, reply);
  if (addressed === undefined) return { changes: [] };
  const number = { practiceId: addressed, hash: reply.hash, sender: reply.sms.to };
  switch (verdict.kind) {
    case 'yes':
    case 'no': {
      const evidence = evidenceAt(reply, addressed);
      return answerRequest(db, sql, { ...number, verdict, evidence, holders });
    }
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
  const { holding, others } = await whereHeld(sql, reply);
  const changes = await ofEach(holding, (practiceId) =>
    barAddress(db, sql, addressAt(practiceId, reply), stopped, evidenceAt(reply, practiceId)),
  );
  await suppressAddresses(sql, others, barOn(reply, stopped, db.clock.now()));
  await settleReplies(sql, numberOf(reply), 'stop', db.clock.now(), { only: 'unsure' });
  const to = at(reply.addressed, changes)
    .filter((change) => change.outcome === 'applied')
    .map(refOf);
  // Answers to earlier words do not leave after it.
  if (reply.addressed !== undefined)
    await withdrawAnswers(
      sql,
      reply.addressed,
      to.map(({ contactId }) => contactId),
    );
  // The law allows one confirmation, and no second one where there was nothing left to stop.
  if (to.length === 0 || reply.sms.stoppedByProvider) return { changes };
  return { changes, answer: { kind: 'stopped', to } };
}

/**
 * Held wherever a stop would bar, also for contacts who get the number later. A practice that keeps no such reply has
 * it settled by START, or by a consent obtained later. The person gets one answer, not one for each such reply.
 */
async function doubt(db: Database, sql: Sql, reply: ReadReply, why: Doubt): Promise<Acted> {
  const to: ContactRef[] = [];
  const { holding, others } = await whereHeld(sql, reply);
  const changes = await ofEach(holding, async (practiceId) => {
    const address = addressAt(practiceId, reply);
    const raised = await raiseDoubt(db, sql, address, why, evidenceAt(reply, practiceId));
    if (raised.isNew) to.push(...at(reply.addressed, raised.changes).map(refOf));
    return raised.changes;
  });
  const bar = { kind: 'doubtful', reason: why } as const;
  await suppressAddresses(sql, others, barOn(reply, bar, db.clock.now()));
  if (to.length === 0) return { changes };
  return { changes, answer: { kind: answerToDoubt[why], to } };
}

async function restart(db: Database, sql: Sql, reply: ReadReply): Promise<Acted> {
  const doubted = new Set<string>();
  const { holding, others } = await whereHeld(sql, reply);
  const changes = await ofEach(holding, async (practiceId) => {
    const address = addressAt(practiceId, reply);
    const evidence = evidenceAt(reply, practiceId);
    const reopened = await reopenAddress(db, sql, address, { word: 'start' }, evidence);
    for (const { ref, consent } of reopened.holders) {
      const { doubt, state } = consent.channels.sms;
      if (doubt && state !== 'revoked') doubted.add(`${ref.practiceId}/${ref.contactId}`);
    }
    return reopened.changes;
  });
  await liftSuppressions(sql, others, 'sms', reply.hash, db.clock.now());
  await settleReplies(sql, numberOf(reply), 'nothing', db.clock.now(), { only: 'unsure' });
  const to = at(reply.addressed, changes)
    .filter(({ outcome }) => outcome === 'applied')
    .map(refOf)
    .filter((ref) => !reply.freed || doubted.has(`${ref.practiceId}/${ref.contactId}`));
  return to.length === 0 ? { changes } : { changes, answer: { kind: 'restarted', to } };
}

/** The practices where contacts have the number; at the others there is only the number to bar. */
async function whereHeld(
  sql: Sql,
  { practiceIds, hash }: ReadReply,
): Promise<{ holding: string[]; others: string[] }> {
  const rows = await sql.channel.groupBy({
    by: ['practiceId'],
    where: { practiceId: { in: [...practiceIds] }, method: 'sms', addressHash: hash },
  });
  const held = new Set(rows.map(({ practiceId }) => practiceId));
  return {
    holding: practiceIds.filter((id) => held.has(id)),
    others: practiceIds.filter((id) => !held.has(id)),
  };
}

function barOn({ hash }: ReadReply, bar: Pick<Suppression, 'kind' | 'reason'>, since: Date) {
  return { method: 'sms', addressHash: hash, since, ...bar } as const;
}

/** Its changes at one practice: the answer and the display there must not depend on any other practice. */
function at(practiceId: string | undefined, changes: readonly ConsentChange[]): ConsentChange[] {
  return changes.filter(({ contact }) => contact.ref.practiceId === practiceId);
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

function unwaited({ practiceIds, hash, ...reply }: ReadReply) {
  return { practiceIds: practiceIds.filter((id) => !waitsFor(id, reply)), addressHash: hash };
}

function waitsFor(practiceId: string, reply: Pick<ReadReply, 'addressed' | 'waits'>): boolean {
  return reply.waits && practiceId === reply.addressed;
}

function isStop({ kind }: Verdict): boolean {
  return kind === 'stop' || kind === 'doubtful_stop';
}

function addressAt(practiceId: string, reply: ReadReply): Address {
  const leavesHeld = !waitsFor(practiceId, reply);
  return { practiceId, method: 'sms', addressHash: reply.hash, leavesHeld };
}
