import { addressHash } from '../../src/record/contacts/contact-store.ts';
import { someone, type Person } from './people.ts';
import { spreadBars } from '../../src/features/consents/spread-bars.ts';
import { spreadReopening } from '../../src/features/consents/spread-reopenings.ts';
import type { Stack } from './stack.ts';

/** Contacts who agreed to texts to one number, each with one that is due; written by the database itself. */
export async function sharing({ practiceId, db }: Stack, count: number): Promise<Person> {
  const person = someone();
  const hash = addressHash(db, person.phone);
  for (const statement of [
    `INSERT INTO contacts (practice_id, id, registered, created_at, updated_at)
     SELECT '${practiceId}', '${person.id}-' || lpad(n::text, 5, '0'), true, now(), now()
     FROM generate_series(1, ${count}) n`,
    `INSERT INTO channels (practice_id, contact_id, method, assigned, state, epoch, address_hash)
     SELECT practice_id, id, m, m = 'sms', CASE WHEN m = 'sms' THEN 'accepted' ELSE 'not_sent' END, 1,
            CASE WHEN m = 'sms' THEN '${hash}' END
     FROM contacts, unnest(ARRAY['email','sms','fax']) m WHERE id LIKE '${person.id}-%'`,
    `INSERT INTO messages (practice_id, id, contact_id, kind, content_enc, content_hash, size, methods, any_method, due_at,
                           source, arrival, created_at)
     SELECT practice_id, id, id, 'ad_hoc', 'x', 'x', 1, '{sms}', false, now(), 'http', nextval('arrivals'), now()
     FROM contacts WHERE id LIKE '${person.id}-%'`,
    `INSERT INTO deliveries (id, practice_id, contact_id, method, purpose, message_id, kind, status, due_at, arrival, size,
                             created_at)
     SELECT gen_random_uuid(), practice_id, contact_id, 'sms', 'content', id, kind, 'queued', due_at, arrival, size, now()
     FROM messages WHERE id LIKE '${person.id}-%'`,
  ])
    await db.prisma.$executeRawUnsafe(statement);
  return person;
}

/** The nth of those contacts, in the order of their ids. */
export const nth = (person: Person, n: number): Person => ({
  ...person,
  id: `${person.id}-${String(n).padStart(5, '0')}`,
});

/**
 * Contacts that a word did not reach at once follow, as the sweeper has them follow: those of a later page, and those that
 * other work held at that moment.
 */
export async function spread({ db }: Stack): Promise<void> {
  for (let more = true; more;) {
    const [bars, reopened] = [await spreadBars(db), await spreadReopening(db)];
    more = bars || reopened !== undefined;
  }
}
