import { freeMethods } from '../../core/method.ts';
import { Prisma } from '../../platform/db/database.ts';

/**
 * Of a row of `channels`: the channel needs consent. Written as the index `channels_by_state` is, so that the planner may
 * use it. `column`: the method's, in trusted words.
 */
export function asksConsent(column: string): Prisma.Sql {
  return Prisma.raw(freeMethods.map((method) => `${column} <> '${method}'`).join(' AND '));
}
