import type { FastifyInstance } from 'fastify';
import { AppError } from '../errors.ts';

/**
 * PostgreSQL stores no NUL, and UTF-8 has no halves of surrogate pairs: with either a statement fails, and the caller
 * would hear that we are out of order, and try for ever. JSON is judged by src/core/incoming.ts; here is the rest.
 */

/** Removes characters that cannot be stored from outside text: a STOP followed by a NUL is a STOP. */
export function storable(text: string): string {
  return text.replaceAll('\0', '').replaceAll(/\p{Surrogate}/gu, '\uFFFD');
}

/** The same, for every text in a form or a JSON value. */
export function storableTexts<T>(value: T): T {
  if (typeof value === 'string') return storable(value) as T;
  if (Array.isArray(value)) return value.map(storableTexts) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, storableTexts(inner)]),
  ) as T;
}

/**
 * In the path a NUL becomes U+FFFD, which is in no id and no token of ours: the route answers as it does for any that it
 * does not know.
 */
export function keepPathsStorable(app: FastifyInstance): void {
  app.addHook('preValidation', async (request) => {
    const params = (request.params ?? {}) as Record<string, string>;
    for (const [name, value] of Object.entries(params))
      params[name] = value.replaceAll('\0', '\uFFFD');
  });
}

/** For routes that look something up by their query: 422 `validation_failed` for a NUL in it. */
export function refuseUnstorableQueries(app: FastifyInstance): void {
  app.addHook('preValidation', async ({ query }) => {
    const details = Object.entries((query ?? {}) as Record<string, unknown>)
      .filter((entry) => entry.flat().some((text) => String(text).includes('\0')))
      .map(([name]) => ({ path: `/${storable(name)}`, message: 'has a NUL character' }));
    if (details.length > 0) throw new AppError('validation_failed', undefined, { details });
  });
}
