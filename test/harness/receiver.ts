import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type { Event } from '../../src/core/event.ts';
import { startRawServer } from '../providers/raw-server.ts';

export type Received = { headers: IncomingHttpHeaders; body: string; event: Event };
export type ReceiverAnswer = {
  status: number;
  headers?: Record<string, string>;
  body?: string;
  /** Before the answer. */
  wait?: Promise<void>;
};

/** A practice's own system: a real HTTP server that keeps what is posted to it. */
export async function startReceiver(port = 0) {
  const calls: Received[] = [];
  let answer = (_call: Received): ReceiverAnswer => ({ status: 204 });
  const { server, stop } = await startRawServer((request, response, body) => {
    const call = { headers: request.headers, body, event: JSON.parse(body) as Event };
    calls.push(call);
    const { status, headers, body: text, wait } = answer(call);
    void (wait ?? Promise.resolve()).then(() => response.writeHead(status, headers).end(text));
  }, port);
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  const { port: listening } = server.address() as AddressInfo;
  return {
    port: listening,
    url: `http://localhost:${listening}/hook`,
    /** Everything that was posted, oldest first. */
    calls,
    types: () => calls.map(({ event }) => event.type),
    respond(next: (call: Received) => ReceiverAnswer) {
      answer = next;
    },
    /** Throws when it is not signed with this secret. */
    verify: (call: Received, secret: string): unknown =>
      new Webhook(secret).verify(call.body, call.headers as Record<string, string>),
    connections: () => connections,
    /** Closes what is open, as a server does after a while. */
    hangUp: () => server.closeAllConnections(),
    stop,
  };
}

export type Receiver = Awaited<ReturnType<typeof startReceiver>>;
