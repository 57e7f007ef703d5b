import fc from 'fast-check';
import { validateSignature, validateV3Signature } from 'plivo';
import { expect, test } from 'vitest';
import { plivoV2Signature, plivoV3Signature } from '../../../src/channels/sms/plivo/signature.ts';
import { cases } from '../generated.ts';

const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,12}$/);
const fields = fc.dictionary(
  name,
  fc.oneof(fc.string({ unit: 'grapheme' }), fc.array(fc.string(), { minLength: 2, maxLength: 3 })),
  { maxKeys: 8 },
);
const url = fc
  .tuple(
    fc.constantFrom(
      'http://localhost:3000',
      'https://clinic.example',
      'https://clinic.example:8443',
    ),
    fc.array(fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/), { minLength: 1, maxLength: 4 }),
    fc.array(fc.tuple(name, fc.stringMatching(/^[A-Za-z0-9_-]{0,10}$/)), { maxLength: 3 }),
  )
  .map(([origin, path, query]) => {
    const search = query.map((pair) => pair.join('=')).join('&');
    return `${origin}/${path.join('/')}${search === '' ? '' : `?${search}`}`;
  });
const nonce = fc.stringMatching(/^\d{8,20}$/);
const authToken = fc.stringMatching(/^[A-Za-z0-9]{20,40}$/);

test('V3 is what the SDK’s validator expects, whatever is signed', () => {
  fc.assert(
    fc.property(url, fields, nonce, authToken, (theUrl, theFields, theNonce, theToken) => {
      const signature = plivoV3Signature({
        url: theUrl,
        fields: theFields,
        nonce: theNonce,
        authToken: theToken,
      });
      // The SDK sorts the arrays it is given in place.
      const copy = structuredClone(theFields);
      expect(validateV3Signature('POST', theUrl, theNonce, theToken, signature, copy)).toBe(true);
    }),
    cases(2_000),
  );
});

test('V2 is what the SDK’s validator expects', () => {
  fc.assert(
    fc.property(url, nonce, authToken, (theUrl, theNonce, theToken) => {
      const signature = plivoV2Signature({ url: theUrl, nonce: theNonce, authToken: theToken });
      expect(validateSignature(theUrl, theNonce, signature, theToken)).toBe(true);
    }),
    cases(500),
  );
});
