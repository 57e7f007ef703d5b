import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { downloadCli, downloadedCli } from './temporal-download.ts';
import { buildWithGo, type GoProgram } from './go-build.ts';

/** Server 1.32: the workflows rely on it, and it made the database files of existing data folders. */
const serverPattern = /\bServer 1\.32\.\d+/;

const serverSource: GoProgram = {
  title: 'Temporal server 1.32.1',
  module: 'go.temporal.io/server/cmd/server@v1.32.1',
  binary: 'server',
  cachedAs: 'temporal-server-1.32.1',
  packages: 1_760,
};
const uiSource: GoProgram = {
  title: 'Temporal UI 2.54.1',
  module: 'github.com/temporalio/ui-server/v2/cmd/server@v2.54.1',
  binary: 'server',
  cachedAs: 'temporal-ui-2.54.1',
  packages: 150,
};

/** One of the two ways to run Temporal here: the same server, its data readable by both. */
export type TemporalProgram =
  | { kind: 'cli'; path: string }
  | { kind: 'server'; serverPath: string; uiPath: string | undefined };

export type FindOptions = {
  ui: boolean;
  /** Where to look for programs and caches: PATH, XDG_CACHE_HOME, and Go's own variables. */
  env: NodeJS.ProcessEnv;
  /** Gives up a download or a build. */
  signal?: AbortSignal | undefined;
  /** Called with a sentence about each attempt and its reason. */
  onNotice?: ((text: string) => void) | undefined;
  /** Told every few seconds how far a download or a build is. */
  onProgress?: ((text: string) => void) | undefined;
};

/**
 * The program to run Temporal with: `temporal` on the PATH if it carries server 1.32; else the one that an earlier run
 * put into the cache; else the download that the SDK knows; else built from source with Go, once. Rejects with the ways
 * out.
 */
export async function findTemporal(options: FindOptions): Promise<TemporalProgram> {
  const { env, signal, onNotice = () => undefined, onProgress = () => undefined } = options;
  const installed = onPath('temporal', env);
  if (installed && (await isSuitableCli(installed, env))) return { kind: 'cli', path: installed };

  const cacheDir = join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'optgate');
  mkdirSync(cacheDir, { recursive: true });
  const downloaded = downloadedCli(cacheDir);
  if (existsSync(downloaded)) return { kind: 'cli', path: downloaded };
  const serverPath = join(cacheDir, serverSource.cachedAs);
  const uiPath = join(cacheDir, uiSource.cachedAs);
  const built: TemporalProgram = {
    kind: 'server',
    serverPath,
    uiPath: options.ui ? uiPath : undefined,
  };
  if (existsSync(serverPath) && (!options.ui || existsSync(uiPath))) return built;

  // Half built: no need to ask the network again.
  let refusal = '';
  if (!existsSync(serverPath)) {
    const download = await downloadCli(cacheDir, { signal, onProgress });
    if (download.ok) return { kind: 'cli', path: downloaded };
    refusal = download.reason;
    onNotice(`The Temporal CLI could not be downloaded (${refusal}).`);
  }
  if (!(await answers('go', ['version'], env))) throw new Error(noWay(refusal));
  if (!existsSync(serverPath))
    onNotice('Building Temporal from source with Go instead: about 5 minutes, once.');
  await buildWithGo(serverSource, cacheDir, { env, signal, onProgress });
  if (options.ui) await buildWithGo(uiSource, cacheDir, { env, signal, onProgress });
  return built;
}

function onPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  return (env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => isAbsolute(path) && existsSync(path));
}

async function isSuitableCli(path: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  return serverPattern.test((await answers(path, ['--version'], env)) ?? '');
}

async function answers(
  command: string,
  args: string[],
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(command, args, { env, timeout: 20_000 });
    return stdout;
  } catch {
    return undefined;
  }
}

function noWay(refusal: string): string {
  return [
    `No Temporal server could be found or made (download: ${refusal || 'not tried'}; Go: not installed).`,
    'One of these helps:',
    '  - set TEMPORAL_ADDRESS to a Temporal server or Temporal Cloud;',
    '  - put the Temporal CLI 1.9 (`temporal`, server 1.32) on the PATH;',
    '  - install Go 1.26, so that the server can be built from source once (about 5 minutes).',
  ].join('\n');
}
