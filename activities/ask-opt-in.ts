import type { Database } from '../src/platform/db/database.ts';
import { currentRef } from '../src/record/contacts/alias-store.ts';
import { lockContact } from '../src/record/consent/contact-lock.ts';
import { askByHand } from '../src/features/opt-in/opt-in-store.ts';
import type { Senders } from '../src/core/sender.ts';
import type { ContactActivities } from '../src/core/signals/activity-types.ts';
import { refusePayload, type SignalRules } from '../src/signals/payload-rules.ts';
import { withPulse } from './pulse.ts';
import { transaction } from '../src/platform/db/transaction.ts';

/**
 * The update `sendOptIn`: asks as `POST /v1/contacts/{id}/opt-in` does. Anybody with access to Temporal can send it, so
 * it unlocks nobody who gave wrong birth dates.
 */
export function createAskOptIn(
  db: Database,
  senders: Senders,
  rules: SignalRules,
): ContactActivities['askOptIn'] {
  return ({ methods, clear, unbound, practiceId, contactId }) =>
    withPulse(() =>
      transaction(db, async (sql) => {
        const ref = { practiceId, contactId };
        const how = { ...(clear && { clear }), ...(unbound && { unbound }) };
        const refused = await refusePayload(sql, ref, how, rules, { now: db.clock.now() });
        if (refused !== undefined) return { refused };
        const contact = await lockContact(sql, await currentRef(sql, ref));
        if (!contact) return {};
        const outcomes = await askByHand(db, sql, contact, methods, undefined, senders);
        return Object.fromEntries(outcomes.map(({ method, status }) => [method, status]));
      }),
    );
}
