import dns from 'node:dns';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startReceiver, type Receiver } from '../harness/receiver.ts';
import { createWebhookPost } from '../../src/features/events/webhook-post.ts';

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.stop());

const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const former = `whsec_${Buffer.alloc(32, 2).toString('base64')}`;
const body = JSON.stringify({
  id: 'e-1',
  type: 'message.sent',
  at: 'now',
  data: { reason: '„ä“' },
});
const call = (url: string, secrets = [secret]) => ({
  url,
  id: 'e-1',
  body,
  secrets,
  at: new Date(),
});
const anywhere = createWebhookPost({ publicOnly: false });

describe('a call', () => {
  it('is signed with every secret, over the bytes that arrive', async () => {
    expect(await anywhere(call(receiver.url, [secret, former]))).toEqual({ ok: true, status: 204 });
    const [got] = receiver.calls;
    expect(got!.body).toBe(body);
    for (const one of [secret, former]) expect(receiver.verify(got!, one)).toEqual(got!.event);
    const other = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;
    expect(() => receiver.verify(got!, other)).toThrow('No matching signature');
    expect(() => receiver.verify({ ...got!, body: `${body} ` }, secret)).toThrow(
      'No matching signature',
    );
  });

  it('keeps its connection, and goes on when the receiver closed it meanwhile', async () => {
    receiver.respond(() => ({ status: 200, body: 'thanks' }));
    for (let n = 0; n < 3; n += 1) expect((await anywhere(call(receiver.url))).ok).toBe(true);
    expect(receiver.connections()).toBe(1);
    receiver.hangUp();
    expect((await anywhere(call(receiver.url))).ok).toBe(true);
  });

  it('does not read an endless answer, and needs none beyond the status', async () => {
    receiver.respond(() => ({ status: 200, body: 'x'.repeat(20_000_000) }));
    expect(await anywhere(call(receiver.url))).toEqual({ ok: true, status: 200 });
  });

  it('ends when nobody answers', async () => {
    receiver.respond(() => ({ status: 200, wait: new Promise(() => undefined) }));
    const impatient = createWebhookPost({ publicOnly: false, timeoutMs: 200 });
    expect(await impatient(call(receiver.url))).toEqual({
      ok: false,
      problem: 'no answer in time',
    });
  });

  it.each([
    [
      '101 Switching Protocols',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
      'HTTP 101',
    ],
    ['101 with nothing that says so', 'HTTP/1.1 101 OK\r\n\r\n', 'HTTP 101'],
    ['100 and nothing more', 'HTTP/1.1 100 Continue\r\n\r\n', 'no answer in time'],
    ['103 again and again', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(50), 'no answer in time'],
    ['half a status line', 'HTTP/1.1 20', 'no answer in time'],
    ['a body that never ends', 'HTTP/1.1 500 No\r\nContent-Length: 1000\r\n\r\nx', 'HTTP 500'],
    ['no HTTP at all', 'SSH-2.0-OpenSSH\r\n', /^no connection/],
  ])('ends for a receiver that answers %s', async (_what, said, problem) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.write(said));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const impatient = createWebhookPost({ publicOnly: false, timeoutMs: 300 });
    const answer = await impatient(call(`http://127.0.0.1:${port}/`));
    expect(answer).toMatchObject({
      ok: false,
      problem: typeof problem === 'string' ? problem : (expect.stringMatching(problem) as string),
    });
    server.close();
  });

  it('tells what went wrong in fixed words, never in the receiver’s', async () => {
    receiver.respond(() => ({ status: 503, headers: { 'retry-after': '120' }, body: 'Ann' }));
    expect(await anywhere(call(receiver.url))).toEqual({
      ok: false,
      status: 503,
      problem: 'HTTP 503',
      retryAfterMs: 120_000,
    });
    expect(await anywhere(call(receiver.url.replace('http:', 'https:')))).toMatchObject({
      ok: false,
      problem: expect.stringMatching(/^no connection( \([A-Z0-9_]+\))?$/) as string,
    });
    expect(await anywhere(call('http://nobody.invalid/'))).toMatchObject({
      ok: false,
      problem: expect.stringMatching(
        /^(the name has no address|no connection \(EAI_AGAIN\))$/,
      ) as string,
    });
  });
});

describe('outside the sandbox', () => {
  const guarded = createWebhookPost({ publicOnly: true });

  it('nothing inside our network is connected to, whatever it is called', async () => {
    let connections = 0;
    const inside = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => inside.listen(0, '::', resolve));
    const { port } = inside.address() as AddressInfo;
    const refused = { ok: false, problem: 'the address is not public' };
    for (const host of ['localhost', '127.0.0.1', '[::1]', '0.0.0.0', '[::ffff:127.0.0.1]'])
      expect([host, await guarded(call(`https://${host}:${port}/`))]).toEqual([host, refused]);
    // IPv4 in the spelling of IPv6 that nobody uses any more: no attempt is made at it.
    for (const host of ['[::127.0.0.1]', '[::7f00:1]', '[::169.254.169.254]', '[::a00:1]'])
      expect([host, await guarded(call(`https://${host}:${port}/`))]).toEqual([host, refused]);
    // The cloud's metadata, and whatever this machine's own name means.
    expect(await guarded(call('https://169.254.169.254/'))).toEqual(refused);
    expect((await guarded(call(`https://${hostname()}:${port}/`))).ok).toBe(false);
    expect(connections).toBe(0);
    // The same call without the guard does connect.
    expect((await anywhere(call(`https://localhost:${port}/`))).ok).toBe(false);
    expect(connections).toBe(1);
    await new Promise((resolve) => inside.close(resolve));
  });

  it.each([
    { address: '::127.0.0.1', family: 6 },
    { address: '::ffff:10.0.0.1', family: 6 },
    { address: '192.168.1.1', family: 4 },
  ])('nor by a name that means $address', async (inside) => {
    const lookup = vi
      .spyOn(dns, 'lookup')
      .mockImplementation(((
        _name: string,
        options: { all?: boolean },
        found: (error: null, address: unknown, family?: number) => void,
      ) =>
        options.all === true
          ? found(null, [{ address: '93.184.216.34', family: 4 }, inside])
          : found(null, inside.address, inside.family)) as never);
    try {
      expect(await guarded(call('https://hooks.example.com/'))).toEqual({
        ok: false,
        problem: 'the address is not public',
      });
    } finally {
      lookup.mockRestore();
    }
  });

  it('nothing is sent in the clear', async () => {
    expect(await guarded(call(receiver.url))).toEqual({
      ok: false,
      problem: 'the address is not https',
    });
    expect(receiver.calls).toEqual([]);
  });
});
