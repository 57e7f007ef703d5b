import type { Installation } from '../installation.ts';
import type { Claims } from '../observe.ts';
import { inDatabase } from './database.ts';

/** When deliveries of which nobody knows the end were claimed: the API does not say it, and their cause is at that time. */
export function readClaims(service: Installation): Promise<Claims> {
  return inDatabase(service, async (client) => {
    const { rows } = await client.query<{ name: string; at: Date }>(
      `SELECT message_id || '/' || method AS name, claimed_at AS at FROM deliveries
       WHERE status = 'unknown' AND message_id IS NOT NULL AND claimed_at IS NOT NULL`,
    );
    return Object.fromEntries(rows.map(({ name, at }) => [name, at.getTime()]));
  });
}
