import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startPostgres } from '../local-stack/postgres.ts';
import { prepareDatabases } from '../../test/harness/databases.ts';
import { openedAt, stories, type Place, type Story } from './growth-stories.ts';
import { fillWithHistory } from './history.ts';

/**
 * `node --import tsx packages/bench/growth.ts [--rows 5000000 --rounds 60]`: the time of what happens all day, over a database with no
 * history and over one with that many finished deliveries, in turn on one server. Prints medians in ms and their ratio.
 * Times depend on the machine; the ratio is the result, and above 1.5 the program ends with an error.
 */

const most = 1.5;
/** Rounds that only warm up the server's memory. */
const warmUp = 5;
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '5000000' },
    rounds: { type: 'string', default: '60' },
  },
});
const rounds = Number(values.rounds);

const dataDir = mkdtempSync(join(tmpdir(), 'optgate-growth-'));
const postgres = await startPostgres({ dataDir });
try {
  await prepareDatabases(postgres.url);
  const empty = await openedAt(postgres.url, 'empty');
  const full = await openedAt(postgres.url, 'full');
  const began = performance.now();
  await fillWithHistory(full.databaseUrl, full.practiceId, full.contactIds, Number(values.rows));
  const seconds = Math.round((performance.now() - began) / 1_000);
  const deliveries = await countOf(full.databaseUrl);
  console.log(`${deliveries.toLocaleString('en-US')} deliveries, written in ${seconds} s`);

  const times = new Map<string, { empty: number[]; full: number[] }>();
  for (let round = 0; round < warmUp + rounds; round += 1)
    for (const [name, story] of stories) {
      const taken = times.get(name) ?? { empty: [], full: [] };
      times.set(name, taken);
      const order = round % 2 === 0 ? (['empty', 'full'] as const) : (['full', 'empty'] as const);
      for (const which of order) {
        const ms = await timeOf(story, which === 'empty' ? empty : full, round);
        if (round >= warmUp) taken[which].push(ms);
      }
    }
  const results = [...times].map(([story, taken]) => {
    const [none, many] = [median(taken.empty), median(taken.full)];
    return { story, none: round1(none), many: round1(many), ratio: round2(many / none) };
  });
  console.table(results);
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node.js ${process.version}`;
  const report = { machine, deliveries, rounds, results };
  writeFileSync('bench/growth.json', `${JSON.stringify(report, null, 2)}\n`);
  const slower = results.filter(({ ratio }) => ratio > most);
  if (slower.length > 0) {
    console.error(
      `more than ${most} times as long: ${slower.map(({ story }) => story).join(', ')}`,
    );
    process.exitCode = 1;
  }
  await empty.close();
  await full.close();
} finally {
  await postgres.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

async function timeOf(story: Story, place: Place, round: number): Promise<number> {
  const began = performance.now();
  await story(place, round);
  return performance.now() - began;
}

async function countOf(databaseUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ n: number }>(`SELECT count(*)::int AS n FROM deliveries`);
  await client.end();
  return rows[0]!.n;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

function round1(value: number): number {
  return Math.round(value * 10) / 10;
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
