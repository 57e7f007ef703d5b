import type { ContactRef } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import type { Sql } from '../platform/db/database.ts';

/**
 * A payload that was sealed for no workflow opens in any: anybody who can read a history could copy it into a signal to
 * somebody else and have its text delivered there. So each is accepted once, for the first contact that it reaches, and
 * refused for any other. Only recent ones are accepted, so that they need not be remembered for ever.
 */

type UnboundPayload = { seal: string; sealedAt?: string };

/**
 * Undefined: taken for this contact, now or before. Must run in the transaction that stores the message. `receivedAt`: its
 * age counts until then, since a signal may have waited for its encryption key.
 */
export async function refuseUnbound(
  sql: Sql,
  { practiceId, contactId }: ContactRef,
  { seal, sealedAt }: UnboundPayload,
  now: Date,
  receivedAt: Date = now,
): Promise<string | undefined> {
  if (sealedAt === undefined)
    return 'its payload was sealed by an earlier release, for no contact in particular; seal it again';
  const oldest = new Date(receivedAt.getTime() - limits.unboundPayloadMs);
  if (!(new Date(sealedAt) >= oldest))
    return 'its payload was sealed for no contact in particular, and too long ago; seal it again';
  const taken = { practiceId, contactId };
  await sql.unboundSignal.createMany({
    data: [{ seal, ...taken, takenAt: now }],
    skipDuplicates: true,
  });
  const first = await sql.unboundSignal.findFirst({ where: { seal } });
  return first?.practiceId === practiceId && first.contactId === contactId
    ? undefined
    : 'its payload was sealed for no contact in particular, and was sent to another one before';
}
