import { StringDecoder } from 'node:string_decoder';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { limits } from '../../core/limits.ts';
import { AppError } from '../errors.ts';
import { giveWay } from '../event-loop.ts';

/**
 * Takes JSON, after one look at its bytes that costs next to nothing: millions of brackets or commas would keep the
 * parser, and each step after it, busy for seconds, and while it is busy nobody's STOP is heard.
 *
 * 413 `body_too_large`: more than `limits.jsonParts` values; 422 `validation_failed`: nested deeper than
 * `limits.jsonDepth`; 400 `bad_request`: no JSON, or names (`__proto__`) that no JSON of ours has.
 */
export function takeJson(app: FastifyInstance, beforeParsing: BeforeParsing = atOnce): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser<Buffer>(
    'application/json',
    { parseAs: 'buffer', bodyLimit: limits.requestBytes },
    async (request: FastifyRequest, body: Buffer): Promise<unknown> => {
      await beforeParsing(request, body.length);
      const { depth, parts } = measure(body);
      if (depth > limits.jsonDepth)
        throw new AppError('validation_failed', undefined, {
          details: [{ path: '', message: 'is nested too deeply' }],
        });
      if (parts > limits.jsonParts) throw new AppError('body_too_large');
      const text = await textOf(body);
      return new Promise((resolve, reject) => {
        void parse(request, text, (error, value) => (error ? reject(error) : resolve(value)));
      });
    },
  );
}

/** Waits, where the body should not be parsed yet; `bytes`: its length. */
export type BeforeParsing = (request: FastifyRequest, bytes: number) => Promise<void>;

const atOnce: BeforeParsing = () => Promise.resolve();

/** Bytes that are decoded at a time: emoji take some 15 ms a megabyte, so a whole body would keep everybody waiting. */
const decodedAtOnce = 512 * 1024;

async function textOf(body: Buffer): Promise<string> {
  if (body.length <= decodedAtOnce) return body.toString('utf8');
  const decoder = new StringDecoder('utf8');
  let text = '';
  for (let at = 0; at < body.length; at += decodedAtOnce) {
    await giveWay();
    text += decoder.write(body.subarray(at, at + decodedAtOnce));
  }
  await giveWay();
  return text + decoder.end();
}

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openArray, closeArray, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];

/** How deep, and how many values, names, objects and arrays there are at most. Ends early where either is too much. */
function measure(body: Buffer): { depth: number; parts: number } {
  let [depth, deepest, parts] = [0, 0, 0];
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at]!;
    if (byte === quote) at = endOfString(body, at);
    else if (byte === comma || byte === colon) parts += 1;
    else if (byte === openArray || byte === openObject) {
      parts += 1;
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (byte === closeArray || byte === closeObject) depth -= 1;
    if (deepest > limits.jsonDepth || parts > limits.jsonParts) break;
  }
  return { depth: deepest, parts };
}

function endOfString(body: Buffer, from: number): number {
  for (let at = from + 1; at < body.length; at += 1) {
    if (body[at] === backslash) at += 1;
    else if (body[at] === quote) return at;
  }
  return body.length;
}
