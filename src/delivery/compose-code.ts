import type { Database, Sql } from '../db/database.ts';
import { openCode } from '../db/doorstep-store.ts';
import type { Delivery } from '../db/generated/client.ts';
import { activeSuppression } from '../db/suppression-store.ts';
import type { MethodContent } from '../domain/message.ts';
import type { ConsentMethod } from '../domain/method.ts';
import type { Rendered } from './render.ts';

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
