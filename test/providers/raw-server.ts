import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A provider that answers in ways no sandbox should: broken bodies, half answers, foreign gateways. */
export async function startRawServer(
  handle: (request: IncomingMessage, response: ServerResponse, body: string) => void,
  port = 0,
) {
  const server = createServer((request, response) => {
    request.setEncoding('utf8');
    let body = '';
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => handle(request, response, body));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    server,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The address of a server that has just gone. */
export async function closedUrl(): Promise<string> {
  const server = await startRawServer(() => undefined);
  await server.stop();
  return server.url;
}
