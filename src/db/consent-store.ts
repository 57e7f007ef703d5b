import { v7 as newId } from 'uuid';
import { transition, type Transition } from '../domain/consent.ts';
import { type Channel, type ConsentEffect, type ConsentEvent } from '../domain/consent-state.ts';
import type { ConsentMethod, Method } from '../domain/method.ts';
import { consentMethods } from '../domain/method.ts';
import type { ContactView } from './contact-lock.ts';
import { lockContacts } from './contact-lock.ts';
import type { Database, Sql } from './database.ts';
import { appendEvidence, type Evidence } from './ledger-store.ts';
import { fanOut } from './queue-store.ts';

/**
 * The one authority for consent: every change runs here, in a transaction that holds the contact's lock and counts
 * `version` up. Signals only announce what was committed; nobody else writes consent.
 */

/** What to tell the contact's workflow after the commit. */
export type Announcement = {
  practiceId: string;
  contactId: string;
  signal: 'acceptChannel' | 'revokeChannel';
  method: ConsentMethod;
  consentId: string;
  version: number;
};

export type ConsentChange = {
  outcome: Transition['outcome'];
  contact: ContactView;
  announcements: Announcement[];
};

/** `event` gets the id of the ledger entry that will hold the evidence: an acceptance is known by it. */
export async function changeConsent(
  db: Database,
  sql: Sql,
  contact: ContactView,
  event: (consentId: string) => ConsentEvent,
  evidence: Evidence['fields'],
): Promise<ConsentChange> {
  const consentId = newId();
  const happened = event(consentId);
  const { state, effects, outcome } = transition(contact.consent, happened);
  const method = 'method' in happened ? happened.method : undefined;

  if (outcome !== 'unchanged' || effects.length > 0)
    await appendEvidence(
      db,
      sql,
      contact.ref,
      {
        type: happened.type,
        at: happened.at,
        ...(method ? { method } : {}),
        fields: { ...evidence, ...(outcome === 'applied' ? {} : { outcome }) },
      },
      consentId,
    );

  const next: ContactView = { ...contact, consent: state };
  if (outcome === 'applied') {
    next.version = contact.version + 1;
    await writeConsent(sql, contact, next, happened.at);
  }
  const announcements: Announcement[] = [];
  for (const effect of effects) {
    if (effect.type === 'announce')
      announcements.push({
        ...contact.ref,
        signal: effect.signal,
        method: effect.method,
        consentId,
        version: next.version,
      });
    else await carryOut(db, sql, next, effect);
  }
  return { outcome, contact: next, announcements };
}

/** The same event for everyone of a practice who has the address: a stop acts on the address, not on one person. */
export async function changeConsentOfAddress(
  db: Database,
  sql: Sql,
  practiceId: string,
  method: ConsentMethod,
  addressHash: string,
  event: (contact: ContactView) => ConsentEvent,
  evidence: Evidence['fields'],
): Promise<ConsentChange[]> {
  const holders = await sql.channel.findMany({
    where: { practiceId, method, addressHash },
    select: { contactId: true },
  });
  const contacts = await lockContacts(
    sql,
    practiceId,
    holders.map(({ contactId }) => contactId),
  );
  const changes: ConsentChange[] = [];
  for (const contact of contacts) {
    // The address may have been changed while we waited for the lock.
    if (contact.consent.channels[method].address !== addressHash) continue;
    changes.push(await changeConsent(db, sql, contact, () => event(contact), evidence));
  }
  return changes;
}

/** Bars an address even when no contact has it yet. */
export async function suppressAddress(
  sql: Sql,
  practiceId: string,
  suppression: {
    method: ConsentMethod;
    addressHash: string;
    kind: 'stopped' | 'unreachable';
    reason: string;
    since: Date;
  },
): Promise<void> {
  const { method, addressHash, ...columns } = suppression;
  // A person's stop is not weakened by a later bounce.
  const before = await activeSuppression(sql, practiceId, method, addressHash);
  if (before?.kind === 'stopped' && columns.kind === 'unreachable') return;
  await sql.suppression.upsert({
    where: { practiceId_method_addressHash: { practiceId, method, addressHash } },
    create: { practiceId, method, addressHash, ...columns },
    update: { ...columns, liftedAt: null },
  });
}

export async function activeSuppression(
  sql: Sql,
  practiceId: string,
  method: ConsentMethod,
  addressHash: string,
): Promise<{ kind: 'stopped' | 'unreachable'; reason: string; since: Date } | undefined> {
  const row = await sql.suppression.findUnique({
    where: { practiceId_method_addressHash: { practiceId, method, addressHash } },
  });
  if (!row || row.liftedAt) return undefined;
  return { kind: row.kind as 'stopped' | 'unreachable', reason: row.reason, since: row.since };
}

async function writeConsent(
  sql: Sql,
  before: ContactView,
  after: ContactView,
  at: Date,
): Promise<void> {
  const { practiceId, contactId } = after.ref;
  await sql.contact.update({
    where: { practiceId_id: { practiceId, id: contactId } },
    data: {
      version: after.version,
      registered: after.consent.registered,
      openedAt: after.consent.openedAt ?? null,
      updatedAt: at,
    },
  });
  for (const method of consentMethods) {
    const channel = after.consent.channels[method];
    if (channel === before.consent.channels[method]) continue;
    await sql.channel.update({
      where: { practiceId_contactId_method: { practiceId, contactId, method } },
      data: columnsOf(channel),
    });
  }
  // Whatever changed, the contact's own workflow looks at it first; it hands over again when all is quiet.
  await sql.$executeRaw`
    UPDATE channels ch
    SET dispatched = false,
        look_at = CASE WHEN EXISTS (
          SELECT 1 FROM deliveries d WHERE d.practice_id = ch.practice_id AND d.contact_id = ch.contact_id
            AND d.method = ch.method AND d.status IN ('queued', 'sending')) THEN ${at}::timestamptz END
    WHERE ch.practice_id = ${practiceId} AND ch.contact_id = ${contactId}`;
  if (after.consent.fax !== before.consent.fax)
    await sql.channel.update({
      where: { practiceId_contactId_method: { practiceId, contactId, method: 'fax' } },
      data: {
        assigned: after.consent.fax.assigned,
        addressHash: after.consent.fax.address ?? null,
      },
    });
}

function columnsOf(channel: Channel) {
  return {
    assigned: channel.assigned,
    addressHash: channel.address ?? null,
    epoch: channel.epoch,
    state: channel.state,
    reason: channel.reason ?? null,
    lastSentAt: channel.lastSentAt ?? null,
    acceptedAt: channel.acceptedAt ?? null,
    revokedAt: channel.revokedAt ?? null,
    consentId: channel.consentId ?? null,
  };
}

async function carryOut(
  db: Database,
  sql: Sql,
  contact: ContactView,
  effect: Exclude<ConsentEffect, { type: 'announce' }>,
): Promise<void> {
  const { practiceId, contactId } = contact.ref;
  const now = db.clock.now();
  switch (effect.type) {
    case 'close_requests':
      await sql.optInRequest.updateMany({
        where: { practiceId, contactId, method: effect.method, closedAt: null },
        data: { closedAt: now },
      });
      // An opt-in of the old epoch that has not left yet must not leave any more.
      await sql.delivery.updateMany({
        where: {
          practiceId,
          contactId,
          method: effect.method,
          purpose: 'opt_in',
          status: 'queued',
        },
        data: { status: 'cancelled', reason: 'no longer needed' },
      });
      return;
    case 'suppress': {
      const addressHash = contact.consent.channels[effect.method].address;
      if (addressHash)
        await suppressAddress(sql, practiceId, {
          method: effect.method,
          addressHash,
          kind: effect.kind,
          reason: effect.reason,
          since: now,
        });
      return;
    }
    case 'lift_suppression': {
      const addressHash = contact.consent.channels[effect.method].address;
      if (addressHash)
        await sql.suppression.updateMany({
          where: { practiceId, method: effect.method, addressHash, liftedAt: null },
          data: { liftedAt: now },
        });
      return;
    }
    case 'suppress_deliveries':
      await sql.delivery.updateMany({
        where: {
          practiceId,
          contactId,
          method: effect.method,
          purpose: 'content',
          status: 'queued',
        },
        data: { status: 'suppressed', reason: effect.reason },
      });
      return;
    case 'reassign_deliveries':
      await reassign(db, sql, contact);
  }
}

/** The queue follows the assigned methods: what is no longer assigned steps aside, and comes back when it is again. */
async function reassign(db: Database, sql: Sql, contact: ContactView): Promise<void> {
  const { practiceId, contactId } = contact.ref;
  const assigned = assignedMethods(contact);
  await sql.delivery.updateMany({
    where: {
      practiceId,
      contactId,
      purpose: 'content',
      status: 'queued',
      method: { notIn: assigned },
    },
    data: { status: 'cancelled', reason: 'method_unassigned' },
  });
  await sql.delivery.updateMany({
    where: {
      practiceId,
      contactId,
      status: 'cancelled',
      reason: 'method_unassigned',
      method: { in: assigned },
    },
    data: { status: 'queued', reason: null },
  });
  await fanOut(sql, practiceId, { contact: contact.ref }, db.clock.now());
}

export function assignedMethods(contact: ContactView): Method[] {
  const { consent } = contact;
  return [
    ...consentMethods.filter((method) => consent.channels[method].assigned),
    ...(consent.fax.assigned ? (['fax'] as const) : []),
  ];
}
