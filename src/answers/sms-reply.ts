import type { Announcement, ConsentChange } from '../db/consent-store.ts';
import { addressHash } from '../db/contact-store.ts';
import type { Database, Sql } from '../db/database.ts';
import { settleReplies, stoppedAtProvider, storeReply } from '../db/inbound-store.ts';
import type { ToTell } from '../db/message-store.ts';
import type { Senders } from '../delivery/render.ts';
import type { AnswerKind } from '../domain/answer-text.ts';
import type { ContactRef } from '../domain/ids.ts';
import { readReply } from '../features/replies/read-reply.ts';
import type { Doubt } from '../domain/doubt.ts';
import type { ReceivedText, Verdict } from '../features/replies/verdict.ts';
import { answerReply, type Answer } from './answer-reply.ts';
import { barAddress, reopenAddress } from './bar-address.ts';
import { raiseDoubt } from './doubt.ts';
import { answerRequest, explainRequest, type RequestAnswer } from './request-answer.ts';

/**
 * A person's SMS. YES, STOP and a doubt are applied in the transaction that stores the reply, before the webhook is
 * acknowledged: a provider retries only for some minutes, and then the word is lost. What is answered is queued in the
 * same transaction, so that a reply is answered once or, where nobody has the number, not at all.
 */

export type InboundSms = {
  from: string;
  to: string;
  text: string;
  /** Pictures that came with it. */
  mediaCount?: number;
  providerId: string;
  /** What the provider understood, where it says so. */
  intent?: ReceivedText['intent'];
  /** The provider itself stops this number and tells the person so: no second answer. */
  stoppedByProvider?: boolean;
};

export type ReplyResult = {
  announcements: Announcement[];
  /** Contacts whose SMS lane was closed: the acknowledgement waits for a call that is under way. */
  stopped: ContactRef[];
  /** Who has an answer to send. */
  tell: ToTell;
};

/** What every step needs to know. */
type Reply = {
  sms: InboundSms;
  hash: string;
  verdict: Verdict;
  /** The practices that it is for. */
  practiceIds: readonly string[];
  /** Nobody sends from the number that was written to (any more). */
  unrouted: boolean;
  /** Every contact with the number. */
  holders: Answer['to'];
  evidence: Record<string, string>;
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
  const own = await practicesOf(sql, sms.to, senders);
  const unrouted = own.length === 0;
  const stops = verdict.kind === 'stop' || verdict.kind === 'doubtful_stop';
  // A stop to a number that is not ours can only mean all of us.
  const practiceIds = unrouted && stops ? await allPractices(sql) : own;
  const { from, to, text, providerId } = sms;
  const hash = addressHash(db, from);
  const holders = await holdersOf(sql, practiceIds, hash);
  const evidence = { via: 'sms', from, to, text, providerId, rule: verdict.rule };
  const reply = { sms, hash, verdict, practiceIds, unrouted, holders, evidence };

  const { changes, answer, asked = false } = await act(db, sql, reply);
  const acted = changes.some(({ outcome }) => outcome === 'applied');
  const about = { practiceIds, hash, providerId, locale: verdict.locale, acted };
  const { answered, ...tell } = answer
    ? await answerReply(db, sql, about, answer)
    : { wake: [], answered: undefined };
  await keepReply(db, sql, reply, { changes, acted, asked, answered });
  return {
    announcements: changes.flatMap((change) => change.announcements),
    stopped: stops ? changes.map(refOf) : [],
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

async function act(db: Database, sql: Sql, reply: Reply): Promise<Acted> {
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

async function stop(db: Database, sql: Sql, reply: Reply): Promise<Acted> {
  const { sms, practiceIds, evidence } = reply;
  const changes = await ofEach(practiceIds, (practiceId) =>
    barAddress(db, sql, addressAt(practiceId, reply), stopped, evidence),
  );
  await settleReplies(sql, numberOf(reply), 'stop', db.clock.now(), { unsure: true });
  const to = changes.filter((change) => change.outcome === 'applied').map(refOf);
  // The law allows one confirmation, and no second one where there was nothing left to stop. From another number than
  // the one that was written to it would be a text from a stranger.
  if (to.length === 0 || sms.stoppedByProvider || reply.unrouted) return { changes };
  return { changes, answer: { kind: 'stopped', to } };
}

const doubtAnswers: Record<Doubt, AnswerKind> = {
  unsure: 'doubtful',
  wrong_person: 'wrong_person',
  deceased: 'deceased',
};

/** Held where staff can settle it: at the practices that keep the reply. Told once, not for each such reply. */
async function doubt(db: Database, sql: Sql, reply: Reply, why: Doubt): Promise<Acted> {
  const to: ContactRef[] = [];
  const changes = await ofEach(keptBy(reply), async (practiceId) => {
    const address = addressAt(practiceId, reply);
    const raised = await raiseDoubt(db, sql, address, why, reply.evidence);
    if (raised.isNew) to.push(...raised.changes.map(refOf));
    return raised.changes;
  });
  if (to.length === 0 || reply.unrouted) return { changes };
  return { changes, answer: { kind: doubtAnswers[why], to } };
}

async function restart(db: Database, sql: Sql, reply: Reply): Promise<Acted> {
  const isOurs = !(await stoppedAtProvider(sql, numberOf(reply)));
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
    ),
  );
  await settleReplies(sql, numberOf(reply), 'nothing', db.clock.now(), { unsure: true });
  const to = changes
    .filter(({ outcome }) => outcome === 'applied')
    .map(refOf)
    .filter((ref) => isOurs || doubted.has(`${ref.practiceId}/${ref.contactId}`));
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

function numberOf({ practiceIds, hash }: Reply) {
  return { practiceIds, addressHash: hash };
}

function addressAt(practiceId: string, { hash }: Reply) {
  return { practiceId, method: 'sms', addressHash: hash } as const;
}

async function holdersOf(
  sql: Sql,
  practiceIds: readonly string[],
  hash: string,
): Promise<ContactRef[]> {
  return sql.channel.findMany({
    where: { practiceId: { in: [...practiceIds] }, method: 'sms', addressHash: hash },
    select: { practiceId: true, contactId: true },
    orderBy: [{ practiceId: 'asc' }, { contactId: 'asc' }],
  });
}

/**
 * For staff to read: at the practices that know the number, or at the one whose number it was sent to. A practice that
 * only shares the service's sender learns nothing of somebody else's patient.
 */
function keptBy({ practiceIds, holders }: Reply): string[] {
  if (practiceIds.length === 1) return [...practiceIds];
  return practiceIds.filter((id) => holders.some(({ practiceId }) => practiceId === id));
}

async function keepReply(
  db: Database,
  sql: Sql,
  reply: Reply,
  became: {
    changes: readonly ConsentChange[];
    acted: boolean;
    asked: boolean;
    answered: AnswerKind | undefined;
  },
): Promise<void> {
  const { sms, hash, verdict, holders } = reply;
  for (const practiceId of keptBy(reply)) {
    const changed = became.changes.find(({ contact }) => contact.ref.practiceId === practiceId);
    const holder = holders.find((ref) => ref.practiceId === practiceId);
    await storeReply(db, sql, {
      practiceId,
      contactId: changed?.contact.ref.contactId ?? holder?.contactId,
      from: sms.from,
      text: sms.text,
      mediaCount: sms.mediaCount ?? 0,
      addressHash: hash,
      meaning: verdict.kind,
      rule: verdict.rule,
      doubtful: verdict.kind === 'doubtful_stop' || maybeVisit(verdict),
      doubt: verdict.kind === 'doubtful_stop' ? verdict.doubt : undefined,
      asked: became.asked,
      answered: sms.stoppedByProvider ? 'provider' : became.answered,
      done: isDone(verdict, { acted: became.acted, held: holder !== undefined }),
    });
  }
}

/** What was understood and done needs nobody; the rest waits for staff. */
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

/** Replies are routed by the number they were sent to; practices without their own share the service's. */
async function practicesOf(sql: Sql, to: string, senders: Senders): Promise<string[]> {
  const rows = await sql.$queryRaw<{ id: string }[]>`
    SELECT id FROM practices
    WHERE settings #>> '{sender,smsFrom}' = ${to}
       OR (settings #>> '{sender,smsFrom}' IS NULL AND ${to} = ${senders.smsFrom ?? ''})
    ORDER BY id COLLATE "C"`;
  return rows.map((row) => row.id);
}

async function allPractices(sql: Sql): Promise<string[]> {
  const rows = await sql.practice.findMany({ select: { id: true } });
  return rows.map((row) => row.id).toSorted();
}
