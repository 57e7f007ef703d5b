import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { plivoV2Signature, plivoV3Signature } from '../../../src/channels/sms/plivo/signature.ts';
import { verifyResendWebhook } from '../../../src/channels/email/resend/verify.ts';
import { verifyPlivoWebhook } from '../../../src/channels/sms/plivo/verify.ts';

describe('Resend', () => {
  const secret = `whsec_${Buffer.from('a-secret-of-some-length').toString('base64')}`;
  const oldSecret = `whsec_${Buffer.from('the-secret-before-that').toString('base64')}`;
  const body = '{"type":"email.delivered"}';
  const signed = (payload = body, by = secret, at = Date.now()) => {
    const timestamp = String(Math.floor(at / 1_000));
    const key = Buffer.from(by.slice('whsec_'.length), 'base64');
    const signature = createHmac('sha256', key)
      .update(`id.${timestamp}.${payload}`)
      .digest('base64');
    return { 'svix-id': 'id', 'svix-timestamp': timestamp, 'svix-signature': `v1,${signature}` };
  };

  test('a signed body is accepted, with its id and content', () => {
    expect(verifyResendWebhook(body, signed(), [secret])).toEqual({
      ok: true,
      id: 'id',
      event: { type: 'email.delivered' },
    });
  });

  test('while a secret is rotated both are accepted', () => {
    expect(verifyResendWebhook(body, signed(body, oldSecret), [secret, oldSecret]).ok).toBe(true);
    expect(verifyResendWebhook(body, signed(body, oldSecret), [secret]).ok).toBe(false);
    const both = signed();
    both['svix-signature'] =
      `${signed(body, oldSecret)['svix-signature']} ${both['svix-signature']}`;
    expect(verifyResendWebhook(body, both, [secret]).ok).toBe(true);
  });

  test.each([
    ['another body', `${body} `, signed(), 'bad_signature'],
    ['another id', body, { ...signed(), 'svix-id': 'other' }, 'bad_signature'],
    ['too old', body, signed(body, secret, Date.now() - 302_000), 'stale_timestamp'],
    ['too new', body, signed(body, secret, Date.now() + 302_000), 'stale_timestamp'],
    ['no headers', body, {}, 'missing_headers'],
    ['a header twice', body, { ...signed(), 'svix-id': ['id', 'id'] }, 'missing_headers'],
    ['signed, but no JSON', 'hello', signed('hello'), 'malformed_body'],
    ['no signature at all', body, { ...signed(), 'svix-signature': 'v1,' }, 'bad_signature'],
    ['another scheme', body, { ...signed(), 'svix-signature': 'v1a,xxxx' }, 'bad_signature'],
    ['nonsense', body, { ...signed(), 'svix-signature': '🙂' }, 'bad_signature'],
  ])('%s: refused', (_name, payload, headers, reason) => {
    expect(verifyResendWebhook(payload, headers, [secret])).toEqual({ ok: false, reason });
  });

  test('without a secret, or with a broken one, nothing is accepted', () => {
    expect(verifyResendWebhook(body, signed(), []).ok).toBe(false);
    expect(verifyResendWebhook(body, signed(), ['', 'whsec_', '%%%']).ok).toBe(false);
  });
});

describe('Plivo', () => {
  const url = 'https://clinic.example/webhooks/plivo/inbound';
  const params = { From: '15551230001', To: '15550100000', Text: 'Sí' };
  const authToken = 'a-token';
  const nonce = '05429567804466091622';
  const v3 = plivoV3Signature({ url, fields: params, nonce, authToken });
  const v3Headers = { 'x-plivo-signature-v3': v3, 'x-plivo-signature-v3-nonce': nonce };
  const v2Headers = {
    'x-plivo-signature-v2': plivoV2Signature({ url, nonce, authToken }),
    'x-plivo-signature-v2-nonce': nonce,
  };
  const good = { method: 'POST', url, params, headers: v3Headers, authToken };

  test('a signed form is accepted, by either header, also in a list', () => {
    expect(verifyPlivoWebhook(good)).toEqual({ ok: true, nonce });
    expect(verifyPlivoWebhook({ ...good, method: 'post' }).ok).toBe(true);
    const byMain = { 'x-plivo-signature-ma-v3': v3, 'x-plivo-signature-v3-nonce': nonce };
    expect(verifyPlivoWebhook({ ...good, headers: byMain }).ok).toBe(true);
    const listed = { ...v3Headers, 'x-plivo-signature-v3': `other, ${v3}` };
    expect(verifyPlivoWebhook({ ...good, headers: listed }).ok).toBe(true);
  });

  test.each([
    ['another field', { params: { ...params, From: '15550000000' } }, 'bad_signature'],
    ['one field more', { params: { ...params, Extra: '', More: '1' } }, 'bad_signature'],
    ['another address', { url: `${url}/x` }, 'bad_signature'],
    ['a query', { url: `${url}?a=1` }, 'bad_signature'],
    ['another token', { authToken: 'other' }, 'bad_signature'],
    [
      'another nonce',
      { headers: { ...v3Headers, 'x-plivo-signature-v3-nonce': '1' } },
      'bad_signature',
    ],
    ['GET', { method: 'GET' }, 'unsupported_method'],
    ['no headers', { headers: {} }, 'missing_headers'],
    ['no nonce', { headers: { 'x-plivo-signature-v3': v3 } }, 'missing_headers'],
    ['no signature', { headers: { 'x-plivo-signature-v3-nonce': nonce } }, 'missing_headers'],
    [
      'an empty signature',
      { headers: { ...v3Headers, 'x-plivo-signature-v3': ',' } },
      'missing_headers',
    ],
    ['only V2', { headers: v2Headers }, 'missing_headers'],
  ])('%s: refused', (_name, change, reason) => {
    expect(verifyPlivoWebhook({ ...good, ...change })).toEqual({ ok: false, reason });
  });

  test('V2 is accepted only where it is allowed, and never instead of a wrong or partial V3', () => {
    expect(verifyPlivoWebhook({ ...good, headers: v2Headers, allowV2: true })).toEqual({
      ok: true,
      nonce,
    });
    for (const broken of [
      { 'x-plivo-signature-v3': 'wrong', 'x-plivo-signature-v3-nonce': nonce },
      { 'x-plivo-signature-v3': 'wrong' },
      { 'x-plivo-signature-v3-nonce': nonce },
    ])
      expect(
        verifyPlivoWebhook({ ...good, headers: { ...v2Headers, ...broken }, allowV2: true }).ok,
      ).toBe(false);
  });
});
