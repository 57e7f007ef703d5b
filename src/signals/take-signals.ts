import type { Database, Sql } from '../platform/db/database.ts';
import { currentRef } from '../record/contacts/alias-store.ts';
import { contactMethods } from '../record/contacts/contact-store.ts';
import { storeMessages, type MessageEntry, type ToTell } from '../record/messages/message-store.ts';
import { prepareMessages, type IndexedProblem } from '../templates/message-template.ts';
import { goneReason, keepRejected } from './rejected-signals.ts';
import { isAnnouncement, isBareMessageId } from '../core/signals/announcement.ts';
import type { ContactRef } from '../core/ids.ts';
import { readSignalMessage, type SignalMessage } from '../core/signals/signal-message.ts';
import { undecodableReasons } from '../core/signals/undecodable.ts';
import type { RawSignal } from '../core/signals/activity-types.ts';
import { refusePayload, type SignalRules } from './payload-rules.ts';

/**
 * A raw signal, and where it stands, which no other has: it is known again at a second try. `arrivedAt`: of one that
 * waited for its key, whose age counts until then; others' counts until now.
 */
export type PlacedSignal = { signal: RawSignal; place: string; arrivedAt?: Date };

/** What is done with one that cannot be taken, in the same transaction. */
export type Reject = (one: PlacedSignal, problem: string) => Promise<void>;

/** To signal after the commit; `contactId`: whose they are now, where the one that they came to is an alias. */
export type Taken = { contactId: string; tell: ToTell };

/**
 * Takes signals to one contact into the record, in their order: good ones become messages, the others are kept with the
 * reason and listed. In one transaction, which must be `sql`'s own. Undefined, and nothing may be committed, where they
 * have to be taken one by one, so that a bad one takes no good one with it; never for a single one. One that lacks its
 * encryption key is kept as it came, and taken later (src/signals/late-signals.ts).
 */
export async function takeSignals(
  db: Database,
  sql: Sql,
  ref: ContactRef,
  placed: readonly PlacedSignal[],
  rules: SignalRules,
  reject: Reject = ({ signal, place }, problem) =>
    keepRejected(db, sql, ref, signal, problem, place),
): Promise<Taken | undefined> {
  const good: { from: PlacedSignal; message: Extract<SignalMessage, { ok: true }> }[] = [];
  let announced = false;
  for (const one of placed) {
    const message = await read(db, sql, ref, one, rules);
    if (message === 'announcement') announced = true;
    else if (message.ok) good.push({ from: one, message });
    else await reject(one, message.problem);
  }
  if (good.length === 0 && !announced) return { contactId: ref.contactId, tell: { wake: [] } };

  const current = await currentRef(sql, ref);
  const { contactId } = current;
  const none = announced
    ? { contactId, tell: { wake: [current] } }
    : { contactId: ref.contactId, tell: { wake: [] } };
  if (good.length === 0) return none;

  const assigned = await contactMethods(sql, current);
  const unfit: IndexedProblem[] = [];
  const written = good.map(({ message }, index): MessageEntry => {
    if (message.unfit) unfit.push({ ...message.unfit.problem, index });
    const sent = message.unfit ? { sent: message.unfit.sent } : {};
    return { contactId, input: message.input, ...sent };
  });
  const { entries, problems } = await prepareMessages(
    db,
    sql,
    ref.practiceId,
    written,
    () => assigned,
    unfit,
  );
  if (entries.length < good.length && good.length > 1) return undefined;
  // Each alone has the time and the room for its template that they do not have together.
  if (good.length > 1 && problems.some(({ code }) => code === 'rendering_too_long'))
    return undefined;
  const wrong = new Map(problems.map((problem) => [problem.index, problem]));
  for (const [index, { path, message }] of wrong)
    await reject(good[index]!.from, `${path} ${message}`);
  const fit = good.flatMap(({ from }, index) =>
    wrong.has(index) ? [] : [{ from, entry: entries[index]! }],
  );
  if (fit.length === 0) return none;
  // Messages that are stored together have one source: in the clear, or sealed.
  const isClear = fit[0]!.from.signal.clear;
  if (fit.some(({ from }) => from.signal.clear !== isClear)) return undefined;

  const result = await storeMessages(
    db,
    sql,
    ref.practiceId,
    fit.map(({ entry }) => entry),
    { source: isClear ? 'clear_signal' : 'signal', unknownContacts: 'create' },
  );
  if (result.ok) return { contactId, tell: result };
  // A new try finds the id that it has now.
  if (result.problem === 'moved') throw new Error('the contact was merged meanwhile');
  if (fit.length > 1) return undefined;
  const conflict = result.problem === 'conflict';
  await reject(
    fit[0]!.from,
    conflict ? 'a message with this id and other content already exists' : goneReason,
  );
  return none;
}

/** What the signal says, or why it is not taken. Announcements come here only if they did not open when they came. */
async function read(
  db: Database,
  sql: Sql,
  ref: ContactRef,
  { signal: raw, arrivedAt }: PlacedSignal,
  rules: SignalRules,
): Promise<SignalMessage | 'announcement'> {
  const { signal, payload, unopened, ...how } = raw;
  const refuse = (problem: string): SignalMessage => ({ ok: false, problem });
  if (unopened) return refuse(`undecodable: ${undecodableReasons[unopened.why]}`);
  const refused = await refusePayload(sql, ref, how, rules, { now: db.clock.now(), arrivedAt });
  if (refused !== undefined) return refuse(refused);
  const announces = signal === 'sendMessage' ? isBareMessageId(payload) : isAnnouncement(payload);
  if (announces) return 'announcement';
  if (signal !== 'sendMessage') return refuse('the signal is not known, or its payload is not');
  return readSignalMessage(payload);
}
