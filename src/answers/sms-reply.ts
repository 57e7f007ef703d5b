import { v7 as newId } from 'uuid';
import {
  changeConsentOfAddress,
  type Announcement,
  type ConsentChange,
} from '../db/consent-store.ts';
import { addressHash } from '../db/contact-store.ts';
import { liftSuppression, suppressAddress } from '../db/suppression-store.ts';
import type { Database, Sql } from '../db/database.ts';
import type { ContactRef } from '../domain/ids.ts';
import { meaningOf, type ReplyMeaning } from '../domain/reply.ts';
import type { Senders } from '../delivery/render.ts';
import { answerRequest } from './request-answer.ts';

/**
 * A person's SMS. YES and STOP are applied in the transaction that stores the reply, before the webhook is
 * acknowledged: a provider retries only for some minutes, and then the word is lost.
 */

export type InboundSms = { from: string; to: string; text: string; providerId: string };

export type ReplyResult = {
  announcements: Announcement[];
  /** Contacts whose SMS lane was closed: the acknowledgement waits for a call that is under way. */
  stopped: ContactRef[];
};

export async function applyReply(
  db: Database,
  sql: Sql,
  sms: InboundSms,
  senders: Senders,
): Promise<ReplyResult> {
  const meaning = meaningOf(sms.text);
  const hash = addressHash(db, sms.from);
  const practices = await practicesOf(sql, sms.to, senders);
  // A stop to a number that is not ours can only mean all of us.
  const routed =
    practices.length > 0 || meaning.kind !== 'stop' ? practices : await allPractices(sql);
  const changes = await act(db, sql, routed, sms, hash, meaning);
  await keepReply(db, sql, routed, sms, hash, meaning, changes);
  return {
    announcements: changes.flatMap((change) => change.announcements),
    stopped: meaning.kind === 'stop' ? changes.map(({ contact }) => contact.ref) : [],
  };
}

async function act(
  db: Database,
  sql: Sql,
  practiceIds: readonly string[],
  sms: InboundSms,
  hash: string,
  meaning: ReplyMeaning,
): Promise<ConsentChange[]> {
  const evidence = {
    via: 'sms',
    from: sms.from,
    to: sms.to,
    text: sms.text,
    providerId: sms.providerId,
  };
  switch (meaning.kind) {
    case 'stop':
    case 'start': {
      const changes: ConsentChange[] = [];
      for (const practiceId of practiceIds) {
        const apply = meaning.kind === 'stop' ? stop : start;
        changes.push(...(await apply(db, sql, practiceId, hash, evidence)));
      }
      return changes;
    }
    case 'yes':
    case 'no':
      return answerRequest(db, sql, { practiceIds, sender: sms.to, hash, meaning, evidence });
    case 'help':
    case 'unclear':
      return [];
  }
}

/** Contacts first, then the address: the order in which everything locks. */
async function stop(
  db: Database,
  sql: Sql,
  practiceId: string,
  hash: string,
  evidence: Record<string, string>,
): Promise<ConsentChange[]> {
  const at = db.clock.now();
  const changes = await changeConsentOfAddress(
    db,
    sql,
    practiceId,
    'sms',
    hash,
    () => ({ type: 'revoked', at, method: 'sms', reason: 'STOP', address: true }),
    evidence,
  );
  // Also when nobody has the number yet.
  await suppressAddress(sql, practiceId, {
    method: 'sms',
    addressHash: hash,
    kind: 'stopped',
    reason: 'STOP',
    since: at,
  });
  return changes;
}

async function start(
  db: Database,
  sql: Sql,
  practiceId: string,
  hash: string,
  evidence: Record<string, string>,
): Promise<ConsentChange[]> {
  const at = db.clock.now();
  const changes = await changeConsentOfAddress(
    db,
    sql,
    practiceId,
    'sms',
    hash,
    () => ({ type: 'restarted', at, method: 'sms' }),
    evidence,
  );
  await liftSuppression(sql, practiceId, 'sms', hash, at);
  return changes;
}

/**
 * For staff to read: at the practices that know the number, or at the one whose number it was sent to. A practice that
 * only shares the service's sender learns nothing of somebody else's patient.
 */
async function keepReply(
  db: Database,
  sql: Sql,
  practiceIds: readonly string[],
  sms: InboundSms,
  hash: string,
  meaning: ReplyMeaning,
  changes: readonly ConsentChange[],
): Promise<void> {
  const now = db.clock.now();
  for (const practiceId of practiceIds) {
    const changed = changes.find(({ contact }) => contact.ref.practiceId === practiceId);
    const holder = await sql.channel.findFirst({
      where: { practiceId, method: 'sms', addressHash: hash },
      select: { contactId: true },
      orderBy: { contactId: 'asc' },
    });
    if (!holder && practiceIds.length > 1) continue;
    await sql.inboundMessage.create({
      data: {
        id: newId(),
        practiceId,
        contactId: changed?.contact.ref.contactId ?? holder?.contactId ?? null,
        method: 'sms',
        fromEnc: db.cipher.seal(sms.from, 'inbound_messages.from'),
        textEnc: db.cipher.seal(sms.text, 'inbound_messages.text'),
        meaning: meaning.kind,
        receivedAt: now,
        // What was understood and done needs nobody; the rest waits for staff.
        handledAt: changed ? now : null,
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
