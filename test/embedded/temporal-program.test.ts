import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { expect, inject, onTestFinished, test } from 'vitest';
import { choosePorts } from '../../src/platform/free-ports.ts';
import { findTemporal } from '../../packages/local-stack/temporal-program.ts';
import { startTemporalServer } from '../../packages/local-stack/temporal.ts';
import { temporaryFolder } from './processes.ts';

/** A stand-in for the Temporal CLI. `start` is what it does when it is started as a server. */
function installCli(folder: string, serverVersion: string, start = 'exit 0'): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'temporal');
  writeFileSync(
    path,
    `#!/bin/sh
if [ "$1" = --version ]; then echo "temporal version 1.9.1 (Server ${serverVersion}, UI 2.54.1)"; exit; fi
${start}
`,
  );
  chmodSync(path, 0o755);
  return path;
}

const builtServer = 'temporal-server-1.32.1';

test('the Temporal CLI on the PATH is taken when it carries server 1.32', async () => {
  const folder = temporaryFolder();
  const path = installCli(join(folder, 'bin'), '1.32.2');
  const env = { PATH: join(folder, 'bin'), XDG_CACHE_HOME: folder };
  expect(await findTemporal({ ui: true, env })).toEqual({ kind: 'cli', path });
});

test('another release on the PATH is passed over for what an earlier start has built', async () => {
  const folder = temporaryFolder();
  installCli(join(folder, 'bin'), '1.31.0');
  const cache = join(folder, 'optgate');
  mkdirSync(cache);
  writeFileSync(join(cache, builtServer), '');
  const env = { PATH: join(folder, 'bin'), XDG_CACHE_HOME: folder };
  expect(await findTemporal({ ui: false, env })).toEqual({
    kind: 'server',
    serverPath: join(cache, builtServer),
    uiPath: undefined,
  });
});

test('the CLI is started with durable storage, our settings, and on the ports that were asked for', async () => {
  const folder = temporaryFolder();
  const noted = join(folder, 'arguments');
  const path = installCli(join(folder, 'bin'), '1.32.0', `printf '%s\\n' "$@" > ${noted}; exit 3`);
  const [port = 0, uiPort = 0] = await choosePorts(2);
  await expect(
    startTemporalServer({
      dataDir: folder,
      program: { kind: 'cli', path },
      port,
      ui: { port: uiPort, codecEndpoint: 'http://localhost:3000/codec' },
    }),
  ).rejects.toThrow('Temporal did not start (exit code 3)');
  const args = readFileSync(noted, 'utf8').replaceAll('\n', ' ');
  expect(args).toMatch(/^server start-dev --ui-disable-news-fetch --ip 127\.0\.0\.1 /);
  expect(args).toContain(`--port ${port} `);
  expect(args).toContain('--db-filename temporal.db');
  expect(args).toContain('--sqlite-pragma journal_mode=wal --sqlite-pragma synchronous=2');
  expect(args).toContain(`--ui-port ${uiPort} --ui-codec-endpoint http://localhost:3000/codec`);
  expect(args).toContain('--dynamic-config-value matching.enableFairness=true');
  expect(args).toContain('--dynamic-config-value frontend.WorkflowTimeSkippingEnabled=true');
});

test('the server that tests run on is release 1.32', async () => {
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  onTestFinished(() => connection.close());
  const { serverVersion } = await connection.workflowService.getSystemInfo({});
  expect(serverVersion).toMatch(/^1\.32\./);
});
