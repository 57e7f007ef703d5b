import type { FastifyInstance } from 'fastify';
import type { TSchema } from 'typebox';
import { readIncoming } from '../domain/incoming.ts';
import { invalid } from './entries.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The JSON as it was sent, before texts were cleaned and `null` taken as absence. */
    sentBody: unknown;
  }
}

/**
 * Cleans the JSON body of every route of the scope before its schema judges it (src/domain/incoming.ts). 422
 * `validation_failed`: a text cannot be taken; `details` names each by path, in an array by `index` too.
 */
export function registerIncomingBody(app: FastifyInstance): void {
  app.decorateRequest('sentBody', null);
  app.addHook('preValidation', async (request) => {
    const { body, method, routeOptions } = request;
    if (typeof body !== 'object' || body === null) return;
    request.sentBody = body;
    const schema = routeOptions.schema?.body as TSchema | undefined;
    const { value, problems } = readIncoming(schema, body, { patch: method === 'PATCH' });
    if (problems.length > 0)
      throw invalid(
        problems.map(({ path, message }) => {
          const [first, ...rest] = path;
          return typeof first === 'number'
            ? { index: first, path: `/${rest.join('/')}`, message }
            : { path: `/${path.join('/')}`, message };
        }),
      );
    request.body = value;
  });
}
