import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cookiesOf } from '../../src/console/cookies.ts';
import { startStack, type Stack } from '../harness/stack.ts';
import { Visitor } from '../harness/visitor.ts';

it('with TLS no neighbouring host can plant the console’s cookies', () => {
  const { session, csrf, options } = cookiesOf('https://optin.example');
  // RFC 6265bis, 4.1.3.2: the prefix holds only with Secure, the path / and no Domain.
  for (const name of [session, csrf]) expect(name).toMatch(/^__Host-/);
  expect(options).toMatchObject({ secure: true, path: '/', httpOnly: true, sameSite: 'lax' });
  expect(options).not.toHaveProperty('domain');
});

it('without TLS, on one’s own machine, browsers take them too', () => {
  const { session, csrf, options } = cookiesOf('http://localhost:3000');
  for (const name of [session, csrf]) expect(name).not.toMatch(/^__/);
  expect(options).toMatchObject({ secure: false, path: '/console' });
});

describe('somebody who planted their own cookie in another’s browser', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ worker: false });
  });
  afterAll(() => stack.stop());

  /** The victim's browser has the attacker's cookie, and sends the attacker's form with the attacker's token and key. */
  async function signInPlanted(headers: Record<string, string>) {
    const planted = new Visitor(stack);
    const csrf = await planted.token('/console/sign-in');
    const form = { csrf, key: stack.apiKey, staff: 'Eve', to: '/console' };
    const { status, headers: set } = await planted.open('/console/sign-in', form, headers);
    return { status, cookies: set.getSetCookie() };
  }

  it.each([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    { 'sec-fetch-site': 'same-site', origin: 'https://evil.optin.example' },
    { 'sec-fetch-site': 'cross-site', origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
  ])('signs nobody in by a form of another site: %j', async (headers) => {
    expect(await signInPlanted(headers)).toEqual({ status: 403, cookies: [] });
  });

  it('a form of the console itself is taken, as each kind of browser sends it', async () => {
    for (const headers of [
      {},
      { origin: stack.url },
      { 'sec-fetch-site': 'same-origin', origin: stack.url },
      { 'sec-fetch-site': 'same-origin', origin: 'null' },
    ])
      expect((await signInPlanted(headers)).status).toBe(303);
  });

  it('no form of another site does anything for who is signed in', async () => {
    const visitor = new Visitor(stack);
    expect(await visitor.signIn(stack.apiKey)).toBe(303);
    const csrf = await visitor.token();
    const evil = { origin: 'https://evil.example' };
    expect((await visitor.open('/console/sign-out', { csrf }, evil)).status).toBe(403);
    expect((await visitor.open('/console')).status).toBe(200);
    expect((await visitor.open('/console/sign-out', { csrf })).status).toBe(303);
  });
});
