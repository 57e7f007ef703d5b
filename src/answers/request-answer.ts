import { changeConsent, lockHolders, type ConsentChange } from '../db/consent-store.ts';
import { readContact, type ContactView } from '../db/contact-lock.ts';
import type { Database, Sql } from '../db/database.ts';
import type { OptInRequest } from '../db/generated/client.ts';
import { settleReplies } from '../db/inbound-store.ts';
import type { Evidence } from '../db/ledger-store.ts';
import { shownWith } from '../db/opt-in-request.ts';
import { heldByAnother } from '../domain/doubt.ts';
import type { ContactRef } from '../domain/ids.ts';
import type { Verdict } from '../features/replies/verdict.ts';
import { confirmOptIn, type Answer } from './answer-reply.ts';
import { settleDoubt } from './doubt.ts';
import { newestOfOne, openRequests } from './open-requests.ts';

/** Whose YES or NO a text message is, and what becomes of it. */

export type AskedReply = {
  practiceIds: readonly string[];
  /** The number that was written to; the request must have come from it. */
  sender: string;
  hash: string;
  verdict: Extract<Verdict, { kind: 'yes' | 'no' }>;
  evidence: Record<string, string>;
  /** Every contact with the number. */
  holders: Answer['to'];
};

export type RequestAnswer = { changes: ConsentChange[]; answer?: Answer };

/**
 * A word counts when exactly one open request can be meant: by its code, or because there is only one. A YES that could
 * be meant for several, or brings a code of none, is asked for the code; a NO changes nothing then. Staff see both.
 */
export async function answerRequest(
  db: Database,
  sql: Sql,
  reply: AskedReply,
): Promise<RequestAnswer> {
  const { kind, code } = reply.verdict;
  const unasked: RequestAnswer = {
    changes: [],
    answer: { kind: 'not_read', to: reply.holders },
  };
  const open = await openRequests(db, sql, reply);
  if (open.length === 0) return kind === 'yes' ? goesOn(db, sql, reply, unasked) : unasked;
  const meant = code === undefined ? open : open.filter((request) => request.code === code);
  const candidate = newestOfOne(meant);
  if (!candidate) {
    const unknown = meant.length === 0 && kind === 'yes';
    return { changes: [], answer: { kind: unknown ? 'wrong_code' : 'which', to: inOrder(open) } };
  }

  const { practiceId, contactId } = candidate;
  const locked = await lockHolders(sql, practiceId, 'sms', reply.hash);
  const contact = locked.find(({ ref }) => ref.contactId === contactId);
  // Read again under the lock: a stop may have closed it while we waited.
  const stillOpen = (await openRequests(db, sql, reply)).some(({ id }) => id === candidate.id);
  if (!contact || !stillOpen) return { changes: [] };
  const { doubt } = contact.consent.channels.sms;
  if (kind === 'yes') {
    // Somebody else has the phone, as far as we know: their YES is not the contact's consent, and staff read it.
    if (heldByAnother(doubt)) return { changes: [], answer: { kind: 'paused', to: [contact.ref] } };
    // A YES proves who holds the phone, not who they are (45 CFR 164.312(d)): the page asks for the birth date.
    if (contact.practice.settings.identityCheck === 'birthDate')
      return { changes: [], answer: { kind: 'use_link', to: [contact.ref] } };
    return { changes: await acceptRequest(db, sql, contact, candidate, reply.evidence) };
  }
  const change = await changeConsent(
    db,
    sql,
    contact,
    () => ({ type: 'declined', at: db.clock.now(), method: 'sms', epoch: candidate.epoch }),
    { ...reply.evidence, requestId: candidate.id, ...shownWith(db, candidate) },
  );
  // Whose YES would not count is not told to say it.
  const told = heldByAnother(doubt) ? 'not_read' : 'declined';
  return { changes: [change], answer: { kind: told, to: [contact.ref] } };
}

/**
 * The yes to a request, from the phone or as staff read it (`readByStaff`). It ends the doubt about the number for
 * everybody who has it; the holders are locked.
 */
export async function acceptRequest(
  db: Database,
  sql: Sql,
  contact: ContactView,
  { id, epoch, ...request }: OptInRequest,
  evidence: Evidence['fields'],
  by: { readByStaff?: true } = {},
): Promise<ConsentChange[]> {
  const at = db.clock.now();
  const { doubt, address } = contact.consent.channels.sms;
  const change = await changeConsent(
    db,
    sql,
    contact,
    (consentId) => ({ type: 'accepted', at, method: 'sms', epoch, consentId, ...by }),
    { ...evidence, requestId: id, ...shownWith(db, { id, epoch, ...request }) },
  );
  await confirmOptIn(db, sql, change);
  if (!doubt || change.outcome !== 'applied' || address === undefined) return [change];
  const { practiceId } = contact.ref;
  const number = { practiceIds: [practiceId], addressHash: address };
  await settleReplies(sql, number, 'yes', at, { only: 'unsure' });
  const others = await settleDoubt(
    db,
    sql,
    { practiceId, method: 'sms', addressHash: address },
    { ...evidence, yesOf: contact.ref.contactId },
  );
  return [change, ...others.filter(({ outcome }) => outcome === 'applied')];
}

/**
 * A YES where no request is open: from a contact who agreed before and may have said stop since, it means to go on. Where
 * somebody else may have the phone it means nothing yet, and says so.
 */
async function goesOn(
  db: Database,
  sql: Sql,
  { practiceIds, hash, evidence, holders }: AskedReply,
  otherwise: RequestAnswer,
): Promise<RequestAnswer> {
  const changes: ConsentChange[] = [];
  const paused: ContactRef[] = [];
  for (const practiceId of practiceIds) {
    const locked = await lockHolders(sql, practiceId, 'sms', hash);
    const another = locked.filter(({ consent }) => heldByAnother(consent.channels.sms.doubt));
    paused.push(...another.map(({ ref }) => ref));
    const agreed = locked.filter(({ consent: { channels } }) => {
      const { state, doubt } = channels.sms;
      return state === 'accepted' && doubt && !heldByAnother(doubt);
    });
    if (agreed.length === 0) continue;
    const number = { practiceIds: [practiceId], addressHash: hash };
    await settleReplies(sql, number, 'yes', db.clock.now(), { only: 'unsure' });
    const address = { practiceId, method: 'sms', addressHash: hash } as const;
    changes.push(...(await settleDoubt(db, sql, address, evidence)));
  }
  if (changes.length > 0)
    return {
      changes,
      answer: { kind: 'restarted', to: changes.map(({ contact }) => contact.ref) },
    };
  if (paused.length > 0) return { changes, answer: { kind: 'paused', to: paused } };
  return (await justAgreed(db, sql, holders)) ? { changes: [] } : otherwise;
}

/** A second YES right after the first says nothing new, and needs no answer. */
async function justAgreed(db: Database, sql: Sql, holders: Answer['to']): Promise<boolean> {
  const since = db.clock.now().getTime() - againMs;
  for (const ref of holders) {
    const acceptedAt = (await readContact(sql, ref))?.consent.channels.sms.acceptedAt;
    if (acceptedAt && acceptedAt.getTime() > since) return true;
  }
  return false;
}

const againMs = 15 * 60 * 1_000;

/** What to tell somebody who was asked and said neither yes nor no; undefined: nobody is asked. */
export async function explainRequest(
  db: Database,
  sql: Sql,
  reply: { practiceIds: readonly string[]; sender: string; hash: string },
): Promise<Answer | undefined> {
  const open = await openRequests(db, sql, reply);
  if (open.length === 0) return undefined;
  const to = inOrder(open);
  const candidate = newestOfOne(open);
  if (!candidate) return { kind: 'which', to };
  const contact = await readContact(sql, candidate);
  if (heldByAnother(contact?.consent.channels.sms.doubt)) return undefined;
  const checked = contact?.practice.settings.identityCheck === 'birthDate';
  return { kind: checked ? 'use_link' : 'asked_again', to };
}

/** Always the same first one, so that what is counted against a number is counted in one place. */
function inOrder(requests: readonly OptInRequest[]): Answer['to'] {
  return requests.toSorted((a, b) =>
    `${a.practiceId}/${a.contactId}` < `${b.practiceId}/${b.contactId}` ? -1 : 1,
  );
}
