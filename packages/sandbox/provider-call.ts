import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CallFault } from './faults.ts';
import type { Schedule } from './schedule.ts';

export type Answer = { status: number; body: unknown; headers?: Record<string, string> };

/**
 * Answers a call the way the fault wants it: late, or not at all, by cutting the connection, so that the
 * caller cannot know. `beforeAnswer` runs when the call is over for the provider.
 */
export async function answerCall(
  reply: FastifyReply,
  answer: Answer,
  fault: CallFault,
  schedule: Schedule,
  beforeAnswer: () => void = () => undefined,
): Promise<FastifyReply> {
  await schedule.sleep(fault.delayMs);
  beforeAnswer();
  if (fault.drop) {
    reply.hijack();
    reply.raw.socket?.destroy();
    return reply;
  }
  return sendAnswer(reply, answer);
}

export function sendAnswer(reply: FastifyReply, answer: Answer): FastifyReply {
  return reply
    .code(answer.status)
    .headers(answer.headers ?? {})
    .send(answer.body);
}

/** A body as it came and as JSON. `json` is missing when nothing was sent, `broken` when it was no JSON. */
export type JsonBody = { raw: string; json?: unknown; broken?: true };

/** The SDKs announce JSON on calls where they send nothing, which Fastify's own parser refuses. */
export function acceptJsonBodies(app: FastifyInstance, bodyLimit: number): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit },
    (_request, raw, done) => done(null, readJson(raw as string)),
  );
}

function readJson(raw: string): JsonBody {
  if (raw.trim() === '') return { raw };
  try {
    return { raw, json: JSON.parse(raw) as unknown };
  } catch {
    return { raw, broken: true };
  }
}

export function bodyOf(request: FastifyRequest): JsonBody {
  return (request.body as JsonBody | undefined) ?? { raw: '' };
}

export function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}
