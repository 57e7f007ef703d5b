import { expect, it } from 'vitest';
import { cookiesOf } from '../../src/http/console/cookies.ts';

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
