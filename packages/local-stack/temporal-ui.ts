import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { replaceFile } from '../../src/platform/files.ts';
import { keep } from './keep.ts';
import { isPortFree } from '../../src/platform/free-ports.ts';
import { portHolder } from './port-holder.ts';
import { withPrivileges } from './privileges.ts';
import { stopLeft, type RunningServer } from './running-server.ts';
import type { TemporalProgram } from './temporal-program.ts';

const readyTimeoutMs = 30_000;
const patienceMs = 3_000;

/** Starts Temporal's Web UI, where it is a program of its own (the Temporal CLI carries it inside). */
export async function startTemporalUi(options: {
  dataDir: string;
  program: TemporalProgram & { kind: 'server' };
  port: number;
  /** Of the Temporal server. */
  address: string;
  namespace: string;
  /** Where the browser sends payloads to be decoded: `{endpoint}/decode`. */
  codecEndpoint?: string;
  orphanGraceMs?: number;
  onNotice?: (text: string) => void;
}): Promise<RunningServer> {
  const { program, port } = options;
  if (program.uiPath === undefined) throw new Error('The Temporal UI was not asked for.');
  const folder = join(options.dataDir, 'temporal');
  const logFile = join(options.dataDir, 'logs', 'temporal-ui.log');
  const runningFile = join(folder, 'ui.json');
  const configFolder = join(folder, 'ui');
  for (const path of [configFolder, dirname(logFile)])
    mkdirSync(path, { recursive: true, mode: 0o700 });
  await stopLeft(runningFile, 'The Temporal UI', options.onNotice);
  if (!(await isPortFree(port, '127.0.0.1')))
    throw new Error(
      `Port ${port} for the Temporal UI is in use by ${portHolder(port) ?? 'another program'}.`,
    );

  // JSON is YAML. The name is that of the program's default environment.
  replaceFile(
    join(configFolder, 'development.yaml'),
    JSON.stringify({
      temporalGrpcAddress: options.address,
      host: '127.0.0.1',
      port,
      enableUi: true,
      defaultNamespace: options.namespace,
      disableNewsFetch: true,
      // Plain HTTP on this machine only.
      cors: {
        cookieInsecure: true,
        allowOrigins: [`http://127.0.0.1:${port}`, `http://localhost:${port}`],
      },
      // The codec endpoint identifies a person by the console's session.
      ...(options.codecEndpoint
        ? { codec: { endpoint: options.codecEndpoint, includeCredentials: true } }
        : {}),
    }),
  );
  const kept = await keep(
    {
      ...withPrivileges(
        { command: program.uiPath, args: ['--root', folder, '--config', 'ui', 'start'] },
        'SIGTERM',
      ),
      cwd: folder,
      env: { HOME: folder },
      stopSignal: 'SIGTERM',
      patienceMs,
      orphanGraceMs: options.orphanGraceMs ?? 0,
    },
    logFile,
  );
  replaceFile(runningFile, JSON.stringify(kept.server));
  let ended: string | undefined;
  void kept.ended.then((reason) => (ended = reason));
  const deadline = Date.now() + readyTimeoutMs;
  while (await isPortFree(port, '127.0.0.1')) {
    if (ended !== undefined || Date.now() > deadline) {
      await kept.stop(true);
      throw new Error(`The Temporal UI did not start (${ended ?? 'too slow'}); see ${logFile}.`);
    }
    await sleep(50);
  }
  return {
    address: `127.0.0.1:${port}`,
    pid: kept.server.pid,
    keeperPid: kept.keeper.pid,
    ended: kept.ended,
    stop: (hurry) => kept.stop(hurry),
  };
}
