import { v7 as newId } from 'uuid';
import {
  asksSmsOnEmailPage,
  assignedConsentMethods,
  channelsToAsk,
  mutedPractice,
} from '../domain/gate.ts';
import { limits } from '../domain/limits.ts';
import { consentMethods, type ConsentMethod, type Method } from '../domain/method.ts';
import { isOnItsWay, throttleMs } from '../domain/opt-in-throttle.ts';
import { durationMs } from '../domain/settings.ts';
import { assignedMethods, changeConsent } from './consent-store.ts';
import { activeSuppression } from './suppression-store.ts';
import type { ContactView } from './contact-lock.ts';
import type { Database, Sql } from './database.ts';
import { nextArrivals } from './queue-store.ts';

/** Puts opt-ins on their lanes: by itself once per epoch, or by hand. Runs under the contact's lock. */

/** What became of the request to ask on one channel. */
export type AskOutcome =
  | { status: 'queued' | 'in_flight' }
  | { status: 'already_accepted' | 'revoked' | 'no_address' | 'not_assigned' | 'practice_off' }
  /** The practice asks for SMS on the email's page and there is no email, or takes it only as recorded elsewhere. */
  | { status: 'no_email_page' | 'recorded_only' }
  | { status: 'throttled'; retryAfterMs: number };

/**
 * Asks on every channel that was never asked in this epoch, once a message is due within the practice's lead time; true
 * when it asked anywhere. A unique index holds "once", whoever runs this at the same time.
 */
export async function askWhenDue(db: Database, sql: Sql, contact: ContactView): Promise<boolean> {
  const channels = channelsToAsk(contact.consent, contact.practice);
  if (channels.length === 0) return false;
  const now = db.clock.now();
  const horizon = new Date(now.getTime() + leadMs(contact));
  const due = await sql.delivery.findMany({
    where: {
      ...contact.ref,
      purpose: 'content',
      status: 'queued',
      method: { not: 'fax' },
      dueAt: { lte: horizon },
      ...wantedBy(contact),
      OR: [{ notAfter: null }, { notAfter: { gt: now } }],
    },
    distinct: ['method'],
    select: { method: true },
  });
  if (due.length === 0) return false;
  let view = contact;
  let asked = false;
  for (const method of channels) {
    // With the gate `all` a message waits for every channel; with `each` only for its own.
    const concerned =
      contact.practice.settings.gate === 'all' ||
      due.some((row) => carriedBy(contact, row.method as Method) === method);
    if (!concerned || (await wasAsked(sql, contact, method))) continue;
    view = await ask(db, sql, view, method);
    asked = true;
  }
  return asked;
}

/** What the person does not want will never leave: it is no reason to ask them anything. */
function wantedBy({ consent }: ContactView) {
  return { kind: { notIn: [...consent.declinedKinds] } };
}

/** The channel whose opt-in asks for consent on a method. */
function carriedBy({ consent, practice }: ContactView, method: Method): Method {
  return method === 'sms' && asksSmsOnEmailPage(consent, practice.settings) ? 'email' : method;
}

/** By itself, in this epoch. What then became of it is the channel's state, not a reason to ask again. */
async function wasAsked(sql: Sql, contact: ContactView, method: ConsentMethod): Promise<boolean> {
  const { epoch } = contact.consent.channels[method];
  const row = await sql.delivery.findFirst({
    where: { ...contact.ref, method, purpose: 'opt_in', automatic: true, epoch },
    select: { id: true },
  });
  return row !== null;
}

async function ask(
  db: Database,
  sql: Sql,
  contact: ContactView,
  method: ConsentMethod,
): Promise<ContactView> {
  const now = db.clock.now();
  const recent = await sql.delivery.count({
    where: {
      ...contact.ref,
      method,
      purpose: 'opt_in',
      automatic: true,
      createdAt: { gt: new Date(now.getTime() - limits.flapWindowMs) },
    },
  });
  const { epoch } = contact.consent.channels[method];
  if (recent >= limits.automaticOptIns) {
    const { contact: next } = await changeConsent(
      db,
      sql,
      contact,
      () => ({ type: 'opt_in_failed', at: now, method, epoch, reason: 'address_flapping' }),
      { recentOptIns: recent },
    );
    return next;
  }
  await queueOptIn(sql, contact, method, now, true);
  return contact;
}

/** By hand: the caller decided to ask now; throttled, and joining an opt-in that is still on its way. */
async function askNow(
  db: Database,
  sql: Sql,
  contact: ContactView,
  method: ConsentMethod,
): Promise<AskOutcome> {
  const now = db.clock.now();
  if (!assignedMethods(contact).includes(method)) return { status: 'not_assigned' };
  if (mutedPractice(contact.practice)) return { status: 'practice_off' };
  const channel = contact.consent.channels[method];
  if (channel.state === 'accepted') return { status: 'already_accepted' };
  if (channel.state === 'revoked') return { status: 'revoked' };
  if (channel.address === undefined) return { status: 'no_address' };
  // A dead mailbox or a stop bars the address, whatever this contact's channel says.
  if (await activeSuppression(sql, contact.ref.practiceId, method, channel.address))
    return { status: 'revoked' };
  const { smsConsentVia } = contact.practice.settings;
  if (method === 'email' || smsConsentVia === 'sms')
    return askUnlessJust(sql, contact, method, now);
  if (smsConsentVia === 'recordedOnly') return { status: 'recorded_only' };
  if (!asksSmsOnEmailPage(contact.consent, contact.practice.settings))
    return { status: 'no_email_page' };
  const { email } = contact.consent.channels;
  if (email.state === 'revoked' || email.address === undefined) return { status: 'no_email_page' };
  if (await activeSuppression(sql, contact.ref.practiceId, 'email', email.address))
    return { status: 'no_email_page' };
  return askUnlessJust(sql, contact, 'email', now);
}

/** Throttled, and joining what is still on its way. */
async function askUnlessJust(
  sql: Sql,
  contact: ContactView,
  method: ConsentMethod,
  now: Date,
): Promise<AskOutcome> {
  const channel = contact.consent.channels[method];
  const asked = await sql.delivery.findMany({
    where: {
      ...contact.ref,
      method,
      purpose: 'opt_in',
      epoch: channel.epoch,
      createdAt: { gt: new Date(now.getTime() - limits.optInDayMs) },
      // What never left is no reason to wait: staff mended it and ask again.
      status: { notIn: ['failed', 'cancelled'] },
    },
    orderBy: { createdAt: 'desc' },
    select: { createdAt: true, status: true, automatic: true },
  });
  if (asked.some((row) => isOnItsWay(row, now))) return { status: 'in_flight' };
  const byHand = asked.filter(({ automatic }) => !automatic);
  const wait = throttleMs(
    byHand.map((row) => row.createdAt),
    now,
  );
  if (wait > 0) return { status: 'throttled', retryAfterMs: wait };
  await queueOptIn(sql, contact, method, now, false);
  return { status: 'queued' };
}

/** On the given channels, or on every assigned one that has not answered yes. */
export async function askByHand(
  db: Database,
  sql: Sql,
  contact: ContactView,
  wanted?: readonly ConsentMethod[],
): Promise<({ method: ConsentMethod } & AskOutcome)[]> {
  const outcomes: ({ method: ConsentMethod } & AskOutcome)[] = [];
  for (const method of wanted ?? assignedConsentMethods(contact.consent))
    outcomes.push({ method, ...(await askNow(db, sql, contact, method)) });
  return outcomes;
}

/**
 * The same door for the practice itself. Whoever was locked out by wrong birth dates may answer again, on what is sent now
 * as on what was sent before; a channel that said yes already is unlocked as well.
 */
export async function askByStaff(
  db: Database,
  sql: Sql,
  contact: ContactView,
  wanted?: readonly ConsentMethod[],
): Promise<({ method: ConsentMethod } & AskOutcome)[]> {
  const outcomes = await askByHand(db, sql, contact, wanted);
  const acted = outcomes.flatMap(({ method, status }) =>
    status === 'throttled' || status === 'practice_off' ? [] : method,
  );
  // Asked for on the email's page, a yes to texts depends on that link.
  const onEmailPage =
    acted.includes('sms') && contact.practice.settings.smsConsentVia === 'emailPage';
  await sql.channel.updateMany({
    where: { ...contact.ref, method: { in: onEmailPage ? [...acted, 'email'] : acted } },
    data: { identityTries: 0 },
  });
  return outcomes;
}

async function queueOptIn(
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
  await sql.channel.updateMany({ where: { ...contact.ref, method }, data: { lookAt: now } });
}

/** When the contact must be looked at again to ask in time; undefined: nobody is to be asked, or nothing is queued. */
export async function nextAskAt(
  db: Database,
  sql: Sql,
  contact: ContactView,
): Promise<Date | undefined> {
  const unasked = channelsToAsk(contact.consent, contact.practice);
  if (unasked.length === 0) return undefined;
  const now = db.clock.now();
  const next = await sql.delivery.findFirst({
    where: {
      ...contact.ref,
      purpose: 'content',
      status: 'queued',
      method:
        contact.practice.settings.gate === 'all'
          ? { not: 'fax' }
          : {
              in: consentMethods.filter((method) =>
                unasked.includes(carriedBy(contact, method) as ConsentMethod),
              ),
            },
      ...wantedBy(contact),
      OR: [{ notAfter: null }, { notAfter: { gt: now } }],
      dueAt: { gt: new Date(now.getTime() + leadMs(contact)) },
    },
    orderBy: { dueAt: 'asc' },
    select: { dueAt: true },
  });
  return next ? new Date(next.dueAt.getTime() - leadMs(contact)) : undefined;
}

function leadMs(contact: ContactView): number {
  return durationMs(contact.practice.settings.optInLead) ?? 0;
}
