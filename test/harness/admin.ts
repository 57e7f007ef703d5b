import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { testKey } from './service.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** How `npm run admin` is run by itself, so that what is killed is the command and no shell before it. */
export function adminProgram(databaseUrl: string, words: readonly string[], keys = testKey) {
  return {
    command: process.execPath,
    args: ['--import', 'tsx', 'packages/local-stack/admin.ts', ...words],
    options: {
      cwd: root,
      env: { PATH: process.env.PATH, DATABASE_URL: databaseUrl, ENCRYPTION_KEYS: keys },
    },
  };
}

export async function runAdmin(
  databaseUrl: string,
  words: readonly string[],
  keys = testKey,
): Promise<{ code: number; output: string }> {
  const { command, args, options } = adminProgram(databaseUrl, words, keys);
  try {
    const { stdout } = await promisify(execFile)(command, args, options);
    return { code: 0, output: stdout };
  } catch (error) {
    const failed = error as { code: number; stdout: string; stderr: string };
    return { code: failed.code, output: failed.stdout + failed.stderr };
  }
}
