import { randomBytes } from 'node:crypto';
import { v7 as newId } from 'uuid';
import { eventTypes } from '../../core/event.ts';
import type { EndpointRef } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import { lockPractice } from '../../record/consent/contact-lock.ts';
import type { Database } from '../../platform/db/database.ts';
import { presentPlace } from './event-store.ts';
import type { WebhookEndpoint } from '../../platform/db/generated/client.ts';
import { placeOf } from '../../platform/db/sealed-columns.ts';
import { transaction } from '../../platform/db/transaction.ts';

/**
 * The endpoints of a practice, as its people see and change them. Secrets are sealed; each is shown once, when made.
 */

/** Standard Webhooks: 24 to 64 random bytes, in base64, after `whsec_`. */
const secretBytes = 32;

function newSecret(): string {
  return `whsec_${randomBytes(secretBytes).toString('base64')}`;
}

/** `types` empty: all. It gets events from now on. `full`: the practice has as many as it may. */
export async function createEndpoint(
  db: Database,
  practiceId: string,
  { url, types }: { url: string; types: string[] },
): Promise<{ endpoint: WebhookEndpoint; secret: string } | 'full'> {
  const secret = newSecret();
  return transaction(db, async (sql) => {
    // Two at once must not both be the last.
    await lockPractice(sql, practiceId);
    const count = await sql.webhookEndpoint.count({ where: { practiceId } });
    if (count >= limits.webhookEndpoints) return 'full';
    const { turn, seq } = await presentPlace(sql);
    const id = newId();
    const endpoint = await sql.webhookEndpoint.create({
      data: {
        id,
        practiceId,
        url,
        types,
        secretEnc: db.cipher.seal(secret, placeOf('webhook_endpoints.secret', practiceId, id)),
        state: 'active',
        afterTurn: turn,
        afterSeq: seq,
        failures: 0,
        createdAt: db.clock.now(),
      },
    });
    return { endpoint, secret };
  });
}

/** In the order in which they were made. */
export async function listEndpoints(
  db: Database,
  practiceId: string,
  after: string | undefined,
  most: number,
): Promise<WebhookEndpoint[]> {
  return db.prisma.webhookEndpoint.findMany({
    where: { practiceId, ...(after === undefined ? {} : { id: { gt: after } }) },
    orderBy: { id: 'asc' },
    take: most,
  });
}

export async function readEndpoint(
  db: Database,
  { practiceId, endpointId }: EndpointRef,
): Promise<WebhookEndpoint | undefined> {
  const row = await db.prisma.webhookEndpoint.findFirst({ where: { practiceId, id: endpointId } });
  return row ?? undefined;
}

/**
 * Switched on again, it goes on where it stopped. Any change triggers a new attempt at once: it may have been fixed.
 */
export async function changeEndpoint(
  db: Database,
  ref: EndpointRef,
  { state, ...columns }: { url?: string; types?: string[]; state?: 'active' | 'disabled' },
): Promise<WebhookEndpoint | undefined> {
  const [row] = await db.prisma.webhookEndpoint.updateManyAndReturn({
    where: { practiceId: ref.practiceId, id: ref.endpointId },
    data: {
      ...columns,
      ...(state === undefined
        ? {}
        : { state, reason: state === 'active' ? null : 'switched off by the practice' }),
      ...fresh,
    },
  });
  return row;
}

const fresh = { failures: 0, failingSince: null, retryAt: null };

/** A test call was accepted: waiting events need not wait any longer. True when there were any. */
export async function endWait(db: Database, ref: EndpointRef): Promise<boolean> {
  const { count } = await db.prisma.webhookEndpoint.updateMany({
    where: {
      practiceId: ref.practiceId,
      id: ref.endpointId,
      state: 'active',
      retryAt: { not: null },
    },
    data: fresh,
  });
  return count > 0;
}

/** The former secret signs too for a day; one that was former already ends. */
export async function rotateSecret(
  db: Database,
  { practiceId, endpointId }: EndpointRef,
): Promise<{ endpoint: WebhookEndpoint; secret: string } | undefined> {
  const secret = newSecret();
  const until = new Date(db.clock.now().getTime() + limits.webhookOverlapMs);
  const place = placeOf('webhook_endpoints.secret', practiceId, endpointId);
  await db.prisma.$executeRaw`
    UPDATE webhook_endpoints
    SET previous_secret_enc = secret_enc, previous_until = ${until},
        secret_enc = ${db.cipher.seal(secret, place)}
    WHERE practice_id = ${practiceId} AND id = ${endpointId}::uuid`;
  const endpoint = await readEndpoint(db, { practiceId, endpointId });
  return endpoint && { endpoint, secret };
}

/** Returns the deleted endpoint. */
export async function deleteEndpoint(
  db: Database,
  ref: EndpointRef,
): Promise<WebhookEndpoint | undefined> {
  const endpoint = await readEndpoint(db, ref);
  const { practiceId, endpointId } = ref;
  await db.prisma.webhookEndpoint.deleteMany({ where: { practiceId, id: endpointId } });
  return endpoint;
}

/** The secrets that sign now, the current one first. */
export function secretsOf(db: Database, endpoint: WebhookEndpoint): string[] {
  const { practiceId, id, secretEnc, previousSecretEnc, previousUntil } = endpoint;
  const place = placeOf('webhook_endpoints.secret', practiceId, id);
  const former =
    previousSecretEnc !== null && previousUntil !== null && previousUntil > db.clock.now()
      ? [previousSecretEnc]
      : [];
  return [secretEnc, ...former].map((sealed) => db.cipher.open(sealed, place));
}

export function typesOf({ types }: WebhookEndpoint): readonly string[] {
  return types.length === 0 ? eventTypes : types;
}
