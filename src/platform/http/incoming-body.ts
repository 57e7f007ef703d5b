import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import { readIncomingInTurns } from '../../core/incoming.ts';
import { giveWay } from '../event-loop.ts';
import { invalid, type EntryProblem } from './entries.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The JSON as it was sent, before texts were cleaned and `null` taken as absence. */
    sentBody: unknown;
    /** The entries that cannot be accepted, where the route first checks for repeats of stored messages. */
    unfit: EntryProblem[];
  }
  interface FastifyContextConfig {
    /** A repeat of a stored message changes nothing, even if it would be refused today: the route refuses the rest. */
    repeatsFirst?: true;
  }
}

/**
 * Cleans the JSON body of every route of the scope before its schema judges it (src/core/incoming.ts). 422
 * `validation_failed`: a text cannot be taken; `details` names each by path, in an array by `index` too.
 */
export function registerIncomingBody(app: FastifyInstance): void {
  app.decorateRequest('sentBody', null);
  app.decorateRequest('unfit');
  app.addHook('preValidation', async (request) => {
    const { body, method, routeOptions } = request;
    request.unfit = [];
    if (typeof body !== 'object' || body === null) return;
    request.sentBody = body;
    const schema = routeOptions.schema?.body as TSchema | undefined;
    const { value, problems } = await readIncomingInTurns(schema, body, {
      patch: method === 'PATCH',
      turn: giveWay,
    });
    const unfit = problems.map(({ path, message }) => {
      const [first, ...rest] = path;
      return typeof first === 'number'
        ? { index: first, path: `/${rest.join('/')}`, message }
        : { path: `/${path.join('/')}`, message };
    });
    if (unfit.length > 0 && !routeOptions.config.repeatsFirst) throw invalid(unfit);
    request.unfit = unfit;
    request.body = value;
  });
}

/** Reports problems of the texts before all others. */
export function readUnlessUnfit<T>(
  { body, unfit }: FastifyRequest,
  read: (body: unknown) => T[],
): T[] {
  try {
    return read(body);
  } catch (error) {
    if (unfit.length > 0) throw invalid(unfit);
    throw error;
  }
}

/** By the entry, also where the body is a single one. */
export function problemsOf({ unfit }: FastifyRequest) {
  return unfit.map(({ index = 0, path, message }) => ({
    code: 'validation_failed' as const,
    index,
    path,
    message,
  }));
}

/** An entry as it was sent, once its schema took all of it but some characters. */
export function sentEntry<T extends object>({ sentBody }: FastifyRequest, index: number): T {
  const sent = (Array.isArray(sentBody) ? sentBody[index] : sentBody) as T & {
    contactId?: string;
  };
  const { contactId: _contactId, ...entry } = sent;
  return entry as unknown as T;
}
