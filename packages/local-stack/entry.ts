import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The programs that others of this repository start, by their place in it. */
const programs = {
  admin: 'packages/local-stack/admin.ts',
  api: 'src/main/api.ts',
  'download-cli': 'packages/local-stack/download-cli.ts',
  keeper: 'packages/local-stack/keeper.ts',
  migrate: 'src/main/migrate.ts',
  sandbox: 'packages/sandbox/main.ts',
  start: 'packages/local-stack/start.ts',
  worker: 'src/main/worker.ts',
} as const;

export type ProgramName = keyof typeof programs;

const here = fileURLToPath(new URL('../..', import.meta.url));

/** Arguments for `process.execPath` to run one of them. `root`: of another checkout than this one. */
export function entryArguments(name: ProgramName, root = here): string[] {
  return [...typescriptArguments(), join(root, programs[name])];
}

/** Lets Node run TypeScript. The loader is named by its place: a bare name would be looked up from the cwd. */
export function typescriptArguments(): string[] {
  const loader = createRequire(import.meta.url).resolve('tsx');
  return ['--import', pathToFileURL(loader).href];
}
