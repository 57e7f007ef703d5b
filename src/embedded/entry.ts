import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * Arguments for `process.execPath` to run one of our own programs, named by its path from `src/` without extension
 * (`api`, `embedded/keeper`). In a checkout it runs from TypeScript, in a build from JavaScript: as this file does.
 */
export function entryArguments(name: string): string[] {
  const fromSource = import.meta.url.endsWith('.ts');
  const path = fileURLToPath(new URL(`../${name}${fromSource ? '.ts' : '.js'}`, import.meta.url));
  return fromSource ? [...typescriptArguments(), path] : [path];
}

/** Lets Node run TypeScript. The loader is named by its place: a bare name would be looked up from the cwd. */
export function typescriptArguments(): string[] {
  const loader = createRequire(import.meta.url).resolve('tsx');
  return ['--import', pathToFileURL(loader).href];
}
