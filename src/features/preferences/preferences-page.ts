import { readContact, type ContactView } from '../../record/consent/contact-lock.ts';
import { openAddress } from '../../record/contacts/contact-store.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import { newestEvidence } from '../../ledger/store.ts';
import { findPreferenceLink } from '../../record/links/preference-link-store.ts';
import { idsOf } from '../../record/contacts/alias-store.ts';
import { authorOfBar, authorsSince } from '../../record/consent/stop-author.ts';
import { barsOf, isUnreachable, suppressionsOn } from '../../record/consent/suppression-store.ts';
import type { Senders } from '../../templates/render.ts';
import { maskedAddress } from '../../core/address.ts';
import { mayTakeBack } from '../../core/consent/authors.ts';
import type { Channel } from '../../core/consent/consent-state.ts';
import { assignedConsentMethods } from '../../core/consent/gate.ts';
import { isLocale, localeOf, type Locale } from '../../core/locale.ts';
import type { MessageKind } from '../../core/message/message.ts';
import type { ConsentMethod } from '../../core/method.ts';
import { sendsFrom } from '../../core/sender.ts';
import { displayName, type Settings } from '../../core/settings.ts';

/**
 * The page where a person sees what they agreed to, how and when, and chooses what they get. Opening it never changes
 * anything: mail scanners open links. It names neither the person nor a message, and of an address shows just enough
 * for its owner to recognise it.
 */

type Common = {
  practice: string;
  supportPhone?: string;
  /** Where to text START. */
  textNumber?: string;
  /** Their emails end with a link to this page. */
  emailFooter: boolean;
};

export type PreferencesPage =
  | { state: 'unknown' }
  /** Too old, or sent to an address that is not today's; the page does not say which. */
  | (Common & { state: 'expired' })
  | (Common & {
      state: 'shown';
      timeZone: string;
      ways: Way[];
      declined: readonly MessageKind[];
      /** The person's change just now. */
      done?: Done;
    });

export type Done =
  | { type: 'kinds' }
  | { type: 'stop'; what: ConsentMethod | 'all' }
  | { type: 'again'; method: ConsentMethod }
  | { type: 'nothing' };

/** One channel that the practice uses or would use. */
export type Way = {
  method: ConsentMethod;
  /** `a…@example.com`, or the end of the number. */
  address?: string;
  standing: Standing;
  /** When that was so, and by which means it came about, where both are known. */
  at?: Date;
  means?: Means;
  /** The text shown to the person when they agreed. */
  agreed?: { text: string; locale?: Locale };
  stoppable: boolean;
  /** The person can come back here; where not, from the phone itself, or through the practice. */
  returnable: boolean;
};

/** `open`: the practice asks nobody (`optInEnabled: false`). */
export type Standing =
  'agreed' | 'asked' | 'not_asked' | 'open' | 'said_no' | 'stopped' | 'unreachable' | 'not_used';

export type Means =
  | 'page'
  | 'sms'
  | 'unsubscribe'
  | 'preferences'
  | 'staff'
  | 'provider'
  | 'online_scheduler'
  | 'paper'
  | 'phone'
  | 'import';

/** By the ledger's `via`; other values mean nothing to a person. */
const meansOf: Readonly<Record<string, Means>> = {
  page: 'page',
  sms: 'sms',
  unsubscribe: 'unsubscribe',
  unsubscribe_mail: 'unsubscribe',
  preferences: 'preferences',
  staff: 'staff',
  provider: 'provider',
  online_scheduler: 'online_scheduler',
  paper: 'paper',
  phone: 'phone',
  import: 'import',
};

export type LocalisedPreferences = { page: PreferencesPage; locale: Locale | undefined };

export async function viewPreferences(
  db: Database,
  token: string,
  lang: Locale | undefined,
  senders: Senders,
): Promise<LocalisedPreferences> {
  const opened = await openLink(db, db.prisma, token, readContact);
  if (!opened) return { page: { state: 'unknown' }, locale: undefined };
  const { contact, method, fits } = opened;
  const locale = lang ?? localeOf(contact.locale);
  const { settings, name } = contact.practice;
  const { supportPhone } = settings.sender;
  const textNumber = sendsFrom(settings, senders, 'sms');
  const common: Common = {
    practice: displayName(settings, name),
    ...(supportPhone === undefined ? {} : { supportPhone }),
    ...(textNumber === undefined ? {} : { textNumber }),
    emailFooter: settings.emailFooter,
  };
  if (!fits) return { page: { state: 'expired', ...common }, locale };
  const page: PreferencesPage = {
    state: 'shown',
    ...common,
    timeZone: contact.timeZone ?? settings.timeZone,
    ways: await waysOf(db, db.prisma, contact, method),
    declined: contact.consent.declinedKinds,
  };
  return { page, locale };
}

/** Whose page a token opens; undefined: nobody's. `fits`: it is not too old, and the address is still the contact's. */
export async function openLink(
  db: Database,
  sql: Sql,
  token: string,
  read: typeof readContact,
): Promise<{ contact: ContactView; method: ConsentMethod; fits: boolean } | undefined> {
  const link = await findPreferenceLink(db, sql, token);
  const contact = link && (await read(sql, link));
  if (!contact || contact.gone || !contact.consent.registered) return undefined;
  const method = link.method as ConsentMethod;
  const { address } = contact.consent.channels[method];
  const fits = link.expiresAt > db.clock.now() && link.addressHash === address;
  return { contact, method, fits };
}

async function waysOf(
  db: Database,
  sql: Sql,
  contact: ContactView,
  linked: ConsentMethod,
): Promise<Way[]> {
  const ways: Way[] = [];
  for (const method of assignedConsentMethods(contact.consent)) {
    const { state, address: hash } = contact.consent.channels[method];
    const { practiceId } = contact.ref;
    const isDead = method !== linked && (await isUnreachable(sql, practiceId, method, hash));
    const address = openAddress(db, contact, method);
    const masked = address && maskedAddress(method, address);
    ways.push({
      method,
      ...(masked === undefined ? {} : { address: masked }),
      ...(isDead ? { standing: 'unreachable' } : await wordOn(db, sql, contact, method)),
      stoppable: address !== undefined && !['revoked', 'waived'].includes(state),
      returnable: await mayComeBack(db, sql, contact, method, linked),
    });
  }
  return ways;
}

/**
 * Whether the person may come back here (src/core/consent/authors.ts): a stop that the phone sent may be a stranger's whose
 * number was entered by mistake (CodeWithAsheville/court-notifications#140), and one by another holder of the address is
 * theirs to undo. Where the practice would not ask again, or nothing gets through to another address than the link's,
 * there is nothing to press.
 */
export async function mayComeBack(
  db: Database,
  sql: Sql,
  contact: ContactView,
  method: ConsentMethod,
  linked: ConsentMethod,
): Promise<boolean> {
  const { practiceId } = contact.ref;
  const { state, doubt, revokedAt, address: addressHash } = contact.consent.channels[method];
  const said = state === 'revoked' || state === 'declined';
  if (addressHash === undefined || !(said || doubt)) return false;
  if (said && method === 'sms' && contact.practice.settings.smsConsentVia !== 'sms') return false;
  const suppressions = await suppressionsOn(sql, { practiceId, method, addressHash });
  const bars = barsOf(suppressions);
  const elsewhere = method !== linked;
  if (elsewhere && suppressions.some(({ kind }) => kind === 'unreachable')) return false;
  const page = { ids: await idsOf(sql, contact.ref), elsewhere };
  const stop = bars.closed?.kind === 'stopped' ? bars.closed : undefined;
  const whose = { practiceId, method, ids: page.ids };
  const bar = stop && { reason: stop.reason, said: await authorOfBar(db, sql, whose, stop) };
  const closed = {
    state,
    said: revokedAt ? await authorsSince(db, sql, whose, revokedAt) : [],
    doubts: [doubt, bars.doubt].flatMap((one) => one ?? []),
    ...(bar ? { bar } : {}),
  };
  return mayTakeBack(closed, page);
}

/** A channel's state, since when, by which means, and what was agreed to. */
async function wordOn(
  db: Database,
  sql: Sql,
  contact: ContactView,
  method: ConsentMethod,
): Promise<Pick<Way, 'standing' | 'at' | 'means' | 'agreed'>> {
  const channel = contact.consent.channels[method];
  const standing = standingOf(channel, contact.practice.settings);
  const entry = await entryAbout(db, sql, contact, method);
  const since: Partial<Record<Standing, Date | undefined>> = {
    agreed: channel.acceptedAt,
    asked: channel.lastSentAt,
    stopped: channel.state === 'revoked' ? channel.revokedAt : channel.doubt?.since,
    said_no: entry?.at,
  };
  const at = since[standing];
  const means = meansOf[String(entry?.fields['via'])];
  const agreed = standing === 'agreed' ? agreedText(entry?.fields) : undefined;
  return {
    standing,
    ...(at === undefined ? {} : { at }),
    ...(means === undefined ? {} : { means }),
    ...(agreed === undefined ? {} : { agreed }),
  };
}

function standingOf(channel: Channel, { optInEnabled }: Settings): Standing {
  if (channel.doubt && channel.state !== 'waived') return 'stopped';
  switch (channel.state) {
    case 'accepted':
      return 'agreed';
    case 'declined':
      return 'said_no';
    case 'revoked':
      return 'stopped';
    case 'failed':
      return 'unreachable';
    case 'waived':
      return 'not_used';
    case 'sent':
      return optInEnabled ? 'asked' : 'open';
    case 'not_sent':
      return optInEnabled ? 'not_asked' : 'open';
  }
}

/** The ledger's entry that made a channel what it is, which may have been made under an id that was merged since. */
async function entryAbout(db: Database, sql: Sql, contact: ContactView, method: ConsentMethod) {
  const { state, consentId, revokedAt } = contact.consent.channels[method];
  const { practiceId } = contact.ref;
  if (state === 'accepted')
    return consentId === undefined
      ? undefined
      : newestEvidence(db, sql, { practiceId, id: consentId });
  if (state !== 'revoked' && state !== 'declined') return undefined;
  return newestEvidence(db, sql, {
    practiceId,
    contactId: { in: await idsOf(sql, contact.ref) },
    method,
    // A no to what was accepted is a stop too.
    type: { in: ['revoked', 'declined'] },
    ...(state === 'revoked' && revokedAt ? { at: revokedAt } : {}),
  });
}

/** The full text where one was shown. Staff's notes on a consent on paper are internal and not shown. */
function agreedText(fields: Record<string, unknown> | undefined): Way['agreed'] {
  const text = fields?.['pageText'] ?? fields?.['textShown'];
  if (typeof text !== 'string') return undefined;
  const version = fields?.['pageText'] === undefined ? 'textVersion' : 'pageVersion';
  // `opt_in/email/es/v3` (src/templates/template.ts)
  const locale = String(fields?.[version]).split('/')[2];
  return { text, ...(isLocale(locale) ? { locale } : {}) };
}
