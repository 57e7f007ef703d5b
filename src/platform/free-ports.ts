import { createServer } from 'node:net';

/**
 * Ports that are kept over restarts, or listened on a while after they were chosen, come from below the range that
 * systems give to outgoing connections (Linux: from 32768), where a passing connection could take one meanwhile.
 */
const firstKeptPort = 20_000;
const lastKeptPort = 32_000;

/** Whether a server could listen there now. Without a host: on all addresses, as an HTTP server does. */
export function isPortFree(port: number, host?: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, exclusive: true, ...(host ? { host } : {}) }, () =>
      server.close(() => resolve(true)),
    );
  });
}

/** Free on the loopback address and on all addresses: neither is hidden by a listener on the other. */
export async function isPortFreeEverywhere(port: number): Promise<boolean> {
  return (await isPortFree(port)) && (await isPortFree(port, '127.0.0.1'));
}

/** `count` different free ports on the loopback address, by chance, so that two copies seldom meet. */
export async function choosePorts(count: number, avoid: readonly number[] = []): Promise<number[]> {
  const chosen = new Set<number>();
  for (let tries = 0; chosen.size < count; tries++) {
    if (tries > 1_000) throw new Error('No free ports were found on 127.0.0.1.');
    const port = firstKeptPort + Math.floor(Math.random() * (lastKeptPort - firstKeptPort));
    if (chosen.has(port) || avoid.includes(port)) continue;
    if (await isPortFree(port, '127.0.0.1')) chosen.add(port);
  }
  return [...chosen];
}
