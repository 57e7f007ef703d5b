import { afterAll, beforeAll, expect, it } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { startStack, testAdminKey, type Stack } from '../harness/stack.ts';

/** The Temporal UI in an operator's browser: on another address, with a cookie and without the admin key. */

const ui = 'https://temporal.example';
let stack: Stack;
let cookie: string;
beforeAll(async () => {
  stack = await startStack({ worker: false, env: { TEMPORAL_UI_URL: ui } });
});
afterAll(() => stack.stop());

const post = (path: string, headers: Record<string, string>, body: string) =>
  fetch(`${stack.url}${path}`, { method: 'POST', headers, body });
const give = (key: string) =>
  post(
    '/codec',
    { 'content-type': 'application/x-www-form-urlencoded' },
    new URLSearchParams({ key }).toString(),
  );
const call = (direction: 'encode' | 'decode', cookies: string) =>
  post(
    `/codec/${direction}`,
    { 'content-type': 'application/json', origin: ui, cookie: cookies },
    JSON.stringify({ payloads: [] }),
  );

it('a wrong key opens nothing, and the page says so', async () => {
  const page = await fetch(`${stack.url}/codec`);
  expect(page.headers.get('cache-control')).toBe('no-store');
  expect(await page.text()).toContain('Admin key');
  for (const key of ['', 'wrong', stack.apiKey, `${testAdminKey}x`]) {
    const refused = await give(key);
    expect(refused.status).toBe(401);
    expect(refused.headers.getSetCookie()).toEqual([]);
    expect(await refused.text()).toContain('role="alert"');
  }
});

it('the admin key lets this browser open payloads for a shift, and do nothing else', async () => {
  const opened = await give(testAdminKey);
  expect(opened.status).toBe(200);
  const [set] = opened.headers.getSetCookie();
  expect(set).toContain('HttpOnly');
  expect(set).toContain(`Max-Age=${limits.codecSessionMs / 1_000}`);
  expect(set).not.toContain(testAdminKey);
  cookie = set!.split(';')[0]!;
  const decoded = await call('decode', cookie);
  expect(decoded.status).toBe(200);
  expect(decoded.headers.get('access-control-allow-origin')).toBe(ui);
  expect(decoded.headers.get('access-control-allow-credentials')).toBe('true');
  expect((await call('encode', cookie)).status).toBe(401);
  const keys = await fetch(`${stack.url}/v1/practices`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json' },
    body: JSON.stringify({ id: 'x', name: 'x' }),
  });
  expect(keys.status).toBe(401);
});

it('the UI may send the cookie, and no other site may', async () => {
  const preflight = (origin: string) =>
    fetch(`${stack.url}/codec/decode`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    });
  const own = await preflight(ui);
  expect(own.headers.get('access-control-allow-origin')).toBe(ui);
  expect(own.headers.get('access-control-allow-credentials')).toBe('true');
  const other = await preflight('https://evil.example');
  expect(other.headers.get('access-control-allow-origin')).toBeNull();
});

it('a cookie that was made up, lengthened or is over opens nothing', async () => {
  const [name, value] = cookie.split('=') as [string, string];
  const [until, signature] = value.split('.') as [string, string];
  for (const forged of [
    '',
    `${name}=`,
    `${name}=${until}`,
    `${name}=${Number(until) + 1}.${signature}`,
    `${name}=${until}.${signature.slice(1)}`,
    `${name}=${'9'.repeat(400)}.${signature}`,
  ])
    expect((await call('decode', forged)).status, `with ${forged}`).toBe(401);
});
