import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pause } from '../installation.ts';
import { expectStatus, type World } from '../scene.ts';

/** Just within the time that an endpoint has, in ms. */
const slowMs = 9_000;

/** Customers' systems that take their events late, and never, for the length of the run. */
export async function keepSlowEndpoints({ calls, journal, over }: World): Promise<void> {
  const server = createServer((request, response) => {
    request.resume();
    if (request.url === '/never') return;
    const answer = setTimeout(() => response.writeHead(204).end(), slowMs);
    response.once('close', () => clearTimeout(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    for (const path of ['slow', 'never']) {
      const url = `http://127.0.0.1:${port}/${path}`;
      const answer = await calls.api('POST', '/webhook-endpoints', { url });
      expectStatus({ journal }, 'POST a webhook endpoint', answer, [201]);
    }
    while (!over.aborted) await pause(3_600_000, over);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
