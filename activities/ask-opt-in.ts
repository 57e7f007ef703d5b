import type { Database } from '../src/db/database.ts';
import { currentRef } from '../src/db/alias-store.ts';
import { lockContact } from '../src/db/contact-lock.ts';
import { askByStaff } from '../src/db/opt-in-store.ts';
import type { Senders } from '../src/domain/sender.ts';
import type { ContactActivities } from '../workflows/activity-types.ts';
import { withPulse } from './pulse.ts';

/** The update `sendOptIn`: the same door as `POST /v1/contacts/{id}/opt-in`. */
export function createAskOptIn(db: Database, senders: Senders): ContactActivities['askOptIn'] {
  return ({ methods, ...ref }) =>
    withPulse(() =>
      db.prisma.$transaction(async (sql) => {
        const contact = await lockContact(sql, await currentRef(sql, ref));
        if (!contact) return {};
        const outcomes = await askByStaff(db, sql, contact, senders, methods);
        return Object.fromEntries(outcomes.map(({ method, status }) => [method, status]));
      }),
    );
}
