import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { register, someone } from '../harness/people.ts';
import { everything } from '../harness/rows.ts';
import { postPlivo, postResend } from '../harness/signed-webhooks.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';

/**
 * Addresses, queries and ids that nothing of ours has. A client's mistake is the client's (4xx, in the one shape of
 * errors): a 5xx would have its program try for ever.
 */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack.stop());

type Shape = { error: { code: string; message: string; requestId: string } };

describe('a NUL, which PostgreSQL cannot store,', () => {
  it('in the path of any route is answered as a client’s mistake', async () => {
    const routes = stack
      .allRoutes()
      .filter(({ path }) => path.includes(':') && !path.startsWith('/webhooks'));
    expect(routes.length).toBeGreaterThan(50);
    const before = await everything(stack);
    for (const { method, path } of routes) {
      const filled = path.replaceAll(/:\w+/g, 'a%00b');
      const { status } = await raw(method, filled, {});
      expect(status, `${method} ${filled}`).toBeGreaterThanOrEqual(300);
      expect(status, `${method} ${filled}`).toBeLessThan(500);
    }
    expect(await everything(stack)).toBe(before);
  });

  it('in the query of any route is answered as a client’s mistake', async () => {
    const routes = stack.allRoutes().filter(({ method }) => method === 'GET');
    for (const { path } of routes) {
      const filled = `${path.replaceAll(/:\w+/g, 'x')}?query=%00&cursor=a%00&limit=%00&lang=%00&%00=1`;
      const { status } = await raw('GET', filled, {});
      expect(status, `at ${filled}`).toBeLessThan(500);
    }
    const { status, body } = await stack.call<Shape>('GET', '/v1/contacts?query=%00');
    expect(status).toBe(422);
    expect(body.error).toMatchObject({
      code: 'validation_failed',
      details: [{ path: '/query', message: 'has a NUL character' }],
    });
  });

  it('in the query of a webhook that nobody signed changes nothing of the answer', async () => {
    for (const path of ['inbound', 'status/x']) {
      const { status } = await raw('POST', `/webhooks/plivo/${path}?a=%00`, {
        'content-type': 'application/x-www-form-urlencoded',
        body: 'From=1&To=2&Text=STOP&MessageUUID=x',
      });
      expect(status, `at ${path}`).toBe(401);
    }
  });

  it('in a form of a page is left out', async () => {
    for (const path of ['/book/x', '/o/x', '/u/x', '/p/x', '/m/x', '/b/x']) {
      const { status } = await raw('POST', path, {
        'content-type': 'application/x-www-form-urlencoded',
        body: 'decision=accept%00&agree=a%00&email=a%00%40example.com&birthDate=%00&lang=%00',
      });
      expect(status, `at ${path}`).toBeLessThan(500);
    }
  });

  it('beside a STOP does not keep it from being heard', async () => {
    const person = someone();
    await register(stack, person, ['sms']);
    const status = await postPlivo(stack, 'inbound', {
      From: person.phone.slice(1),
      To: '12025550100',
      Type: 'sms',
      Text: 'STOP\0',
      MessageUUID: 'uuid\0one',
    });
    expect(status).toBe(200);
    await until('the number is stopped', async () => {
      const { body } = await stack.call<{ channels: { sms: { state: string } } }>(
        'GET',
        `/v1/contacts/${person.id}`,
      );
      return body.channels.sms.state === 'revoked';
    });
  });

  it('in an event of Resend is left out', async () => {
    const event = {
      type: 'email.delivered\0',
      created_at: '2026-01-01T00:00:00Z',
      data: { email_id: 'a\0b', to: ['a\0@example.com'], tags: { delivery_id: 'x\0' } },
    };
    expect(await postResend(stack, event)).toBe(200);
    expect(await postResend(stack, { ...event, type: 'email.bounced' })).toBe(200);
  });
});

describe('an address that cannot be read', () => {
  it.each([
    ['a broken percent-encoding', '/v1/contacts/%zz', 400, 'bad_request'],
    ['half of an encoded character', '/v1/contacts/%ed%a0%80', 400, 'bad_request'],
    ['an id of 5,000 characters', `/v1/contacts/${'x'.repeat(5_000)}`, 404, 'not_found'],
  ])('%s is answered in the shape of all errors', async (_what, path, status, code) => {
    const { status: answered, body } = await stack.call<Shape>('GET', path);
    expect(body.error).toMatchObject({ code });
    expect(body.error.requestId).toBeTruthy();
    expect(answered).toBe(status);
    expect(JSON.stringify(body)).not.toContain('xxxx');
  });

  it.each([
    ['headers of 100 KB', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(100_000)}\r\n\r\n`, 431],
    ['what is no HTTP', 'HELLO\r\n\r\n', 400],
  ])('%s are answered so too', async (_what, sent, status) => {
    const answer = await bytes(sent);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    const body = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))) as Shape;
    expect(body.error).toMatchObject({ code: 'bad_request' });
    expect(body.error.requestId).toBeTruthy();
  });
});

describe('the ids . and .., which clients take out of a path,', () => {
  const contact = { name: 'X', role: 'client', methods: ['fax'], fax: '+12025550177' };

  it.each(['.', '..'])('are none for a contact: %s', async (id) => {
    const one = await stack.call<Shape>('PUT', '/v1/contacts', [{ id, ...contact }]);
    expect(one).toMatchObject({ status: 422, body: { error: { code: 'validation_failed' } } });
  });

  it.each(['.', '..'])('are none for a message: %s', async (id) => {
    const person = someone();
    await register(stack, person, ['email']);
    const message = { id, kind: 'ad_hoc', subject: 's', body: 'b' };
    const path = `/v1/contacts/${person.id}/messages`;
    expect((await stack.call('POST', path, message)).status).toBe(422);
  });

  it.each([
    ['PUT', '', contact],
    ['PATCH', '', { name: 'Y' }],
    ['GET', '', undefined],
    ['DELETE', '', undefined],
    ['POST', '/opt-in', {}],
    ['POST', '/messages', { kind: 'ad_hoc', subject: 's', body: 'b' }],
    ['POST', '/consents', {}],
    ['POST', '/waivers', { method: 'sms', reason: 'r' }],
    ['POST', '/merge', { into: 'ann' }],
    ['GET', '/export', undefined],
  ])('are none in a path either, at any route: %s %s', async (method, rest, body?) => {
    for (const id of ['%2e', '%2e%2e', '%2E.', '..%20', 'a%2fb', 'a%0a', 'x'.repeat(65)]) {
      const json = body === undefined ? '' : JSON.stringify(body);
      const answer = await bytes(
        [
          `${method} /v1/contacts/${id}${rest} HTTP/1.1`,
          `Host: x`,
          `Authorization: Bearer ${stack.apiKey}`,
          ...(body === undefined ? [] : ['Content-Type: application/json']),
          `Content-Length: ${json.length}`,
          'Connection: close',
          '',
          json,
        ].join('\r\n'),
      );
      expect(answer).toMatch(/^HTTP\/1\.1 422 /);
    }
    const odd = { practiceId: stack.practiceId, id: { in: ['.', '..'] } };
    expect(await stack.db.prisma.contact.count({ where: odd })).toBe(0);
  });

  it.each(['...', '.a', 'a.', '._-'])('differ from %s, which is one', async (id) => {
    const put = await stack.call('PUT', '/v1/contacts', [{ id, ...contact }]);
    expect(put.status).toBe(200);
    expect((await stack.call('GET', `/v1/contacts/${id}`)).status).toBe(200);
  });
});

async function raw(
  method: string,
  path: string,
  { body, ...headers }: Record<string, string>,
): Promise<{ status: number }> {
  const response = await fetch(`${stack.url}${path}`, {
    method,
    redirect: 'manual',
    headers: { authorization: `Bearer ${stack.apiKey}`, ...headers },
    ...(body === undefined ? {} : { body }),
  });
  await response.arrayBuffer();
  return { status: response.status };
}

async function bytes(sent: string): Promise<string> {
  const { port } = new URL(stack.url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(sent);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}
