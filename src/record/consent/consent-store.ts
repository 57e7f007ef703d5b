import { v7 as newId } from 'uuid';
import { transition, type Transition } from '../../core/consent/consent.ts';
import { isAssigned, type ConsentEvent } from '../../core/consent/consent-state.ts';
import {
  consentMethods,
  freeMethods,
  methods,
  type ConsentMethod,
  type Method,
} from '../../core/method.ts';
import { isSettled } from '../../core/consent/gate.ts';
import { limits } from '../../core/limits.ts';
import { isOwnAction } from '../../core/quiet-hours.ts';
import { refusalChange } from '../../core/consent/refusal.ts';
import { carryOut } from './consent-effects.ts';
import type { ContactView } from './contact-lock.ts';
import { lockContacts, lockFreeContacts } from './contact-lock.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import { isBusy } from '../messages/queue-store.ts';
import { appendEvidence, type Evidence } from '../../ledger/store.ts';
import { keepRefusals } from './refusal-store.ts';

/**
 * The one authority for consent: every change runs here, in a transaction that holds the contacts' locks and counts
 * their `version` up. Signals only announce what was committed; nobody else writes consent.
 */

/** News for the contact's workflow after the commit. */
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
  /** The ledger entry that holds the evidence; an acceptance is known by it. */
  consentId: string;
  announcements: Announcement[];
};

export type ConsentRequest = {
  contact: ContactView;
  event: (consentId: string) => ConsentEvent;
  evidence: Evidence['fields'];
};

export async function changeConsent(
  db: Database,
  sql: Sql,
  contact: ContactView,
  event: ConsentRequest['event'],
  evidence: Evidence['fields'],
): Promise<ConsentChange> {
  const [change] = await changeConsents(db, sql, [{ contact, event, evidence }]);
  return change!;
}

/** Many contacts of one practice at once, each at most once: a thousand registrations are a few statements. */
export async function changeConsents(
  db: Database,
  sql: Sql,
  requests: readonly ConsentRequest[],
): Promise<ConsentChange[]> {
  const steps = requests.map(({ contact, event, evidence }) => {
    const consentId = newId();
    const happened = event(consentId);
    const { state, effects, outcome } = transition(contact.consent, happened);
    const next: ContactView = { ...contact, consent: state };
    if (outcome === 'applied') next.version = contact.version + 1;
    return { before: contact, next, consentId, happened, effects, outcome, evidence };
  });

  await appendEvidence(
    db,
    sql,
    steps
      .filter(({ outcome, effects }) => outcome !== 'unchanged' || effects.length > 0)
      .map(({ before, next, consentId, happened, outcome, evidence }) => ({
        id: consentId,
        ref: next.ref,
        version: before.version,
        evidence: {
          type: happened.type,
          at: happened.at,
          ...('method' in happened ? { method: happened.method } : {}),
          fields: { ...evidence, ...(outcome === 'applied' ? {} : { outcome }) },
        },
      })),
  );
  const applied = steps.filter(({ outcome }) => outcome === 'applied');
  await writeConsents(
    sql,
    applied.map(({ before, next, happened }) => ({ before, after: next, happened })),
  );
  const now = db.clock.now();
  await carryOut(
    sql,
    steps.flatMap(({ next, effects }) => effects.map((effect) => ({ contact: next, effect }))),
    now,
  );
  await keepRefusals(sql, requests[0]?.contact.ref.practiceId ?? '', steps.flatMap(refusalOf));
  return steps.map(({ next, outcome, consentId, effects }) => ({
    outcome,
    contact: next,
    consentId,
    announcements: effects.flatMap((effect) =>
      effect.type === 'announce'
        ? [
            {
              ...next.ref,
              signal: effect.signal,
              method: effect.method,
              consentId,
              version: next.version,
            },
          ]
        : [],
    ),
  }));
}

function refusalOf(step: { before: ContactView; next: ContactView; happened: ConsentEvent }) {
  const { before, next, happened } = step;
  if (!('method' in happened)) return [];
  const { method } = happened;
  const channel = next.consent.channels[method];
  const change = refusalChange(before.consent.channels[method], channel, happened);
  return change && channel.address !== undefined
    ? [{ method, addressHash: channel.address, change }]
    : [];
}

export type Address = {
  practiceId: string;
  method: ConsentMethod;
  addressHash: string;
  /**
   * The word does not wait for what the practice has under way: contacts that another transaction holds follow after the
   * commit, as those beyond the first page do.
   */
  leavesHeld?: boolean;
};

/**
 * The first contacts of a practice who have the address, and those of `alsoLock` that have it; `last`: there are more
 * after that one, who follow in pages. Each word that bars an address or opens it again locks these first: so
 * one waits for the other, however many contacts have it.
 */
export function lockFirstHolders(
  sql: Sql,
  address: Address,
  alsoLock: readonly string[] = [],
): Promise<{ holders: ContactView[]; last?: string }> {
  return lockHoldersPage(sql, address, { after: '', most: limits.holdersAtOnce }, alsoLock);
}

/**
 * The contacts with the address after one of them, locked in the order in which contacts always are, `most` of them;
 * `last`: there are more after that one, or some of these are held by others (`leavesHeld`). `alsoLock`: contacts that
 * the caller needs besides; locking them before or after could deadlock.
 */
export async function lockHoldersPage(
  sql: Sql,
  address: Address,
  { after, most }: { after: string; most: number },
  alsoLock: readonly string[] = [],
): Promise<{ holders: ContactView[]; last?: string }> {
  const { practiceId, method, addressHash, leavesHeld = false } = address;
  const page = await sql.channel.findMany({
    where: { practiceId, method, addressHash, contactId: { gt: after } },
    select: { contactId: true },
    orderBy: { contactId: 'asc' },
    take: most,
  });
  const ids = new Set([...page.map(({ contactId }) => contactId), ...alsoLock]);
  const lock = leavesHeld ? lockFreeContacts : lockContacts;
  const contacts = await lock(sql, practiceId, [...ids]);
  // The address may have been changed while we waited for the lock; one that is gone has none.
  const holders = contacts.filter(
    ({ gone, consent }) => !gone && consent.channels[method].address === addressHash,
  );
  if (leavesHeld && contacts.length < ids.size) return { holders, last: after };
  return page.length === most ? { holders, last: page.at(-1)!.contactId } : { holders };
}

async function writeConsents(
  sql: Sql,
  changes: readonly { before: ContactView; after: ContactView; happened: ConsentEvent }[],
): Promise<void> {
  const [first] = changes;
  if (!first) return;
  const { practiceId } = first.after.ref;
  // Named beside the rows: of rows out of JSON the planner supposes a hundred, and reads whole tables for them.
  const ids = changes.map(({ after }) => after.ref.contactId);
  const contacts = changes.map(({ after, happened }) => ({
    id: after.ref.contactId,
    version: after.version,
    registered: after.consent.registered,
    settled: isSettled(after.consent),
    opened_at: after.consent.openedAt ?? null,
    declined_kinds: after.consent.declinedKinds,
    at: happened.at,
    acted: isOwnAction(happened),
  }));
  await sql.$executeRaw`
    UPDATE contacts c
    SET version = x.version, registered = x.registered, settled = x.settled, opened_at = x.opened_at,
        declined_kinds = x.declined_kinds, updated_at = x.at,
        last_action_at = CASE WHEN x.acted THEN x.at ELSE c.last_action_at END
    FROM jsonb_to_recordset(${JSON.stringify(contacts)}::jsonb)
      AS x (id text, version integer, registered boolean, settled boolean, opened_at timestamptz, declined_kinds text[],
            at timestamptz, acted boolean)
    WHERE c.practice_id = ${practiceId} AND c.id = ANY(${ids}) AND c.id = x.id`;
  // Whatever changed, the contact's own workflow looks at it first; it hands over again when all is quiet.
  await sql.$executeRaw`
    UPDATE channels ch
    SET assigned = x.assigned, address_hash = x.address_hash, epoch = x.epoch, state = x.state, reason = x.reason,
        last_sent_at = x.last_sent_at, accepted_at = x.accepted_at, revoked_at = x.revoked_at,
        consent_id = x.consent_id, doubt = x.doubt, doubted_at = x.doubted_at, dispatched = false,
        identity_tries = CASE WHEN ch.address_hash IS DISTINCT FROM x.address_hash THEN 0
                              ELSE ch.identity_tries END,
        look_at = CASE WHEN ${isBusy} THEN x.at END
    FROM jsonb_to_recordset(${JSON.stringify(changes.flatMap(channelRows))}::jsonb)
      AS x (contact_id text, method text, assigned boolean, address_hash text, epoch integer, state text,
            reason text, last_sent_at timestamptz, accepted_at timestamptz, revoked_at timestamptz,
            consent_id uuid, doubt text, doubted_at timestamptz, at timestamptz)
    WHERE ch.practice_id = ${practiceId} AND ch.contact_id = ANY(${ids})
      AND ch.contact_id = x.contact_id AND ch.method = x.method`;
}

function channelRows({ after, happened }: { after: ContactView; happened: ConsentEvent }) {
  const common = { contact_id: after.ref.contactId, at: happened.at };
  const { consent } = after;
  return [
    ...consentMethods.map((method) => {
      const channel = consent.channels[method];
      return {
        ...common,
        method,
        assigned: channel.assigned,
        address_hash: channel.address ?? null,
        epoch: channel.epoch,
        state: channel.state,
        reason: channel.reason ?? null,
        last_sent_at: channel.lastSentAt ?? null,
        accepted_at: channel.acceptedAt ?? null,
        revoked_at: channel.revokedAt ?? null,
        consent_id: channel.consentId ?? null,
        doubt: channel.doubt?.why ?? null,
        doubted_at: channel.doubt?.since ?? null,
      };
    }),
    ...freeMethods.map((method) => ({
      ...common,
      method,
      assigned: consent[method].assigned,
      address_hash: consent[method].address ?? null,
      epoch: 0,
      state: 'not_sent',
    })),
  ];
}

export function assignedMethods(contact: ContactView): Method[] {
  return methods.filter((method) => isAssigned(contact.consent, method));
}
