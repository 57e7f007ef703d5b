import { Type, type Static } from 'typebox';
import { idPattern } from '../ids.ts';
import { instantOf, noInstant } from '../instant.ts';
import { limits } from '../limits.ts';
import { contentFor, messageKinds, type MethodContent } from './message.ts';
import { methods, type Method } from '../method.ts';
import { countSegments } from '../sms-segments.ts';

/**
 * A message as callers write it, over HTTP and in a raw `sendMessage` signal alike (contract, "Messages"), after its
 * texts were cleaned (incoming.ts).
 */

const text = Type.String({ minLength: 1, maxLength: limits.emailBytes });
const subject = Type.String({ minLength: 1, maxLength: limits.subjectCharacters });

/** ISO 8601 with an offset; a time without one is refused, because nobody can know which zone was meant. */
export const instant = Type.String({
  format: 'date-time',
  description: 'ISO 8601 with offset, e.g. 2026-11-25T08:00:00-05:00',
});
export const id = Type.String({ pattern: idPattern });
export const method = Type.Enum([...methods]);

/** The values of a template, by name: plain ones, so that a template cannot reach into anything. */
export const templateData = Type.Record(
  Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_]{0,63}$' }),
  Type.Union([
    Type.String({ maxLength: limits.templateValueCharacters }),
    Type.Number(),
    Type.Boolean(),
  ]),
  { additionalProperties: false, maxProperties: limits.templateValues },
);

export const messageSchema = Type.Object(
  {
    id: Type.Optional(id),
    kind: Type.Enum([...messageKinds]),
    subject: Type.Optional(subject),
    body: Type.Optional(text),
    content: Type.Optional(
      Type.Object(
        {
          email: Type.Optional(
            Type.Object(
              { subject, text, html: Type.Optional(text) },
              { additionalProperties: false },
            ),
          ),
          sms: Type.Optional(Type.Object({ text }, { additionalProperties: false })),
          fax: Type.Optional(Type.Object({ subject, text }, { additionalProperties: false })),
        },
        { additionalProperties: false },
      ),
    ),
    /** Instead of `subject`, `body` and `content`: rendered, in the contact's language, when the message is stored. */
    template: Type.Optional(Type.Enum([...messageKinds])),
    data: Type.Optional(templateData),
    methods: Type.Optional(Type.Array(method, { minItems: 1, maxItems: 3, uniqueItems: true })),
    sendAt: Type.Optional(instant),
    notAfter: Type.Optional(instant),
    eventAt: Type.Optional(instant),
    supersedes: Type.Optional(id),
    about: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
  },
  { additionalProperties: false },
);
export type MessageInput = Static<typeof messageSchema>;

export type Problem = {
  code: 'validation_failed' | 'sms_too_long' | 'email_too_large' | 'rendering_too_long';
  path: string;
  message: string;
  count?: number;
};

/** The methods that the message has something to say on. */
export function possibleMethods(input: MessageInput): Method[] {
  return methods.filter((m) => contentFor(m, input) !== undefined);
}

/**
 * Checks what a schema cannot express. Empty: the message may be stored. Times are already known to be well formed.
 * `assigned`: the contact's methods; a text of many segments for somebody who has no SMS is not refused.
 */
export function checkMessage(input: MessageInput, assigned: readonly Method[]): Problem[] {
  const problems: Problem[] = [];
  const wrong = (path: string, message: string): void => {
    problems.push({ code: 'validation_failed', path, message });
  };
  const possible = possibleMethods(input);
  if (possible.length === 0) wrong('/body', 'give `body`, a `template`, or `content` for a method');
  for (const wanted of input.methods ?? [])
    if (possible.length > 0 && !possible.includes(wanted))
      wrong('/methods', `there is no text for ${wanted}`);

  if (input.supersedes !== undefined && input.supersedes === input.id)
    wrong('/supersedes', 'must be another message');
  for (const name of ['sendAt', 'notAfter', 'eventAt'] as const)
    if (input[name] !== undefined && !instantOf(input[name])) wrong(`/${name}`, noInstant);
  const [sendAt, notAfter, eventAt] = [input.sendAt, input.notAfter, input.eventAt].map((at) =>
    at === undefined ? undefined : Date.parse(at),
  );
  const last = notAfter ?? eventAt;
  if (sendAt !== undefined && last !== undefined && last <= sendAt)
    wrong(notAfter === undefined ? '/eventAt' : '/notAfter', 'must be after `sendAt`');

  const wanted = input.methods ?? possible.filter((m) => assigned.includes(m));
  const sms = wanted.includes('sms') ? contentFor('sms', input) : undefined;
  if (sms) {
    const { count } = countSegments(sms.text);
    // A body meant for several methods may be too long for SMS alone: then say so, rather than cut it.
    if (count > limits.smsSegments)
      problems.push({
        code: 'sms_too_long',
        path: input.content?.sms ? '/content/sms/text' : '/body',
        message: `the SMS has ${count} segments, at most ${limits.smsSegments} are allowed`,
        count,
      });
  }
  problems.push(...tooLarge(input));
  return problems;
}

const partNames: Record<Method, string> = { email: 'email', sms: 'SMS', fax: 'fax' };

/** Everything that the message says counts, wanted or not: it is stored, sealed and opened with the rest. */
function tooLarge({ body, content = {} }: MessageInput): Problem[] {
  const bytesOf = (...texts: (string | undefined)[]): number =>
    texts.reduce((bytes, one = '') => bytes + Buffer.byteLength(one), 0);
  const parts = [
    ['/body', 'body', bytesOf(body)] as const,
    ...methods.map((method) => {
      const own: MethodContent | undefined = content[method];
      return [`/content/${method}`, partNames[method], bytesOf(own?.text, own?.html)] as const;
    }),
  ];
  const problem = (path: string, name: string, count: number, most: number): Problem => ({
    code: 'email_too_large',
    path,
    message: `the ${name} has ${count} bytes, at most ${most} are allowed`,
    count,
  });
  const large = parts.filter(([, , count]) => count > limits.emailBytes);
  if (large.length > 0)
    return large.map(([path, name, count]) => problem(path, name, count, limits.emailBytes));
  const all = parts.reduce((bytes, [, , count]) => bytes + count, 0);
  return all > limits.messageBytes
    ? [problem('/content', 'message on all methods together', all, limits.messageBytes)]
    : [];
}
