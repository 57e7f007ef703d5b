import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { limits } from '../../core/limits.ts';
import { Turns } from '../../core/turns/turns.ts';
import { takeTurn } from './array-turns.ts';

/** For the routes of these answers: what a caller waits for at most, and how long one may take to read the answer. */
export const recordTimeout = { handlerTimeout: limits.recordMs };

type Answer = (
  request: FastifyRequest,
  reply: FastifyReply,
  begin: () => Promise<AsyncIterable<string>>,
) => Promise<FastifyReply>;

/**
 * Answers with JSON in pieces that are read while they are sent. Each such call reads, opens and hashes without an end in
 * sight, so practices take turns (limits.ts); beyond those that may wait, 429 `too_many_requests` with `Retry-After`. A
 * turn is held until the last piece was taken, the caller is gone, or took nothing for `stallMs`.
 */
export function takeTurnsAnswering(stallMs: number = limits.recordStallMs): Answer {
  const turns = new Turns(limits.records);
  return async (request, reply, begin) => {
    const { practiceId, signal } = request;
    if (!(await takeTurn(turns, practiceId, () => reply.sent || signal.aborted))) return reply;
    const giveBack = (): void => turns.giveBack(practiceId);
    let answer: Readable | undefined;
    try {
      const pieces = await begin();
      const cutOff = (): void => void answer?.destroy();
      answer = Readable.from(whileTaken(pieces, stallMs, cutOff), {
        objectMode: false,
        highWaterMark: limits.recordBytesAhead,
      });
      // Also where the caller hangs up: once the piece that is being read is there.
      answer.once('close', giveBack);
      // Answered meanwhile: it was too late.
      if (reply.sent) answer.destroy();
      else void reply.type('application/json; charset=utf-8').send(answer);
      return reply;
    } finally {
      if (!answer) giveBack();
    }
  };
}

async function* whileTaken(
  pieces: AsyncIterable<string>,
  stallMs: number,
  cutOff: () => void,
): AsyncGenerator<string> {
  for await (const piece of pieces) {
    const patience = setTimeout(cutOff, stallMs);
    try {
      yield piece;
    } finally {
      clearTimeout(patience);
    }
  }
}
