import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import type { Verdict } from '../../packages/soak/verdict.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'optgate-soak-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Result = Verdict & { minutes: number; surprises: unknown[] };

it(
  'loses nothing, doubles nothing and leaks nothing while each part is killed, connections are cut and the worker is restarted in random lives',
  { timeout: 600_000 },
  async () => {
    const out = join(folder, 'result.json');
    const args = [
      '--import',
      'tsx',
      'packages/soak/main.ts',
      '--short',
      '--seed',
      '7',
      '--out',
      out,
    ];
    const soak = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    soak.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    soak.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const [code] = (await once(soak, 'exit')) as [number | null];
    expect({ code, said: code === 0 ? '' : said }).toEqual({ code: 0, said: '' });

    const result = JSON.parse(readFileSync(out, 'utf8')) as Result;
    for (const [name, cases] of Object.entries(result.faults))
      expect([name, cases]).toEqual([name, []]);
    const { counts } = result;
    expect(result.minutes).toBeGreaterThanOrEqual(1);
    for (const part of ['Worker', 'Api', 'Temporal', 'Postgres'])
      expect([part, counts[`kills${part}`]! >= 1]).toEqual([part, true]);
    for (const upheaval of ['connectionsCut', 'rollingRestart', 'slowEndpoints'])
      expect([upheaval, counts[upheaval]]).toEqual([upheaval, 1]);
    expect(counts.terminations).toBe(1);
    expect(counts.deliveries).toBeGreaterThan(100);
    expect(counts.optIns).toBeGreaterThan(10);
  },
);
