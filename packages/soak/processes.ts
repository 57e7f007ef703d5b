import { execFile } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { entryArguments } from '../local-stack/entry.ts';
import type { CommandEnd } from './installation.ts';

/** Processes of the service beside those that its supervisor keeps, and the environment that they begin with. */

/** NODE_OPTIONS of every role. */
export const preload = `--import ${new URL('preload/role.mjs', import.meta.url).href}`;

/** Nothing else is inherited: a provider's key in this shell must not make the service write to real people. */
export const bareEnvironment: NodeJS.ProcessEnv = {
  PATH: process.env.PATH,
  HOME: process.env.HOME,
};

/** An operator's command may wait for killed processes to be forgotten, and for every workflow to be renewed. In ms. */
const commandMs = 600_000;

export async function runAdmin(
  root: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<CommandEnd> {
  const options = { cwd: root, env: { ...bareEnvironment, ...env }, timeout: commandMs };
  const args = [...entryArguments('admin', root), ...words];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, options);
    return { code: 0, output: stdout };
  } catch (error) {
    const {
      code,
      stdout = '',
      stderr = '',
    } = error as {
      code?: number;
      stdout?: string;
      stderr?: string;
    };
    return { code: code ?? 1, output: `${stdout}${stderr}` };
  }
}

/** For processes that start from now on (preload/role.mjs); whole at every moment. */
export function writeEnvironment(dataDir: string, env: Record<string, string>): void {
  const path = join(dataDir, 'soak-environment.json');
  writeFileSync(`${path}.new`, JSON.stringify(env), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

export function workerEnvironment(dataDir: string): NodeJS.ProcessEnv {
  return JSON.parse(readFileSync(join(dataDir, 'soak-worker.json'), 'utf8')) as NodeJS.ProcessEnv;
}
