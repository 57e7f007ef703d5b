import { timingSafeEqual } from 'node:crypto';
import {
  single,
  type FormFields,
  type RefusedWebhook,
  type WebhookHeaders,
} from '../../webhook.ts';
import { plivoV2Signature, plivoV3Signature } from './signature.ts';

/**
 * Plivo's V3 signature of a POST. `url` is the public address Plivo called, with its query; `params` the
 * parsed form. There is no timestamp: the caller remembers `nonce` and refuses a second use.
 *
 * With `allowV2` a request that carries no V3 header at all may be signed by V2, which covers neither the
 * fields nor the query. It is off unless an operator says otherwise, and never a way around a wrong V3.
 */
export function verifyPlivoWebhook(input: {
  method: string;
  url: string;
  params: FormFields;
  headers: WebhookHeaders;
  authToken: string;
  allowV2?: boolean;
}): { ok: true; nonce: string } | RefusedWebhook {
  if (input.method.toUpperCase() !== 'POST') return { ok: false, reason: 'unsupported_method' };
  const { headers, url, authToken } = input;
  const v3 = signatures(headers['x-plivo-signature-v3'], headers['x-plivo-signature-ma-v3']);
  const v3Nonce = single(headers['x-plivo-signature-v3-nonce']);
  if (v3.length > 0 || v3Nonce !== undefined || input.allowV2 !== true) {
    if (v3.length === 0 || v3Nonce === undefined) return { ok: false, reason: 'missing_headers' };
    const expected = plivoV3Signature({ url, fields: input.params, nonce: v3Nonce, authToken });
    return matches(v3, expected)
      ? { ok: true, nonce: v3Nonce }
      : { ok: false, reason: 'bad_signature' };
  }
  const v2 = signatures(headers['x-plivo-signature-v2'], headers['x-plivo-signature-ma-v2']);
  const v2Nonce = single(headers['x-plivo-signature-v2-nonce']);
  if (v2.length === 0 || v2Nonce === undefined) return { ok: false, reason: 'missing_headers' };
  return matches(v2, plivoV2Signature({ url, nonce: v2Nonce, authToken }))
    ? { ok: true, nonce: v2Nonce }
    : { ok: false, reason: 'bad_signature' };
}

/** Plivo may list several signatures in one header, separated by commas (while a token is rotated). */
function signatures(...values: (string | readonly string[] | undefined)[]): string[] {
  return values
    .flatMap((value) => single(value)?.split(',') ?? [])
    .map((signature) => signature.trim())
    .filter((signature) => signature !== '');
}

function matches(candidates: readonly string[], expected: string): boolean {
  const wanted = Buffer.from(expected);
  return candidates.some((candidate) => {
    const given = Buffer.from(candidate);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  });
}
