import type { FastifyInstance } from 'fastify';
import { idRule, isId } from '../../core/ids.ts';
import { invalid } from './entries.ts';

/** The parameters of a path that name a record by its caller's id. */
const idParams = ['contactId', 'messageId', 'from'];

/**
 * 422 for a path with an id that no record may have. Here, and not route by route: a route whose schema is only
 * documentation would take `%2e%2e` for a contact that no other call could reach.
 */
export function refuseOtherIds(app: FastifyInstance): void {
  app.addHook('preValidation', async (request) => {
    const params = (request.params ?? {}) as Record<string, string>;
    const wrong = idParams.filter((name) => name in params && !isId(params[name]!));
    if (wrong.length > 0)
      throw invalid(wrong.map((name) => ({ path: `/${name}`, message: idRule })));
  });
}
