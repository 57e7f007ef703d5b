import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { choosePorts } from '../../src/platform/free-ports.ts';
import { runProgram, temporaryFolder, until, type Program } from './processes.ts';

async function startRole(
  env: NodeJS.ProcessEnv = {},
): Promise<{ role: Program; life: () => string }> {
  const dataDir = temporaryFolder();
  mkdirSync(dataDir, { recursive: true });
  const [port] = await choosePorts(1);
  const role = runProgram('test/embedded/fixtures/role.ts', {
    args: ['api'],
    env: { DATA_DIR: dataDir, PORT: String(port), ...env },
    ipc: true,
  });
  return {
    role,
    life: () =>
      existsSync(join(dataDir, 'life')) ? readFileSync(join(dataDir, 'life'), 'utf8') : '',
  };
}

const ready = ({ child }: Program): Promise<unknown> =>
  new Promise((resolve) => child.once('message', resolve));

test('a role reports when it is ready, and stops once however many signals it gets', async () => {
  const { role, life } = await startRole();
  expect(await ready(role)).toEqual({ type: 'ready', role: 'api' });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGTERM'] as const) role.child.kill(signal);
  expect(await role.exit).toEqual({ code: 0, signal: null });
  expect(life()).toBe('api started\napi stopping\napi stopped\n');
});

test('a role whose supervisor is gone stops by itself', async () => {
  const { role, life } = await startRole();
  await ready(role);
  role.child.disconnect();
  expect(await role.exit).toEqual({ code: 0, signal: null });
  expect(life()).toContain('stopped');
});

test('a role that gets a stop while it starts does not go on starting', async () => {
  const { role, life } = await startRole({ FIXTURE: 'slow' });
  await until('it is on its way', () => life().includes('starting'));
  role.child.kill('SIGTERM');
  expect(await role.exit).toEqual({ code: 0, signal: null });
  expect(life()).toBe('api starting\n');
});

test('a wrong environment is reported plainly, without a stack, with an exit code of its own', async () => {
  const { role } = await startRole({ PORT: 'eighty' });
  expect(await role.exit).toEqual({ code: 78, signal: null });
  expect(role.output()).toContain('PORT must be a port between 1 and 65535, not "eighty"');
  expect(role.output()).not.toContain('    at ');
});

test('a rejection that nobody handles ends the role with an error', async () => {
  const { role } = await startRole({ FIXTURE: 'reject' });
  expect(await role.exit).toEqual({ code: 1, signal: null });
  expect(role.output()).toContain('nobody waits for this');
});
