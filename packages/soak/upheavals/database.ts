import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { backPatienceMs, pause, type Installation } from '../installation.ts';
import type { Field, Upheaval } from './field.ts';

/** The database as networks, operators and failovers treat it. All of it from beside: by its owner, from another database. */

const awayMs = 60_000;
const readOnlyMs = 20_000;

export const connectionsCut: Upheaval = ({ service }) => cutConnections(service);

/** As while it fails over, or is restored. */
export const databaseAway: Upheaval = (field) =>
  whileSet(field, awayMs, 'ALLOW_CONNECTIONS false', 'ALLOW_CONNECTIONS true', false);

/** As the former primary after a failover. Nobody tells the service when it is over: its pools have to notice. */
export const databaseReadOnly: Upheaval = (field) =>
  whileSet(
    field,
    readOnlyMs,
    'SET default_transaction_read_only = on',
    'RESET default_transaction_read_only',
    true,
  );

/** `movedBack`: a pooler is told, as docs/operations.md asks of a failover's script. */
async function whileSet(
  { service, world: { over } }: Field,
  forMs: number,
  set: string,
  reset: string,
  movedBack: boolean,
): Promise<void> {
  const alter = (change: string): Promise<void> =>
    beside(service, async (client, name) => {
      await client.query(`ALTER DATABASE ${client.escapeIdentifier(name)} ${change}`);
    });
  await alter(set);
  try {
    await cutConnections(service);
    await pause(forMs, over);
  } finally {
    await alter(reset);
    if (movedBack) await service.reconnectPooler();
  }
}

function cutConnections(service: Installation): Promise<void> {
  return beside(service, async (client, name) => {
    await client.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()',
      [name],
    );
  });
}

/** Does the work from the maintenance database. */
async function beside(
  service: Installation,
  work: (client: pg.Client, name: string) => Promise<void>,
): Promise<void> {
  const url = new URL(service.databaseUrl);
  const name = decodeURIComponent(url.pathname.slice(1));
  url.pathname = '/postgres';
  await connected(url.href, (client) => work(client, name));
}

/** Does the work in the service's own database, as its owner. */
export function inDatabase<T>(
  service: Installation,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  return connected(service.databaseUrl, work);
}

/** Again, where the server is down just now: the work may be repeated. */
async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  for (const deadline = Date.now() + backPatienceMs; ; await sleep(200)) {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await work(client);
    } catch (error) {
      if (Date.now() > deadline) throw error;
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
