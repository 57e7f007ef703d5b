import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { entryArguments } from './entry.ts';

/** Carries server 1.32.0. Pinned: the next one names the setting that tests move time with differently. */
const cliVersion = 'v1.9.1';

const deadlineMs = 10 * 60_000;
const progressEveryMs = 5_000;
const megabyte = 1024 * 1024;

/** Where the SDK's download leaves the program. */
export function downloadedCli(cacheDir: string): string {
  return join(cacheDir, `temporal-${cliVersion}`);
}

/**
 * Lets the SDK download the pinned Temporal CLI into the cache: it knows the place and the archive for each system. In
 * a process of its own, for the SDK starts the server as well, and its native part is large.
 */
export async function downloadCli(
  cacheDir: string,
  { signal, onProgress }: { signal: AbortSignal | undefined; onProgress: (text: string) => void },
): Promise<{ ok: true } | { ok: false; reason: string }> {
  const child = spawn(process.execPath, [...entryArguments('download-cli'), cliVersion, cacheDir], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    ...(signal ? { signal } : {}),
  });
  let reason = '';
  child.stderr?.on('data', (chunk: Buffer) => (reason = chunk.toString().trim() || reason));
  const progress = setInterval(() => {
    const bytes = statSync(`${downloadedCli(cacheDir)}.downloading`, {
      throwIfNoEntry: false,
    })?.size;
    if (bytes)
      onProgress(`Downloading the Temporal CLI: ${Math.round(bytes / megabyte)} MB so far`);
  }, progressEveryMs);
  const deadline = setTimeout(() => {
    reason = 'it took too long';
    child.kill('SIGKILL');
  }, deadlineMs);
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(1));
    child.once('close', resolve);
  });
  clearInterval(progress);
  clearTimeout(deadline);
  const present = statSync(downloadedCli(cacheDir), { throwIfNoEntry: false }) !== undefined;
  return present
    ? { ok: true }
    : { ok: false, reason: innermostCause(reason) || `exit code ${code}` };
}

/** `failed to download …: error sending request for url (…): …: Name or service not known`: the last says why. */
function innermostCause(message: string): string {
  return message.split('\n')[0]?.split(': ').at(-1) ?? '';
}
