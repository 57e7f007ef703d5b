import { Compile } from 'typebox/compile';
import { readIncoming } from '../incoming.ts';
import { limits } from '../limits.ts';
import { messageSchema, type MessageInput, type Problem } from '../message/message-schema.ts';
import { messageOf, pathOf } from '../schema-error.ts';
import { whyUndecodable } from './undecodable.ts';

const schema = Compile(messageSchema);

export type SignalMessage =
  | { ok: true; input: MessageInput; unfit?: { problem: Problem; sent: MessageInput } }
  | { ok: false; problem: string };

/**
 * A raw `sendMessage` payload: the message as for HTTP (its texts cleaned, `null` as absence), `messageId` as its id.
 * Anybody with a Temporal client can send one, so nothing about it is taken for granted; checks beyond the schema run
 * when it is stored. `problem` is safe to show: it never repeats a value. `unfit`: a text cannot be accepted, unless
 * the message (`sent`: as it came) repeats one that is stored.
 */
export function readSignalMessage(payload: unknown): SignalMessage {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload))
    return refused('the payload is not a JSON object');
  const { messageId, ...rest } = payload as Record<string, unknown>;
  const undecodable = whyUndecodable(rest);
  if (undecodable !== undefined) return refused(undecodable);
  if (typeof messageId !== 'string') return refused('`messageId` is missing');
  const { value: input, problems } = readIncoming(messageSchema, { ...rest, id: messageId });
  const [unfit] = problems;
  const path = unfit && `/${unfit.path.join('/')}`;
  if (!schema.Check(input)) {
    if (unfit) return refused(`${path} ${unfit.message}`);
    const [first] = schema.Errors(input);
    return refused(first === undefined ? '/ is wrong' : `${pathOf(first)} ${messageOf(first)}`);
  }
  const bytes = Buffer.byteLength(JSON.stringify([input.body, input.content, input.data]));
  if (bytes > limits.signalBodyBytes)
    return refused(`the texts have ${bytes} bytes, a signal may carry ${limits.signalBodyBytes}`);
  if (!unfit || path === undefined) return { ok: true, input };
  const problem = { code: 'validation_failed', path, message: unfit.message } as const;
  return { ok: true, input, unfit: { problem, sent: { ...rest, id: messageId } as MessageInput } };
}

function refused(problem: string): { ok: false; problem: string } {
  // PostgreSQL's text has no NUL, and nobody reads control characters.
  return { ok: false, problem: problem.replaceAll(/\p{Cc}/gu, '') };
}
