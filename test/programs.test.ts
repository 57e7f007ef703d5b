import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { typescriptArguments } from '../packages/local-stack/entry.ts';

/** What each program makes of its arguments, before it starts anything. */

const programs: Record<string, string> = {
  start: 'packages/local-stack/start.ts',
  api: 'src/main/api.ts',
  worker: 'src/main/worker.ts',
  migrate: 'src/main/migrate.ts',
  sandbox: 'packages/sandbox/main.ts',
  demo: 'packages/demo/demo.ts',
  soak: 'packages/soak/main.ts',
  bench: 'packages/bench/main.ts',
  admin: 'packages/local-stack/admin.ts',
};
const root = fileURLToPath(new URL('..', import.meta.url));

/** In an empty folder, with an environment in which none of them could start. */
async function run(name: string, ...args: string[]) {
  const cwd = mkdtempSync(join(tmpdir(), 'optgate-program-'));
  try {
    const child = spawn(
      process.execPath,
      [...typescriptArguments(), join(root, programs[name]!), ...args],
      { cwd, env: { PATH: process.env['PATH'], PORT: 'none' } },
    );
    const said = { out: '', err: '' };
    child.stdout.on('data', (text) => (said.out += text));
    child.stderr.on('data', (text) => (said.err += text));
    const [code] = (await once(child, 'close')) as [number];
    return { code, ...said, left: readdirSync(cwd) };
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

const known = Object.keys(programs).filter((name) => name !== 'admin');

describe.each(Object.keys(programs))('%s', (name) => {
  it('says what it does, on request', async () => {
    const help = await run(name, '--help');
    expect(help).toMatchObject({ code: 0, err: '', left: [] });
    expect(help.out.split('\n')[0]).toMatch(
      new RegExp(`^npm (run )?${name}( -- (\\[options\\]|COMMAND))?$`),
    );
    expect(help.out.split('\n').length).toBeLessThan(40);
  });

  it.each([['--wrong'], ['wrong'], ['-h'], ['--wrong', '--help=no']])(
    'refuses what it does not know: %s',
    async (...args) => {
      const refused = await run(name, ...args);
      expect(refused).toMatchObject({ code: 2, out: '', left: [] });
      expect(refused.err).not.toContain('    at ');
      if (known.includes(name))
        expect(refused.err).toMatch(/^(Unknown option|Unexpected argument) .*\n.* -- --help says /);
    },
  );
});

it('options that a program has are read, also beside a wrong one', async () => {
  expect((await run('migrate', '--own-cluster')).code).toBe(78);
  expect((await run('migrate', '--own-cluster', '--wrong')).code).toBe(2);
  expect((await run('bench', '--queue')).err).toContain(
    "Option '--queue <value>' argument missing",
  );
  const soak = await run('soak', '--seed', 'x');
  expect([soak.code, soak.err.split('\n')[0]]).toEqual([
    2,
    expect.stringContaining('--seed must be'),
  ]);
});
