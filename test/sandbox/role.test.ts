import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { choosePorts } from '../../src/platform/free-ports.ts';
import { until } from './harness.ts';

test('the role starts from the environment alone and stops on SIGTERM', async () => {
  const [port = 0] = await choosePorts(1);
  const role = spawn(process.execPath, ['--import', 'tsx', 'packages/sandbox/main.ts'], {
    env: { ...process.env, SANDBOX_PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await until(
      () =>
        fetch(`http://localhost:${port}/healthz`).then(
          ({ ok }) => ok,
          () => false,
        ),
      30_000,
    );
    const stopped = once(role, 'exit');
    role.kill('SIGTERM');
    expect(await stopped).toEqual([0, null]);
  } finally {
    role.kill('SIGKILL');
  }
});
