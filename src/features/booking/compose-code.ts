import type { Database, Sql } from '../../platform/db/database.ts';
import { openCode } from '../../record/links/doorstep-store.ts';
import type { Delivery } from '../../platform/db/generated/client.ts';
import { activeSuppression } from '../../record/consent/suppression-store.ts';
import type { MethodContent } from '../../core/message/message.ts';
import type { ConsentMethod } from '../../core/method.ts';
import type { Rendered } from '../../templates/render.ts';

/**
 * A code for a person who may not be a contact. This checks at the last moment whether the address said stop, not when
 * the code was requested: the visitor must not be able to tell, not even by the time it takes.
 */
export async function composeCode(
  db: Database,
  sql: Sql,
  delivery: Delivery,
): Promise<Rendered<MethodContent>> {
  const { practiceId, addressHash } = delivery;
  const code = openCode(db, delivery);
  if (!code || addressHash === null) return { ok: false, reason: 'nothing to send' };
  const method = delivery.method as ConsentMethod;
  if (await activeSuppression(sql, practiceId, method, addressHash))
    return { ok: false, reason: 'the address is barred' };
  const { subject, text } = code;
  return { ok: true, outgoing: { subject, text } };
}
