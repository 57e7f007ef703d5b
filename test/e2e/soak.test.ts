import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

/** The short soak: 75 s of random lives, in which each part is killed with -9 and the worker is frozen once. */

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'optgate-soak-result-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Result = {
  minutes: number;
  passed: boolean;
  faults: Record<string, unknown[]>;
  apart: Record<string, number>;
  counts: Record<string, number>;
  surprises: { what: string }[];
};

it('loses, doubles, leaks and reorders nothing while every part is killed once', async () => {
  const out = join(folder, 'result.json');
  const soak = spawn(
    process.execPath,
    ['--import', 'tsx', 'soak/main.ts', '--short', '--seed', '7', '--out', out],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [soak.stdout, soak.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(soak, 'exit')) as [number | null];
  if (code === null || code > 1) throw new Error(output);

  const result = JSON.parse(readFileSync(out, 'utf8')) as Result;
  const { counts, apart, faults } = result;
  console.log(JSON.stringify({ counts, apart }));
  expect(
    Object.fromEntries(Object.entries(faults).filter(([, cases]) => cases.length > 0)),
  ).toEqual({});
  expect(code).toBe(0);
  // It proves something only if something happened.
  expect(result.minutes).toBeGreaterThanOrEqual(1);
  expect(counts).toMatchObject({ unquiet: 0 });
  for (const part of ['Worker', 'Api', 'Temporal', 'Postgres'])
    expect(counts[`kills${part}`]).toBeGreaterThanOrEqual(1);
  expect(counts.freezes).toBeGreaterThanOrEqual(1);
  expect(counts.deliveries).toBeGreaterThan(200);
}, 600_000);
