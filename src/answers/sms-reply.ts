import { v7 as newId } from 'uuid';
import {
  changeConsent,
  changeConsentOfAddress,
  suppressAddress,
  type Announcement,
  type ConsentChange,
} from '../db/consent-store.ts';
import { addressHash } from '../db/contact-store.ts';
import { lockContact } from '../db/contact-lock.ts';
import type { Database, Sql } from '../db/database.ts';
import type { OptInRequest } from '../db/generated/client.ts';
import type { ContactRef } from '../domain/ids.ts';
import { meaningOf, type ReplyMeaning } from '../domain/reply.ts';
import type { Senders } from '../delivery/render.ts';

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
  const result: ReplyResult = { announcements: [], stopped: [] };
  // A stop to a number that is not ours can only mean all of us.
  const routed =
    practices.length > 0 || meaning.kind !== 'stop' ? practices : await allPractices(sql);

  for (const practiceId of routed) {
    const changes = await act(db, sql, practiceId, sms, hash, meaning);
    for (const change of changes) {
      result.announcements.push(...change.announcements);
      if (meaning.kind === 'stop') result.stopped.push(change.contact.ref);
    }
    const [holder] = await sql.channel.findMany({
      where: { practiceId, method: 'sms', addressHash: hash },
      select: { contactId: true },
      take: 2,
    });
    const known = changes[0]?.contact.ref.contactId ?? holder?.contactId;
    await sql.inboundMessage.create({
      data: {
        id: newId(),
        practiceId,
        contactId: known ?? null,
        method: 'sms',
        fromEnc: db.cipher.seal(sms.from, 'inbound_messages.from'),
        textEnc: db.cipher.seal(sms.text, 'inbound_messages.text'),
        meaning: meaning.kind,
        receivedAt: db.clock.now(),
        // What was understood and done needs nobody; the rest waits for staff.
        handledAt: changes.length > 0 ? db.clock.now() : null,
      },
    });
  }
  return result;
}

async function act(
  db: Database,
  sql: Sql,
  practiceId: string,
  sms: InboundSms,
  hash: string,
  meaning: ReplyMeaning,
): Promise<ConsentChange[]> {
  const at = db.clock.now();
  const evidence = {
    via: 'sms',
    from: sms.from,
    to: sms.to,
    text: sms.text,
    providerId: sms.providerId,
  };
  switch (meaning.kind) {
    case 'stop':
      await suppressAddress(sql, practiceId, {
        method: 'sms',
        addressHash: hash,
        kind: 'stopped',
        reason: 'STOP',
        since: at,
      });
      return changeConsentOfAddress(
        db,
        sql,
        practiceId,
        'sms',
        hash,
        () => ({ type: 'revoked', at, method: 'sms', reason: 'STOP', address: true }),
        evidence,
      );
    case 'start': {
      const changes = await changeConsentOfAddress(
        db,
        sql,
        practiceId,
        'sms',
        hash,
        () => ({ type: 'restarted', at, method: 'sms' }),
        evidence,
      );
      await sql.suppression.updateMany({
        where: { practiceId, method: 'sms', addressHash: hash, liftedAt: null },
        data: { liftedAt: at },
      });
      return changes;
    }
    case 'yes':
    case 'no':
      return answerRequest(db, sql, practiceId, sms, hash, meaning, evidence);
    case 'help':
    case 'unclear':
      return [];
  }
}

/** A yes counts when exactly one open request can be meant: by its code, or because there is only one. */
async function answerRequest(
  db: Database,
  sql: Sql,
  practiceId: string,
  sms: InboundSms,
  hash: string,
  meaning: Extract<ReplyMeaning, { kind: 'yes' | 'no' }>,
  evidence: Record<string, string>,
): Promise<ConsentChange[]> {
  const at = db.clock.now();
  const open = await sql.$queryRaw<Pick<OptInRequest, 'id'>[]>`
    SELECT r.id FROM opt_in_requests r
    JOIN channels ch ON ch.practice_id = r.practice_id AND ch.contact_id = r.contact_id
                    AND ch.method = r.method AND ch.epoch = r.epoch
    WHERE r.practice_id = ${practiceId} AND r.method = 'sms' AND r.address_hash = ${hash}
      AND r.sender = ${sms.to} AND r.closed_at IS NULL AND r.expires_at > ${at}
      AND ch.state IN ('not_sent', 'sent', 'failed', 'declined')
    ORDER BY r.created_at DESC`;
  const requests = await sql.optInRequest.findMany({
    where: { id: { in: open.map((row) => row.id) } },
    orderBy: { createdAt: 'desc' },
  });
  const code = meaning.kind === 'yes' ? meaning.code : undefined;
  const meant = code === undefined ? requests : requests.filter((r) => r.code === code);
  // A resend makes a second request of the same contact: the newest of one contact is meant.
  const contactIds = new Set(meant.map((request) => request.contactId));
  const [request] = meant;
  if (!request || contactIds.size !== 1) return [];

  const contact = await lockContact(sql, { practiceId, contactId: request.contactId });
  if (!contact) return [];
  const { epoch } = request;
  return [
    await changeConsent(
      db,
      sql,
      contact,
      (consentId) =>
        meaning.kind === 'yes'
          ? { type: 'accepted', at, method: 'sms', epoch, consentId }
          : { type: 'declined', at, method: 'sms', epoch },
      {
        ...evidence,
        requestId: request.id,
        textVersion: request.textVersion,
        textShown: db.cipher.open(request.shownEnc, 'opt_in_requests.shown'),
      },
    ),
  ];
}

/** Replies are routed by the number they were sent to; practices without their own share the service's. */
async function practicesOf(sql: Sql, to: string, senders: Senders): Promise<string[]> {
  const rows = await sql.$queryRaw<{ id: string }[]>`
    SELECT id FROM practices
    WHERE settings #>> '{sender,smsFrom}' = ${to}
       OR (settings #>> '{sender,smsFrom}' IS NULL AND ${to} = ${senders.smsFrom ?? ''})
    ORDER BY id`;
  return rows.map((row) => row.id);
}

async function allPractices(sql: Sql): Promise<string[]> {
  const rows = await sql.practice.findMany({ select: { id: true }, orderBy: { id: 'asc' } });
  return rows.map((row) => row.id);
}
