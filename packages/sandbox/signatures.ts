import { createHmac, randomBytes } from 'node:crypto';

/**
 * How the providers sign their webhooks, written from their documentation and shared with nobody: a fault in the
 * service's own reading must not agree with itself. test/sandbox/webhooks.test.ts holds both against the providers' SDKs.
 */

/** https://www.plivo.com/docs/messaging/concepts/signature-validation: V3, and the older V2, for a POST with a form. */
export function plivoHeaders(
  url: string,
  form: Readonly<Record<string, string>>,
  authToken: string,
): Record<string, string> {
  const hmac = (text: string): string =>
    createHmac('sha256', authToken).update(text).digest('base64');
  const nonce = plivoNonce();
  const { address, query } = partsOf(url);
  const sortedQuery = query
    .toSorted()
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const sortedForm = Object.entries(form)
    .toSorted()
    .map(([name, value]) => `${name}${value}`)
    .join('');
  const v3 = hmac(
    `${address}?${sortedQuery}${sortedQuery === '' ? '' : '.'}${sortedForm}.${nonce}`,
  );
  const v2 = hmac(`${address}${nonce}`);
  return {
    'x-plivo-signature-v3': v3,
    'x-plivo-signature-ma-v3': v3,
    'x-plivo-signature-v3-nonce': nonce,
    'x-plivo-signature-v2': v2,
    'x-plivo-signature-ma-v2': v2,
    'x-plivo-signature-v2-nonce': nonce,
  };
}

/** https://docs.svix.com/receiving/verifying-payloads/how-manual */
export function svixHeaders(message: {
  id: string;
  body: string;
  secret: string;
}): Record<string, string> {
  const timestamp = Math.floor(Date.now() / 1_000);
  const key = Buffer.from(message.secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key)
    .update(`${message.id}.${timestamp}.${message.body}`)
    .digest('base64');
  return {
    'svix-id': message.id,
    'svix-timestamp': String(timestamp),
    'svix-signature': `v1,${signature}`,
  };
}

function partsOf(url: string): { address: string; query: [string, string][] } {
  const mark = url.indexOf('?');
  return mark === -1
    ? { address: url, query: [] }
    : { address: url.slice(0, mark), query: [...new URLSearchParams(url.slice(mark + 1))] };
}

/** Plivo's nonces are decimal numbers of some 20 digits. */
function plivoNonce(): string {
  return BigInt(`0x${randomBytes(10).toString('hex')}`)
    .toString()
    .padStart(20, '0')
    .slice(0, 20);
}
