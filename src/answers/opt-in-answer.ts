import { changeConsent, type ConsentChange } from '../db/consent-store.ts';
import { lockContact, type ContactView } from '../db/contact-lock.ts';
import { hashToken } from '../db/cipher.ts';
import type { Database, Sql } from '../db/database.ts';
import type { OptInRequest } from '../db/generated/client.ts';
import type { ConsentMethod } from '../domain/method.ts';
import { displayName } from '../delivery/render.ts';

/**
 * The person's answer by link. Looking never changes anything: mail scanners follow every link, and some run scripts
 * (phpList/phplist3#415, usesend/useSend#412). Only the page's own POST decides.
 */

/** What the page shows; `open` is the only one that can be answered. No state names the person. */
export type OptInPage =
  | { state: 'unknown' }
  | {
      state: 'open' | 'accepted' | 'declined' | 'revoked' | 'expired';
      method: ConsentMethod;
      practice: string;
      supportPhone?: string;
      landingUrl?: string;
    };

/** Where an answer came from, for the ledger. */
export type AnswerOrigin = { ip: string; userAgent: string | undefined };

export async function viewOptIn(db: Database, token: string): Promise<OptInPage> {
  return db.prisma.$transaction(async (sql) => {
    const request = await requestOf(sql, token);
    if (!request) return { state: 'unknown' };
    const contact = await lockContact(sql, request);
    return contact ? pageOf(contact, request, db.clock.now()) : { state: 'unknown' };
  });
}

/** Decides once: a second POST finds the answer given and is told so. */
export async function decideOptIn(
  db: Database,
  token: string,
  decision: 'accept' | 'decline',
  origin: AnswerOrigin,
): Promise<{ page: OptInPage; change?: ConsentChange }> {
  return db.prisma.$transaction(async (sql) => {
    const request = await requestOf(sql, token);
    if (!request) return { page: { state: 'unknown' } };
    const contact = await lockContact(sql, request);
    if (!contact) return { page: { state: 'unknown' } };
    const at = db.clock.now();
    const page = pageOf(contact, request, at);
    const changesMind = page.state === 'declined' && decision === 'accept';
    if (page.state !== 'open' && !changesMind) return { page };

    const { epoch } = request;
    const method = request.method as ConsentMethod;
    const change = await changeConsent(
      db,
      sql,
      contact,
      (consentId) =>
        decision === 'accept'
          ? { type: 'accepted', at, method, epoch, consentId }
          : { type: 'declined', at, method, epoch },
      {
        via: 'page',
        ip: origin.ip,
        userAgent: origin.userAgent,
        requestId: request.id,
        textVersion: request.textVersion,
        textShown: db.cipher.open(request.shownEnc, 'opt_in_requests.shown'),
      },
    );
    return { page: pageOf(change.contact, request, at), change };
  });
}

async function requestOf(
  sql: Sql,
  token: string,
): Promise<(OptInRequest & { contactId: string }) | undefined> {
  if (!/^[A-Za-z0-9_-]{20,64}$/.test(token)) return undefined;
  return (
    (await sql.optInRequest.findUnique({ where: { tokenHash: hashToken(token) } })) ?? undefined
  );
}

function pageOf(contact: ContactView, request: OptInRequest, now: Date): OptInPage {
  if (contact.erased) return { state: 'unknown' };
  const method = request.method as ConsentMethod;
  const channel = contact.consent.channels[method];
  const { settings, name } = contact.practice;
  const { supportPhone } = settings.sender;
  const common = {
    method,
    practice: displayName(settings, name),
    ...(supportPhone === undefined ? {} : { supportPhone }),
    ...(settings.landingUrl === null ? {} : { landingUrl: settings.landingUrl }),
  };
  // A link of an earlier address says nothing about today's: not even whether that one said yes.
  if (request.epoch !== channel.epoch) return { state: 'expired', ...common };
  if (channel.state === 'accepted') return { state: 'accepted', ...common };
  if (channel.state === 'revoked') return { state: 'revoked', ...common };
  if (request.closedAt || request.expiresAt <= now) return { state: 'expired', ...common };
  if (channel.state === 'declined') return { state: 'declined', ...common };
  return { state: 'open', ...common };
}
