import { createHmac } from 'node:crypto';
import type { FormFields } from '../../webhook.ts';

/**
 * Plivo's V3 signature of a POST: base64 HMAC-SHA256 over `url?sorted-query.sorted-fields.nonce`.
 * The rule is the SDK's (`plivo/dist/utils/v3Security.js`), including its oddities: the `?` is there
 * whenever there are fields, even without a query. The test compares both with generated input.
 *
 * `url` is the address Plivo was given, so build it from `PUBLIC_URL`, never from a Host header.
 */
export function plivoV3Signature(input: {
  url: string;
  fields: FormFields;
  nonce: string;
  authToken: string;
}): string {
  const [base = '', query = ''] = splitOnce(input.url.replace(/#.*$/, ''), '?');
  const queryPairs = [...new URLSearchParams(query)]
    .toSorted(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const fieldPairs = Object.keys(input.fields)
    .toSorted()
    .flatMap((name) =>
      [input.fields[name] ?? []]
        .flat()
        .toSorted()
        .map((value) => name + value),
    )
    .join('');
  const hasFields = Object.keys(input.fields).length > 0;
  const signed =
    base +
    (queryPairs !== '' || hasFields ? `?${queryPairs}` : '') +
    (queryPairs !== '' && hasFields ? '.' : '') +
    fieldPairs;
  return createHmac('sha256', input.authToken).update(`${signed}.${input.nonce}`).digest('base64');
}

/** Plivo's older V2 signature: base64 HMAC-SHA256 over the address without its query, then the nonce. */
export function plivoV2Signature(input: { url: string; nonce: string; authToken: string }): string {
  const [base = ''] = splitOnce(input.url.replace(/#.*$/, ''), '?');
  return createHmac('sha256', input.authToken)
    .update(base + input.nonce)
    .digest('base64');
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** By UTF-16 code unit, as `Array.prototype.sort` does it in the SDK. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
