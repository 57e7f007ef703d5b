import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { parse } from 'node:querystring';
import { limits } from '../../core/limits.ts';
import { storable } from './storable.ts';

/** The bodies of forms that people's browsers and mail programs send. */

/** Fields by name; a name that is there twice has all its values. */
export type FormFields = Record<string, string | string[]>;

export const urlEncoded = 'application/x-www-form-urlencoded';

/**
 * Takes a form in either of the browsers' encodings. A body of any other type, or an unreadable one, counts as a form
 * without fields: the page then names the missing ones, instead of a dead end. Too long: 413.
 */
export function takeForms(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>(
    '*',
    { parseAs: 'buffer', bodyLimit: limits.formBytes },
    async (request: FastifyRequest, body: Buffer) =>
      readFormBody(request.headers['content-type'], body),
  );
}

/**
 * Takes URL-encoded forms of programs and of signed-in staff, exactly as sent. Of more than `limits.formFields` fields the
 * rest is not there: a signature over them all then fits no more. Too long: 413.
 */
export function takeUrlEncodedForms(app: FastifyInstance, bodyLimit: number): void {
  app.addContentTypeParser<string>(
    urlEncoded,
    { parseAs: 'string', bodyLimit },
    async (_request: FastifyRequest, body: string) =>
      parse(body, '&', '=', { maxKeys: limits.formFields }),
  );
}

/** RFC 9110, 8.3.1: in any letter case; parameters do not affect the type. */
export function mediaTypeOf(type = ''): string {
  return type.split(';', 1)[0]!.trim().toLowerCase();
}

export async function readFormBody(type: string | undefined, body: Buffer): Promise<FormFields> {
  const mediaType = mediaTypeOf(type);
  if (mediaType === urlEncoded) return fieldsOf(new URLSearchParams(body.toString('utf8')));
  if (mediaType !== 'multipart/form-data') return fieldsOf([]);
  try {
    const form = await new Response(new Uint8Array(body), {
      headers: { 'content-type': type! },
    }).formData();
    // A file is no word of a person's.
    return fieldsOf(
      [...form].filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    return fieldsOf([]);
  }
}

/** Of more than `limits.formFields` the rest is not there: no form of ours has so many. */
function fieldsOf(entries: Iterable<[string, string]>): FormFields {
  const fields = Object.create(null) as FormFields;
  let left: number = limits.formFields;
  for (const [name, given] of entries) {
    if (left === 0) break;
    left -= 1;
    const value = storable(given);
    const before = fields[name];
    // Copying the list for each value would let a few KB of one name keep the process busy for minutes.
    if (Array.isArray(before)) before.push(value);
    else fields[name] = before === undefined ? value : [before, value];
  }
  return fields;
}

/**
 * For addresses where the body says nothing that matters: any body of any type, none, a broken one, or one of a type
 * that is no type. It is read to keep the connection in use, up to `limits.ignoredBodyBytes`; of a longer one the rest
 * is not read, and the route is called all the same.
 */
export function ignoreBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addHook('onRequest', async (request) => {
    // Before Fastify refuses a type that is not well-formed.
    delete request.raw.headers['content-type'];
  });
  app.addContentTypeParser('*', (_request, payload, done) => drain(payload, () => done(null)));
  app.addHook('onSend', async (request, reply) => {
    if (!request.raw.complete) void reply.header('connection', 'close');
  });
}

/** Calls back once: at the end of the body, where it breaks off, or when it is too long. */
function drain(payload: IncomingMessage, done: () => void): void {
  let bytes = 0;
  const end = (): void => {
    for (const event of ['end', 'error', 'close']) payload.removeListener(event, end);
    payload.removeListener('data', count);
    payload.on('error', () => {});
    done();
  };
  const count = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes <= limits.ignoredBodyBytes) return;
    payload.pause();
    end();
  };
  for (const event of ['end', 'error', 'close']) payload.on(event, end);
  payload.on('data', count);
}
