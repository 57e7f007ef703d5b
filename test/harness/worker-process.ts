import { inject } from 'vitest';
import { runProgram, type Program } from '../embedded/processes.ts';
import { serviceUrl } from './databases.ts';
import { testKey, type Stack } from './stack.ts';

/** A worker as a process of its own, for the practice of `stack`; killed at the end of the test where it still runs. */
export function startWorkerProcess(stack: Stack, env: Record<string, string> = {}): Program {
  return runProgram('test/harness/worker-program.ts', {
    env: {
      NODE_OPTIONS: '',
      PORT: new URL(stack.url).port,
      PUBLIC_URL: stack.url,
      DATABASE_URL: serviceUrl(stack.databaseUrl, 'worker'),
      SWEEPER_DATABASE_URL: serviceUrl(stack.databaseUrl, 'sweeper'),
      TEMPORAL_ADDRESS: inject('temporalAddress'),
      TEST_TASK_QUEUE: stack.taskQueue,
      ENCRYPTION_KEYS: testKey,
      SANDBOX_PORT: new URL(stack.sandbox.url).port,
      LOG_LEVEL: 'warn',
      ...env,
    },
    ipc: true,
  });
}

/** Resolves when the process says that it works. */
export async function untilWorking({ child, exit, output }: Program): Promise<void> {
  const ready = new Promise<'ready'>((resolve) => child.once('message', () => resolve('ready')));
  const ended = exit.then(() => 'ended' as const);
  if ((await Promise.race([ready, ended])) === 'ended') throw new Error(`it ended: ${output()}`);
}
