import {
  changeConsent,
  type Address,
  type Announcement,
  type ConsentChange,
} from '../../record/consent/consent-store.ts';
import { lockContact, readContact, type ContactView } from '../../record/consent/contact-lock.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Evidence } from '../../ledger/store.ts';
import { askByHand } from '../opt-in/opt-in-store.ts';
import { transaction } from '../../platform/db/transaction.ts';
import type { Senders } from '../../templates/render.ts';
import type { ContactRef } from '../../core/ids.ts';
import type { Locale } from '../../core/locale.ts';
import type { MessageKind } from '../../core/message/message.ts';
import { consentMethods, methods, type ConsentMethod, type Method } from '../../core/method.ts';
import { refuseWhileSpreading } from '../../record/consent/consent-effects.ts';
import { lockedBar } from '../../record/consent/bar-address.ts';
import type { AnswerOrigin } from '../opt-in/opt-in-answer.ts';
import { stopBy } from '../../record/consent/stop-author.ts';
import { bringsOthers, stoppedHere } from '../../core/consent/authors.ts';
import {
  mayComeBack,
  openLink,
  viewPreferences,
  type Done,
  type LocalisedPreferences,
} from './preferences-page.ts';
import { reopenAddress } from '../../record/consent/reopen-address.ts';

/** A person's changes on the page of their preferences. Only its own POST changes anything. */

export type PreferenceChange =
  /** All kinds that are not wanted; the others are. */
  | { type: 'kinds'; declined: readonly MessageKind[] }
  | { type: 'stop'; what: ConsentMethod | 'all' }
  | { type: 'again'; method: ConsentMethod };

/** The outcome, and what to announce and wait for before acknowledging it. */
type Changed = {
  done: Done;
  announcements: Announcement[];
  wake: ContactRef[];
  /** Lanes that were closed: a call may still be under way. */
  closed: { method: Method; contacts: ContactRef[] }[];
};

export type ChangedPreferences = LocalisedPreferences & Omit<Changed, 'done'>;

const nothing: Changed = {
  done: { type: 'nothing' },
  announcements: [],
  wake: [],
  closed: [],
};

/** A link that does not open the page (any more) changes nothing. Answers with the page as it is afterwards. */
export async function changePreferences(
  db: Database,
  token: string,
  change: PreferenceChange,
  { lang, origin, senders }: { lang: Locale | undefined; origin: AnswerOrigin; senders: Senders },
): Promise<ChangedPreferences> {
  const { ip, userAgent } = origin;
  const { done, ...effects } = await apply(db, token, change, {
    via: 'preferences',
    ip,
    userAgent,
  });
  const { page, locale } = await viewPreferences(db, token, lang, senders);
  return { page: page.state === 'shown' ? { ...page, done } : page, locale, ...effects };
}

async function apply(
  db: Database,
  token: string,
  change: PreferenceChange,
  evidence: Evidence['fields'],
): Promise<Changed> {
  if (change.type === 'kinds') return chooseKinds(db, token, change.declined, evidence);
  const opened = await openLink(db, db.prisma, token, readContact);
  if (!opened?.fits) return nothing;
  return change.type === 'stop'
    ? stop(db, opened.contact, change.what, evidence)
    : askAgain(db, token, opened.contact, change.method, evidence);
}

/** A message of a declined kind is finished when it would have left; a kind that is wanted again leaves from now on. */
async function chooseKinds(
  db: Database,
  token: string,
  declined: readonly MessageKind[],
  evidence: Evidence['fields'],
): Promise<Changed> {
  return transaction(db, async (sql) => {
    const opened = await openLink(db, sql, token, lockContact);
    if (!opened?.fits) return nothing;
    const { contact } = opened;
    const { outcome, announcements } = await changeConsent(
      db,
      sql,
      contact,
      () => ({ type: 'kinds_chosen', at: db.clock.now(), declined }),
      { ...evidence, declinedKinds: declined.join(',') },
    );
    const contacts = outcome === 'applied' ? [contact.ref] : [];
    return {
      done: { type: 'kinds' },
      announcements,
      wake: contacts,
      closed: methods.map((method) => ({ method, contacts })),
    };
  });
}

/**
 * As STOP and the unsubscribe link do: the address is barred for everybody who has it. `all`: also what is not in use
 * today. One transaction for each address: the contacts that share one are locked in order, those that share the other
 * are not.
 */
async function stop(
  db: Database,
  contact: ContactView,
  what: ConsentMethod | 'all',
  evidence: Evidence['fields'],
): Promise<Changed> {
  const addresses = addressesOf(contact, what === 'all' ? consentMethods : [what]);
  const changes: ConsentChange[] = [];
  const closed: Changed['closed'] = [];
  for (const address of addresses) {
    const { contactId } = contact.ref;
    const told = { ...evidence, pageOf: contactId };
    const stopped = await transaction(db, (sql) =>
      // A doubt that the phone raised stays beneath it, for the phone and staff to settle.
      stopBy(db, sql, contactId, address, { ...stoppedHere, doubtStays: true }, told),
    );
    changes.push(...stopped);
    closed.push({
      method: address.method,
      contacts: stopped.map((change) => change.contact.ref),
    });
  }
  return { done: { type: 'stop', what }, announcements: announced(changes), wake: [], closed };
}

/** As START does; a person who said no and never yes is asked the way staff ask again. It is no yes to anything. */
async function askAgain(
  db: Database,
  token: string,
  contact: ContactView,
  method: ConsentMethod,
  evidence: Evidence['fields'],
): Promise<Changed> {
  const done: Done = { type: 'again', method };
  const [address] = addressesOf(contact, [method]);
  if (!address) return nothing;
  return transaction(db, async (sql) => {
    const { bar, holders } = await lockedBar(sql, address, [contact.ref.contactId]);
    // As it is under the lock: somebody may have said STOP since the page was shown.
    const opened = await openLink(db, sql, token, readContact);
    const own = holders.find(({ ref }) => ref.contactId === opened?.contact.ref.contactId);
    if (!own || !opened?.fits) return nothing;
    if (!(await mayComeBack(db, sql, own, method, opened.method))) return nothing;
    const { state, doubt } = own.consent.channels[method];
    if (state === 'declined' && !doubt) {
      // The person asks for it themselves.
      await askByHand(db, sql, own, [method], { via: 'preferences' });
      return { ...nothing, done, wake: [own.ref] };
    }
    // Contacts that this very stop closed come back with it; a contact that told the practice directly does not.
    // The page was opened from a link that reached it.
    const reached = method === opened.method;
    const stop = bar?.kind === 'stopped' ? bar : undefined;
    const brings = stop !== undefined && bringsOthers(stop);
    // It ends for one of several alone, so not before all who have the address have followed it.
    if (stop && !brings) await refuseWhileSpreading(sql, address);
    const again = { word: 'again', reached, ...(brings ? { stop } : {}) } as const;
    const { changes } = await reopenAddress(db, sql, address, again, evidence, own.ref.contactId);
    return { ...nothing, done, announcements: announced(changes) };
  });
}

function addressesOf({ ref, consent }: ContactView, of: readonly ConsentMethod[]): Address[] {
  return of.flatMap((method) => {
    const addressHash = consent.channels[method].address;
    return addressHash === undefined ? [] : { practiceId: ref.practiceId, method, addressHash };
  });
}

function announced(changes: readonly ConsentChange[]): Announcement[] {
  return changes.flatMap(({ announcements }) => announcements);
}
