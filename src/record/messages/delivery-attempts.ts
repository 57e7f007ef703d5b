import { Prisma } from '../../platform/db/database.ts';

/** How the attempts of a delivery are kept (src/core/message/attempts.ts). */

/**
 * For an `UPDATE deliveries`: ends the current attempt, so that the next call is a new one. Attempts from before
 * addresses were kept get an empty one, so that ids and addresses stay side by side.
 */
export function endAttempt(providerId?: string): Prisma.Sql {
  return Prisma.sql`
    batch_id = NULL, lease_token = NULL, sent_at = NULL, report_order = NULL, provider_id = NULL,
    earlier_ids = array_append(earlier_ids, COALESCE(${providerId ?? null}, provider_id, '')),
    earlier_addresses = earlier_addresses
      || array_fill(''::text, ARRAY[GREATEST(cardinality(earlier_ids) - cardinality(earlier_addresses), 0)])
      || COALESCE(address_hash, '')`;
}

/** For an `UPDATE deliveries`: whether that id belongs to an attempt that is over. */
export function isEarlier(providerId: string | undefined): Prisma.Sql {
  return Prisma.sql`COALESCE(${providerId ?? null}::text = ANY(earlier_ids), false)`;
}
