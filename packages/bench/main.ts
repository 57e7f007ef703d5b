import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Connection } from '@temporalio/client';
import { startPostgres } from '../local-stack/postgres.ts';
import { startTemporal } from '../local-stack/start-temporal.ts';
import { readArguments } from '../../src/platform/arguments.ts';
import { provisionTemporal } from '../../src/platform/temporal/provision.ts';
import { prepareDatabases } from '../../test/harness/databases.ts';
import type { Servers } from '../../test/harness/service.ts';
import { greenContacts } from './green-contacts.ts';
import { longQueue } from './long-queue.ts';
import { rawSignals } from './raw-signals.ts';

/**
 * `npm run bench [-- --queue N --channels email,sms --green N --signals N]`: measures the cost of a message, over a
 * real PostgreSQL and a real Temporal server. Events and transactions are counted; rates depend on the machine and are
 * for comparing within one run.
 */

export type Result = {
  story: string;
  messages: number;
  /** Temporal history events of the whole story, all runs of all workflows. */
  events: number;
  eventsPerMessage: number;
  /** PostgreSQL transactions per message. */
  transactionsPerMessage: number;
  seconds: number;
  messagesPerSecond: number;
  notes: string;
};

const values = readArguments({
  command: 'npm run bench',
  does: 'Measures the cost of a message (events, transactions, time) over servers of its own; a table, and bench/results.json.',
  options: {
    queue: { type: 'string', default: '10000' },
    channels: { type: 'string', default: 'email,sms' },
    green: { type: 'string', default: '2000' },
    signals: { type: 'string', default: '3000' },
  },
  meaning: {
    '--queue N': 'messages of one long queue (10000; 0: leaves the story out)',
    '--channels A,B': 'its channels (email,sms)',
    '--green N': 'contacts who have agreed (2000)',
    '--signals N': 'raw signals (3000)',
  },
  environment: {},
});

const dataDir = mkdtempSync(join(tmpdir(), 'optgate-bench-'));
const postgres = await startPostgres({ dataDir });
const temporal = await startTemporal({ dataDir, ui: false, env: process.env });
await prepareDatabases(postgres.url);
const servers: Servers = { databaseUrl: postgres.url, temporalAddress: temporal.address };
const connection = await Connection.connect({ address: temporal.address });
await provisionTemporal(connection, 'default');
await connection.close();

const results: Result[] = [];
try {
  for (const [story, count] of [
    [longQueueOf(values.channels.split(',')), Number(values.queue)],
    [greenContacts, Number(values.green)],
    [rawSignals, Number(values.signals)],
  ] as const) {
    if (count === 0) continue;
    const start = performance.now();
    const result = await story(servers, count);
    results.push(result);
    console.log(`${result.story}: ${((performance.now() - start) / 1_000).toFixed(1)} s in all`);
  }
} finally {
  await temporal.stop();
  await postgres.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

function longQueueOf(channels: readonly string[]) {
  return (on: Servers, count: number): Promise<Result> => longQueue(on, count, channels);
}

console.table(
  results.map(
    ({ story, messages, eventsPerMessage, transactionsPerMessage, messagesPerSecond, notes }) => ({
      story,
      messages,
      'events/message': eventsPerMessage,
      'transactions/message': transactionsPerMessage,
      'messages/s': messagesPerSecond,
      notes,
    }),
  ),
);
mkdirSync('bench', { recursive: true });
const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node.js ${process.version}`;
writeFileSync('bench/results.json', `${JSON.stringify({ machine, results }, null, 2)}\n`);
