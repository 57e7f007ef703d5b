import {
  changeConsent,
  lockFirstHolders,
  type ConsentChange,
} from '../../record/consent/consent-store.ts';
import { isOfHolder, readContact, type ContactView } from '../../record/consent/contact-lock.ts';
import { openDetails } from '../../record/contacts/contact-store.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import type { OptInRequest } from '../../platform/db/generated/client.ts';
import { settleReplies } from '../../record/replies/inbound-store.ts';
import type { Evidence } from '../../ledger/store.ts';
import { shownWith } from '../../record/links/opt-in-request.ts';
import { isLastAsked } from '../../record/replies/texted-from-store.ts';
import { heldByAnother, type Doubt } from '../../core/consent/doubt.ts';
import { limits } from '../../core/limits.ts';
import { mayBeName } from '../../core/name-words.ts';
import type { Verdict } from './verdict.ts';
import { confirmOptIn, type Answer } from '../../record/replies/answer-reply.ts';
import { settleDoubt } from '../../record/replies/doubt.ts';
import { newestOfOne, openRequests } from './open-requests.ts';
import type { Further } from '../../record/consent/reopen-address.ts';

/** Finds whose YES or NO a text message is, and applies it. */

export type AskedReply = {
  /** The practice that it was written to. */
  practiceId: string;
  /** The number that was written to; the request must have come from it. */
  sender: string;
  hash: string;
  verdict: Extract<Verdict, { kind: 'yes' | 'no' }>;
  evidence: Evidence['fields'];
  /** The first of the practice's contacts with the number, if any has it. */
  holders: Answer['to'];
};

export type RequestAnswer = { changes: ConsentChange[]; answer?: Answer };

/**
 * A word counts when exactly one open request of the practice can be meant: by its code, or because there is only one.
 * Without its code it means the last thing that the number asked: a request that was closed since, or a message ("Can you
 * come? Y or N"), which another contact may have got, is not the one that is still open. A YES that could be meant for
 * several, or brings a code of none, is asked for the code; a NO changes nothing then. Staff see both.
 */
export async function answerRequest(
  db: Database,
  sql: Sql,
  reply: AskedReply,
): Promise<RequestAnswer> {
  const { kind, code } = reply.verdict;
  const { practiceId } = reply;
  const number = { practiceIds: [practiceId], hash: reply.hash, sender: reply.sender };
  const unasked: RequestAnswer = {
    changes: [],
    answer: { kind: 'not_read', to: reply.holders },
  };
  const open = await openRequests(db, sql, number);
  const [newest] = open;
  // In somebody's own name it may be another's phone: staff read it.
  const isNamed = reply.verdict.kind === 'yes' && reply.verdict.name !== undefined;
  if (!newest) return kind === 'yes' && !isNamed ? goesOn(db, sql, reply, unasked) : unasked;
  if (code === undefined && !(await isLastAsked(sql, newest)))
    return { changes: [], answer: whichOf(open) };
  const meant = code === undefined ? open : await openRequests(db, sql, { ...number, code });
  const candidate = newestOfOne(meant);
  if (!candidate) {
    const unknown = meant.length === 0 && kind === 'yes';
    const answer = unknown ? { kind: 'wrong_code' as const, to: inOrder(open) } : whichOf(open);
    return { changes: [], answer };
  }

  const { contactId } = candidate;
  const address = { practiceId, method: 'sms', addressHash: reply.hash } as const;
  const { holders } = await lockFirstHolders(sql, address, [contactId]);
  const contact = holders.find(({ ref }) => ref.contactId === contactId);
  // Read again under the lock: a stop may have closed it while we waited.
  const same = { ...number, ...(candidate.code === null ? {} : { code: candidate.code }) };
  const stillOpen = (await openRequests(db, sql, same)).some(({ id }) => id === candidate.id);
  if (!contact || !stillOpen) return { changes: [] };
  const { doubt } = contact.consent.channels.sms;
  if (kind === 'yes') {
    // Somebody else has the phone, as far as we know: their YES is not the contact's consent, and staff read it.
    if (heldByAnother(doubt)) return { changes: [], answer: { kind: 'paused', to: [contact.ref] } };
    // "Yes, this is Maria" from Ann's phone: somebody else has it, or answers for her.
    if (!isWriter(db, contact, reply.verdict))
      return { changes: [], answer: { kind: 'not_read', to: [contact.ref] } };
    // A YES proves control of the phone, not identity (45 CFR 164.312(d)): the page asks for the birth date.
    if (contact.practice.settings.identityCheck === 'birthDate')
      return { changes: [], answer: { kind: 'use_link', to: [contact.ref] } };
    return acceptRequest(db, sql, contact, candidate, reply.evidence);
  }
  const change = await changeConsent(
    db,
    sql,
    contact,
    () => ({ type: 'declined', at: db.clock.now(), method: 'sms', epoch: candidate.epoch }),
    { ...reply.evidence, requestId: candidate.id, ...shownWith(db, candidate) },
  );
  const othersAgreed = holders.some((one) => one !== contact && hasAgreed(one));
  // Whose YES would not count is not told to say it.
  const told = heldByAnother(doubt) ? 'not_read' : othersAgreed ? 'declined_one' : 'declined';
  return { changes: [change], answer: { kind: told, to: [contact.ref] } };
}

/** Messages with content may be texted to it, unless a doubt holds them. */
export function hasAgreed({ consent }: ContactView): boolean {
  return consent.channels.sms.state === 'accepted';
}

function isWriter(db: Database, contact: ContactView, verdict: AskedReply['verdict']): boolean {
  if (verdict.kind !== 'yes' || verdict.name === undefined) return true;
  const name = openDetails(db, contact)?.name;
  return name === undefined || mayBeName(verdict.name, name);
}

/**
 * The yes to a request, from the phone or as staff read it (`readByStaff`). It ends the doubt about the number for
 * everybody who has it; the contact and the first of the others are locked.
 */
export async function acceptRequest(
  db: Database,
  sql: Sql,
  contact: ContactView,
  { id, epoch, ...request }: OptInRequest,
  evidence: Evidence['fields'],
  by: { readByStaff?: true } = {},
): Promise<{ changes: ConsentChange[]; further?: Further }> {
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
  if (!doubt || change.outcome !== 'applied' || address === undefined) return { changes: [change] };
  const { practiceId, contactId } = contact.ref;
  const number = { practiceIds: [practiceId], addressHash: address };
  await settleReplies(sql, number, 'yes', at, { only: 'unsure' });
  const { changes: others, further } = await settleDoubt(
    db,
    sql,
    { practiceId, method: 'sms', addressHash: address },
    { ...evidence, yesOf: contactId },
    { own: contactId },
  );
  const changes = [change, ...others.filter(({ outcome }) => outcome === 'applied')];
  return { changes, ...(further ? { further } : {}) };
}

/**
 * A YES where no request is open: from a contact who agreed before and may have said stop since, it means to go on.
 * Where somebody else may have the phone it counts for nothing yet, and the answer says so.
 */
async function goesOn(
  db: Database,
  sql: Sql,
  { practiceId, hash, evidence }: AskedReply,
  otherwise: RequestAnswer,
): Promise<RequestAnswer> {
  const said = await saidBefore(sql, practiceId, hash);
  if (said.held !== null) {
    const address = { practiceId, method: 'sms', addressHash: hash } as const;
    const { holders } = await lockFirstHolders(sql, address, [said.held]);
    const own = holders.find(({ ref }) => ref.contactId === said.held);
    // Under the lock: it may have been stopped, or settled, while we waited.
    if (own && isHeld(own)) {
      const number = { practiceIds: [practiceId], addressHash: hash };
      await settleReplies(sql, number, 'yes', db.clock.now(), { only: 'unsure' });
      const settled = await settleDoubt(db, sql, address, evidence, { own: own.ref.contactId });
      const to = settled.changes.map(({ contact }) => contact.ref);
      return { changes: settled.changes, answer: { kind: 'restarted', to } };
    }
  }
  if (said.paused !== null)
    return {
      changes: [],
      answer: { kind: 'paused', to: [{ practiceId, contactId: said.paused }] },
    };
  // A second YES right after the first says nothing new, and needs no answer.
  const again =
    said.acceptedAt !== null && said.acceptedAt.getTime() > db.clock.now().getTime() - againMs;
  return again ? { changes: [] } : otherwise;
}

/** It agreed, and a reply that may be a stop holds what goes to it. */
function isHeld(contact: ContactView): boolean {
  const { doubt } = contact.consent.channels.sms;
  return hasAgreed(contact) && doubt !== undefined && !heldByAnother(doubt);
}

/**
 * Of all contacts with the number in one statement: the first that agreed and is held (`isHeld`), the first whose phone
 * may be somebody else's, and the last yes.
 */
async function saidBefore(
  sql: Sql,
  practiceId: string,
  hash: string,
): Promise<{ held: string | null; paused: string | null; acceptedAt: Date | null }> {
  const unsure: Doubt = 'unsure';
  const [row] = await sql.$queryRaw<[Awaited<ReturnType<typeof saidBefore>>]>`
    SELECT min(ch.contact_id COLLATE "C") FILTER (WHERE ch.state = 'accepted' AND ch.doubt = ${unsure}) AS held,
           min(ch.contact_id COLLATE "C") FILTER (WHERE ch.doubt <> ${unsure}) AS paused,
           max(ch.accepted_at) AS "acceptedAt"
    FROM channels ch
    WHERE ch.practice_id = ${practiceId} AND ch.method = 'sms' AND ch.address_hash = ${hash} AND ${isOfHolder}`;
  return row;
}

const againMs = 15 * 60 * 1_000;

/**
 * The answer to a person who was asked and said neither yes nor no; undefined: nobody is being asked, or the words may be
 * about something that the number asked since.
 */
export async function explainRequest(
  db: Database,
  sql: Sql,
  { practiceId, ...number }: { practiceId: string; sender: string; hash: string },
): Promise<Answer | undefined> {
  const open = await openRequests(db, sql, { practiceIds: [practiceId], ...number });
  const [newest] = open;
  if (!newest || !(await isLastAsked(sql, newest))) return undefined;
  const to = inOrder(open);
  const candidate = newestOfOne(open);
  if (!candidate) return whichOf(open);
  const contact = await readContact(sql, candidate);
  if (heldByAnother(contact?.consent.channels.sms.doubt)) return undefined;
  const checked = contact?.practice.settings.identityCheck === 'birthDate';
  return { kind: checked ? 'use_link' : 'asked_again', to };
}

/** Also the codes that no text has shown: without them the person could name only some of the requests. */
function whichOf(open: readonly OptInRequest[]): Answer {
  const codes = open.flatMap(({ code, codeShown, createdAt: sentAt }) =>
    code === null || codeShown ? [] : { code, sentAt },
  );
  return { kind: 'which', to: inOrder(open), codes: codes.slice(0, limits.codesTold) };
}

/** Always the same first one, so that each number's count is kept in one place. */
function inOrder(requests: readonly OptInRequest[]): Answer['to'] {
  return requests.toSorted((a, b) =>
    `${a.practiceId}/${a.contactId}` < `${b.practiceId}/${b.contactId}` ? -1 : 1,
  );
}
