import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callLimits } from '../../src/core/limits/call-limits.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack.stop());

/** Sends a call, and waits for no answer. */
async function call(): Promise<Socket> {
  const { port } = new URL(stack.url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const key = `authorization: Bearer ${stack.apiKey}`;
  socket.write(`GET /v1/settings HTTP/1.1\r\nhost: x\r\n${key}\r\n\r\n`);
  return socket;
}

/** What was sent before was read, and who hung up before was noticed. */
async function everythingIsRead(): Promise<void> {
  for (let n = 0; n < 3; n += 1) expect((await fetch(`${stack.url}/openapi.json`)).ok).toBe(true);
}

it('no call stays counted whose caller hung up while the key was looked up', async () => {
  // The key is looked up for as long as the table is locked.
  await stack.db.prisma.$transaction(async (sql) => {
    await sql.$executeRaw`LOCK TABLE api_keys IN ACCESS EXCLUSIVE MODE`;
    const sockets = await Promise.all(Array.from({ length: callLimits.callsPerKey }, call));
    await everythingIsRead();
    for (const socket of sockets) socket.destroy();
    await everythingIsRead();
  });
  // As many as may be under way at once are answered: none of the others counts any more.
  await until('nothing is under way', async () => {
    const calls = Array.from({ length: callLimits.callsPerKey }, () =>
      stack.call('GET', '/v1/settings'),
    );
    return (await Promise.all(calls)).every(({ status }) => status === 200);
  });
});
