import { formerValue } from './former-seals.ts';
import type { Person } from './people.ts';
import type { Stack } from './stack.ts';

const content = formerValue('{"subject":"s","body":"b"}', 'messages.content');

/** Messages that are due, written by the database itself, in an order that is not that of their arrival. */
export async function queueMany(stack: Stack, { id }: Person, count: number): Promise<void> {
  const { practiceId, db } = stack;
  await db.prisma.$executeRaw`
    WITH stored AS (
      INSERT INTO messages (practice_id, id, contact_id, kind, content_enc, content_hash, size, methods, any_method, due_at,
                            source, arrival, created_at)
      SELECT ${practiceId}, ${id} || '-' || n, ${id}, 'ad_hoc', ${content}, 'x', 1, '{email,sms}', true,
             now() - (1 + n * 7919 % 1000) * interval '1 minute', 'http', nextval('arrivals'), now()
      FROM generate_series(1, ${count}::int) n RETURNING *)
    INSERT INTO deliveries (id, practice_id, contact_id, method, purpose, message_id, kind, status, due_at, arrival, size,
                            created_at)
    SELECT gen_random_uuid(), practice_id, contact_id, method, 'content', id, kind, 'queued', due_at, arrival, 1, created_at
    FROM stored, unnest(methods) method`;
}
