import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A load balancer as it stands before two APIs: connections in turn, to another one where one does not take it. */
export async function startBalancer(port: number, targets: readonly number[]): Promise<Server> {
  let turn = 0;
  const server = createServer((client) => {
    turn += 1;
    const order = targets.map((_, index) => targets[(turn + index) % targets.length]!);
    client.on('error', () => undefined);
    forward(client, order);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function forward(client: Socket, [target, ...others]: readonly number[]): void {
  if (target === undefined) {
    client.destroy();
    return;
  }
  const upstream = connect(target, '127.0.0.1');
  let connected = false;
  upstream.once('connect', () => {
    connected = true;
    client.pipe(upstream).pipe(client);
    client.once('close', () => upstream.destroy());
  });
  upstream.once('error', () => {
    if (connected) client.destroy();
    else forward(client, others);
  });
  upstream.once('close', () => {
    if (connected) client.destroy();
  });
}
