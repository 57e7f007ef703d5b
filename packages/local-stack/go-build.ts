import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { withLock } from './lock.ts';

export type GoProgram = {
  title: string;
  /** Module path of the program with its version, as `go install` takes it. */
  module: string;
  /** The binary's name after `go install`. */
  binary: string;
  cachedAs: string;
  /** How many packages a build from nothing compiles: for the progress only. */
  packages: number;
};

type BuildOptions = {
  env: NodeJS.ProcessEnv;
  signal: AbortSignal | undefined;
  onProgress: (text: string) => void;
};

const progressEveryMs = 5_000;
const keptLines = 15;

/**
 * Builds into the cache unless it is there. Made in a folder beside it and renamed when complete; a second process
 * waits for the first. Rejects with the last lines of the compiler.
 */
export async function buildWithGo(
  program: GoProgram,
  cacheDir: string,
  options: BuildOptions,
): Promise<void> {
  const target = join(cacheDir, program.cachedAs);
  if (existsSync(target)) return;
  await withLock(
    `${target}.lock`,
    {
      signal: options.signal,
      onWait: ({ pid }) =>
        options.onProgress(`Waiting for process ${pid}, which builds ${program.title} ...`),
    },
    async () => {
      if (existsSync(target)) return;
      // Of builds that were killed: we hold the lock, so nobody works in them.
      for (const name of readdirSync(cacheDir))
        if (name.startsWith(`${program.cachedAs}.new-`))
          rmSync(join(cacheDir, name), { recursive: true, force: true });
      const draft = mkdtempSync(`${target}.new-`);
      try {
        await goInstall(program, draft, options);
        renameSync(join(draft, program.binary), target);
      } finally {
        rmSync(draft, { recursive: true, force: true });
      }
    },
  );
}

async function goInstall(
  program: GoProgram,
  folder: string,
  { env, signal, onProgress }: BuildOptions,
): Promise<void> {
  // -v names each package on stderr as it is compiled; a workspace around us (go.work) must not take part.
  const child = spawn('go', ['install', '-v', program.module], {
    env: { ...env, GOBIN: folder, GOWORK: 'off', GOFLAGS: '' },
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(signal ? { signal } : {}),
  });
  const started = Date.now();
  let downloads = 0;
  let compiled = 0;
  const lines: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.startsWith('go: downloading')) downloads++;
    else compiled++;
    lines.push(line);
    if (lines.length > keptLines) lines.shift();
  });
  const report = (): void => {
    const seconds = Math.round((Date.now() - started) / 1000);
    const percent = Math.min(99, Math.round((100 * compiled) / program.packages));
    const what =
      compiled === 0
        ? `${downloads} modules downloaded`
        : `${compiled} packages, about ${percent} %`;
    onProgress(`Building ${program.title}: ${what}, ${seconds} s`);
  };
  report();
  const progress = setInterval(report, progressEveryMs);
  const code = await new Promise<number | string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (status, signal) => resolve(signal ?? status ?? 1));
  });
  clearInterval(progress);
  if (code !== 0)
    throw new Error(`go install ${program.module} failed (${code}):\n${lines.join('\n')}`);
}
