import { v7 as newId } from 'uuid';
import type { Announcement, ConsentChange } from '../db/consent-store.ts';
import { addressHash } from '../db/contact-store.ts';
import type { ToTell } from '../db/message-store.ts';
import type { Database, Sql } from '../db/database.ts';
import type { ContactRef } from '../domain/ids.ts';
import { meaningOf, type ReplyMeaning } from '../domain/reply.ts';
import type { Senders } from '../delivery/render.ts';
import { barAddress, reopenAddress } from './bar-address.ts';
import { answerReply, type Answer } from './answer-reply.ts';
import { answerRequest, type RequestAnswer } from './request-answer.ts';

/**
 * A person's SMS. YES and STOP are applied in the transaction that stores the reply, before the webhook is
 * acknowledged: a provider retries only for some minutes, and then the word is lost. What is answered is queued in the
 * same transaction, so that a reply is answered once or, where nobody has the number, not at all.
 */

export type InboundSms = {
  from: string;
  to: string;
  text: string;
  providerId: string;
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
  meaning: ReplyMeaning;
  /** The practices that it is for. */
  practiceIds: readonly string[];
  /** Nobody sends from the number that was written to (any more). */
  unrouted: boolean;
  evidence: Record<string, string>;
};

export async function applyReply(
  db: Database,
  sql: Sql,
  sms: InboundSms,
  senders: Senders,
): Promise<ReplyResult> {
  const meaning = meaningOf(sms.text);
  const own = await practicesOf(sql, sms.to, senders);
  const unrouted = own.length === 0;
  // A stop to a number that is not ours can only mean all of us.
  const practiceIds = unrouted && meaning.kind === 'stop' ? await allPractices(sql) : own;
  const { from, to, text, providerId } = sms;
  const evidence = { via: 'sms', from, to, text, providerId };
  const reply = { sms, hash: addressHash(db, from), meaning, practiceIds, unrouted, evidence };

  const { changes, answer } = await act(db, sql, reply);
  const { hash } = reply;
  const tell = answer
    ? await answerReply(db, sql, { hash, providerId, locale: meaning.locale }, answer)
    : { wake: [] };
  await keepReply(db, sql, reply, changes);
  return {
    announcements: changes.flatMap((change) => change.announcements),
    stopped: meaning.kind === 'stop' ? changes.map(({ contact }) => contact.ref) : [],
    tell,
  };
}

async function act(db: Database, sql: Sql, reply: Reply): Promise<RequestAnswer> {
  const { sms, hash, meaning, practiceIds, evidence } = reply;
  const number = { method: 'sms', addressHash: hash } as const;
  switch (meaning.kind) {
    case 'stop': {
      const changes = await ofEach(practiceIds, (practiceId) =>
        barAddress(db, sql, { practiceId, ...number }, stopped, evidence),
      );
      const to = changes.filter((change) => change.outcome === 'applied').map(refOf);
      // The law allows one confirmation, and no second one where there was nothing left to stop. From another number
      // than the one that was written to it would be a text from a stranger.
      if (to.length === 0 || sms.stoppedByProvider || reply.unrouted) return { changes };
      return { changes, answer: { kind: meaning.doubtful ? 'stopped_doubtful' : 'stopped', to } };
    }
    case 'start':
      return {
        changes: await ofEach(practiceIds, (practiceId) =>
          reopenAddress(db, sql, { practiceId, ...number }, evidence),
        ),
      };
    case 'yes':
    case 'no':
      return answerRequest(db, sql, { practiceIds, sender: sms.to, hash, meaning, evidence });
    case 'help':
      return { changes: [], answer: { kind: 'help', to: await holders(sql, practiceIds, hash) } };
    case 'unclear':
      return { changes: [] };
  }
}

const stopped = { kind: 'stopped', reason: 'STOP' } as const;

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

async function holders(
  sql: Sql,
  practiceIds: readonly string[],
  hash: string,
): Promise<Answer['to']> {
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
async function keepReply(
  db: Database,
  sql: Sql,
  { sms, hash, meaning, practiceIds }: Reply,
  changes: readonly ConsentChange[],
): Promise<void> {
  const now = db.clock.now();
  const doubtful = meaning.kind === 'stop' && meaning.doubtful;
  for (const practiceId of practiceIds) {
    const changed = changes.find(({ contact }) => contact.ref.practiceId === practiceId);
    const [holder] = await holders(sql, [practiceId], hash);
    if (!holder && practiceIds.length > 1) continue;
    // What was understood and done needs nobody; the rest waits for staff.
    const done = changed ? !doubtful : meaning.kind === 'help' && holder !== undefined;
    await sql.inboundMessage.create({
      data: {
        id: newId(),
        practiceId,
        contactId: changed?.contact.ref.contactId ?? holder?.contactId ?? null,
        method: 'sms',
        fromEnc: db.cipher.seal(sms.from, 'inbound_messages.from'),
        textEnc: db.cipher.seal(sms.text, 'inbound_messages.text'),
        meaning: meaning.kind,
        doubtful,
        receivedAt: now,
        handledAt: done ? now : null,
      },
    });
  }
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
