import fc from 'fast-check';
import { validateSignature, validateV3Signature } from 'plivo';
import { Resend } from 'resend';
import { expect, test } from 'vitest';
import { plivoHeaders, svixHeaders } from '../../../packages/sandbox/signatures.ts';
import { cases } from '../generated.ts';

/** The sandbox signs by code of its own; the providers' SDKs judge it, never the service. */

/** The SDK keeps parameters in a plain object, which has names of its own (`__proto__`); Plivo sends none of them. */
const word = fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/).filter((name) => !(name in {}));
const form = fc.dictionary(word, fc.string({ unit: 'grapheme' }), { minKeys: 1, maxKeys: 8 });
const url = fc
  .tuple(fc.array(word, { minLength: 1, maxLength: 4 }), fc.dictionary(word, word, { maxKeys: 3 }))
  .map(([path, query]) => {
    const search = new URLSearchParams(query).toString();
    return `https://clinic.example/${path.join('/')}${search === '' ? '' : `?${search}`}`;
  });

test('Plivo’s V3 and V2 are what its SDK expects, whatever is signed', () => {
  fc.assert(
    fc.property(url, form, word, (theUrl, theForm, token) => {
      const headers = plivoHeaders(theUrl, theForm, token);
      const of = (version: string) => headers[`x-plivo-signature-${version}`]!;
      expect(
        validateV3Signature('POST', theUrl, of('v3-nonce'), token, of('v3'), { ...theForm }),
      ).toBe(true);
      expect(validateSignature(theUrl, of('v2-nonce'), of('v2'), token)).toBe(true);
    }),
    cases(1_000),
  );
});

test('Svix’s is what Resend’s SDK expects, whatever is signed', () => {
  const resend = new Resend('re_only_for_verification');
  fc.assert(
    fc.property(word, fc.json(), fc.base64String({ minLength: 32 }), (id, body, key) => {
      const secret = `whsec_${key}`;
      const headers = svixHeaders({ id, body, secret });
      expect(
        resend.webhooks.verify({
          payload: body,
          headers: {
            id: headers['svix-id']!,
            timestamp: headers['svix-timestamp']!,
            signature: headers['svix-signature']!,
          },
          webhookSecret: secret,
        }),
      ).toEqual(JSON.parse(body));
    }),
    cases(300),
  );
});
