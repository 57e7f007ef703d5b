import { parsePhone, parseSmsSender } from './addresses.ts';
import { limits } from './limits.ts';
import { foreignNumber, smsOutcome } from './magic.ts';
import type { AcceptedSms } from './plivo-emulator.ts';
import { isTooLong } from './sms-text.ts';

export type PlivoRefusal = { status: number; error: string };

export type CheckedSms = { messages: AcceptedSms[]; invalidNumbers: string[] };

/**
 * Checks a send call (https://www.plivo.com/docs/messaging/api/message/send-a-message). The texts quote
 * the number, as Plivo's do, so that a client that logs them is found out here.
 */
export function checkSms(body: unknown): CheckedSms | PlivoRefusal {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return refusal('The request body must be a JSON object.');
  const fields = body as Record<string, unknown>;
  for (const name of ['dst', 'text', 'src'])
    if (typeof fields[name] !== 'string' || fields[name] === '')
      return refusal(`${name} parameter not present`);
  const { src, dst, text } = fields as { src: string; dst: string; text: string };
  if (fields.type !== undefined && fields.type !== 'sms')
    return refusal(`The sandbox does not emulate messages of type ${String(fields.type)}.`);

  const from = parseSmsSender(src);
  if (from === undefined) return refusal(`${src} is not a valid source number`);
  if (from === foreignNumber) return refusal(`${src} does not belong to this account`);
  if (isTooLong(text))
    return refusal(
      `text is longer than ${limits.gsmCharacters} characters (${limits.ucs2Characters} in Unicode)`,
    );
  if (!['boolean', 'undefined'].includes(typeof fields.log))
    if (!['true', 'false', 'content_only', 'number_only'].includes(String(fields.log)))
      return refusal('log must be true, false, content_only or number_only');
  const statusUrl = fields.url;
  if (statusUrl !== undefined && !isWebAddress(statusUrl)) return refusal('url is not a valid URL');
  if (fields.method !== undefined && String(fields.method).toUpperCase() !== 'POST')
    return refusal('The sandbox calls back by POST only.');

  const destinations = dst.split('<');
  if (destinations.length > limits.destinationsPerCall)
    return refusal(`dst has more than ${limits.destinationsPerCall} numbers`);
  const invalidNumbers = destinations.filter((number) => parsePhone(number) === undefined);
  if (invalidNumbers.length === destinations.length)
    return refusal(`${dst} is not a valid destination number`);
  const valid = destinations.flatMap((number) => parsePhone(number) ?? []);
  for (const number of valid) {
    const outcome = smsOutcome(number);
    if (outcome.kind === 'refused')
      return { status: outcome.status, error: `${number}: ${refusalTexts[outcome.status]}` };
  }
  const masked = ['false', 'content_only'].includes(String(fields.log));
  return {
    invalidNumbers,
    messages: valid.map((to) => ({
      from,
      to,
      text,
      masked,
      ...(typeof statusUrl === 'string' ? { statusUrl } : {}),
    })),
  };
}

const refusalTexts = {
  400: 'the number is not valid',
  402: 'the account has insufficient credit',
  403: 'the destination is not permitted for this account',
  429: 'too many requests',
} as const;

function refusal(error: string): PlivoRefusal {
  return { status: 400, error };
}

function isWebAddress(value: unknown): boolean {
  return typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value);
}
