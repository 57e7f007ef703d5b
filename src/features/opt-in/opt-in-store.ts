import { v7 as newId } from 'uuid';
import { unsendableReason } from '../../core/address.ts';
import {
  asksSmsOnEmailPage,
  assignedConsentMethods,
  mutedPractice,
} from '../../core/consent/gate.ts';
import { limits } from '../../core/limits.ts';
import type { ConsentMethod } from '../../core/method.ts';
import { isOnItsWay, throttleMs } from '../../core/opt-in-throttle.ts';
import { missingSender, senderMissing, type SenderField, type Senders } from '../../core/sender.ts';
import { assignedMethods, changeConsent } from '../../record/consent/consent-store.ts';
import { ifReadable } from '../../platform/db/cipher.ts';
import { openAddress } from '../../record/contacts/contact-store.ts';
import { activeSuppression } from '../../record/consent/suppression-store.ts';
import type { ContactView } from '../../record/consent/contact-lock.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import { nextArrivals } from '../../record/messages/queue-store.ts';

/** Opt-ins by hand, and how an opt-in gets on its lane. Runs under the contact's lock. */

/** The outcome of a request to ask on one channel. */
export type AskOutcome =
  | { status: 'queued' | 'in_flight' }
  | { status: 'already_accepted' | 'revoked' | 'doubtful_stop' | 'no_address' | 'not_assigned' }
  /** There is a number, and nothing may be sent to one of its kind. */
  | { status: 'refused_number' }
  | { status: 'practice_off' }
  /** The practice asks for SMS on the email's page and there is no email, or takes it only as recorded elsewhere. */
  | { status: 'no_email_page' | 'recorded_only' }
  /** The person said no, and nobody gave a reason for asking again. */
  | { status: 'declined' }
  | { status: 'throttled'; retryAfterMs: number }
  /** `missing`: the fields of `settings.sender` without which the practice cannot ask. */
  | { status: typeof senderMissing; missing: SenderField[] };

type Asked = AskOutcome & { method: ConsentMethod };

/** Why a channel that said no is asked again: the evidence of it. */
export type AskingAgain = { via: string; by?: string | undefined; reason?: string };

/** By hand: the caller decided to ask now; throttled, and joining an opt-in that is still on its way. */
async function askNow(
  db: Database,
  sql: Sql,
  contact: ContactView,
  method: ConsentMethod,
  again: AskingAgain | undefined,
  senders: Senders | undefined,
): Promise<{ outcome: AskOutcome; contact: ContactView }> {
  const refused = (status: Exclude<AskOutcome['status'], 'throttled' | typeof senderMissing>) => ({
    outcome: { status },
    contact,
  });
  if (!assignedMethods(contact).includes(method)) return refused('not_assigned');
  if (mutedPractice(contact.practice)) return refused('practice_off');
  const channel = contact.consent.channels[method];
  if (channel.doubt && channel.state !== 'revoked') return refused('doubtful_stop');
  if (channel.state === 'accepted') return refused('already_accepted');
  if (channel.state === 'revoked') return refused('revoked');
  if (channel.address === undefined) return refused('no_address');
  const address = ifReadable(() => openAddress(db, contact, method));
  if (address !== undefined && unsendableReason(method, address) !== undefined)
    return refused('refused_number');
  // A dead mailbox or a stop bars the address, whatever this contact's channel says.
  const bar = await activeSuppression(sql, contact.ref.practiceId, method, channel.address);
  if (bar) return refused(bar.kind === 'doubtful' ? 'doubtful_stop' : 'revoked');
  if (channel.state === 'declined' && !again) return refused('declined');
  const { smsConsentVia } = contact.practice.settings;
  const missing =
    senders === undefined
      ? [...contact.practice.senderMissing]
      : missingSender(contact.practice, senders, [smsConsentVia === 'sms' ? method : 'email']);
  if (missing.length > 0) return { outcome: { status: senderMissing, missing }, contact };
  if (method === 'email' || smsConsentVia === 'sms')
    return askUnlessJust(db, sql, contact, method, again);
  if (smsConsentVia === 'recordedOnly') return refused('recorded_only');
  if (!asksSmsOnEmailPage(contact.consent, contact.practice.settings))
    return refused('no_email_page');
  const { email } = contact.consent.channels;
  if (email.state === 'revoked' || email.address === undefined) return refused('no_email_page');
  if (await activeSuppression(sql, contact.ref.practiceId, 'email', email.address))
    return refused('no_email_page');
  return askUnlessJust(db, sql, contact, 'email', again);
}

/** Throttled, and joining an opt-in that is still on its way. After a no only with a reason, which the ledger keeps. */
async function askUnlessJust(
  db: Database,
  sql: Sql,
  contact: ContactView,
  method: ConsentMethod,
  again: AskingAgain | undefined,
): Promise<{ outcome: AskOutcome; contact: ContactView }> {
  const now = db.clock.now();
  const channel = contact.consent.channels[method];
  const declined = channel.state === 'declined';
  if (declined && !again) return { outcome: { status: 'declined' }, contact };
  const asked = await sql.delivery.findMany({
    where: {
      ...contact.ref,
      method,
      purpose: 'opt_in',
      epoch: channel.epoch,
      OR: [
        { createdAt: { gt: new Date(now.getTime() - limits.optInDayMs) } },
        { status: 'queued' },
      ],
      // An opt-in that never left is no reason to wait: staff fixed the cause and ask again.
      status: { notIn: ['failed', 'cancelled'] },
    },
    orderBy: { createdAt: 'desc' },
    select: { createdAt: true, dueAt: true, status: true, automatic: true },
  });
  // The address was asked very often today: it goes out by itself then.
  const later = asked.find(({ status, dueAt }) => status === 'queued' && dueAt > now);
  if (later)
    return {
      outcome: { status: 'throttled', retryAfterMs: later.dueAt.getTime() - now.getTime() },
      contact,
    };
  // An answer proves that it arrived.
  const underWay = asked.filter(({ status }) => !declined || status !== 'sent');
  if (underWay.some((row) => isOnItsWay(row, now)))
    return { outcome: { status: 'in_flight' }, contact };
  const byHand = asked.filter(({ automatic }) => !automatic);
  const wait = throttleMs(
    byHand.map((row) => row.createdAt),
    now,
  );
  if (wait > 0) return { outcome: { status: 'throttled', retryAfterMs: wait }, contact };
  const { contact: view } =
    declined && again
      ? await changeConsent(db, sql, contact, () => ({ type: 'asked_again', at: now, method }), {
          ...again,
        })
      : { contact };
  await queueOptIn(sql, view, method, now, false);
  return { outcome: { status: 'queued' }, contact: view };
}

/**
 * On the given channels, or on every assigned one that has not answered yet. `again`: also after a no. `senders`: the
 * installation's shared senders; left out where the person asks, because only staff can act on a missing one.
 */
export async function askByHand(
  db: Database,
  sql: Sql,
  contact: ContactView,
  wanted?: readonly ConsentMethod[],
  again?: AskingAgain,
  senders?: Senders,
): Promise<Asked[]> {
  const outcomes: Asked[] = [];
  let view = contact;
  for (const method of wanted ?? assignedConsentMethods(contact.consent)) {
    const asked = await askNow(db, sql, view, method, again, senders);
    outcomes.push({ method, ...asked.outcome });
    view = asked.contact;
  }
  return outcomes;
}

/**
 * The same for the practice's staff, who call with its key. It also unlocks a person locked out by wrong birth dates, who may then answer the
 * new request or an earlier one; a channel that already said yes is unlocked too.
 */
export async function askByStaff(
  db: Database,
  sql: Sql,
  contact: ContactView,
  senders: Senders,
  wanted?: readonly ConsentMethod[],
  again?: AskingAgain,
): Promise<Asked[]> {
  const outcomes = await askByHand(db, sql, contact, wanted, again, senders);
  const acted = outcomes.flatMap(({ method, status }) =>
    ['throttled', 'practice_off', 'declined', senderMissing].includes(status) ? [] : method,
  );
  // Asked for on the email's page, a yes to texts depends on that link.
  const onEmailPage =
    acted.includes('sms') && contact.practice.settings.smsConsentVia === 'emailPage';
  const unlocked = onEmailPage ? [...acted, 'email'] : acted;
  // A channel without an address is locked by bookings, and has no opt-in to be sent by hand.
  const without = acted.length === 0 ? [] : [{ addressHash: null }];
  await sql.channel.updateMany({
    where: { ...contact.ref, OR: [{ method: { in: unlocked } }, ...without] },
    data: { identityTries: 0 },
  });
  return outcomes;
}

export async function queueOptIn(
  sql: Sql,
  contact: ContactView,
  method: ConsentMethod,
  now: Date,
  automatic: boolean,
): Promise<void> {
  const [arrival] = await nextArrivals(sql, 1);
  await sql.delivery.createMany({
    data: [
      {
        id: newId(),
        ...contact.ref,
        method,
        purpose: 'opt_in',
        automatic,
        epoch: contact.consent.channels[method].epoch,
        status: 'queued',
        dueAt: now,
        arrival: arrival!,
        size: 0,
        createdAt: now,
      },
    ],
    skipDuplicates: true,
  });
  const noted = contact.consent.channels[method].reason === senderMissing ? { reason: null } : {};
  await sql.channel.updateMany({
    where: { ...contact.ref, method },
    data: { lookAt: now, ...noted },
  });
}
