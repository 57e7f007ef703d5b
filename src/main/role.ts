import { ConfigError, loadConfig, type Config } from '../platform/config/config.ts';
import type { Process } from '../platform/config/secrets.ts';

/** The handle of a running role. `stop` ends it in good order and leaves nothing open. */
export type Role = { stop(): Promise<void> };

/** A role's message to the supervisor that started it, over IPC. */
export type RoleMessage = { type: 'ready'; role: string };

/** sysexits.h, EX_CONFIG: starting again with the same environment cannot help. */
export const configExitCode = 78;

/** A stop that takes longer is given up; the next process redoes work that was not acknowledged. */
const stopDeadlineMs = 15_000;

/**
 * The common life of a role process: reads the configuration, runs `main`, says it is ready, and stops once: on
 * SIGTERM, on SIGINT, or when the supervisor is gone. Never rejects; the exit code tells: 0 stopped, 78 wrong
 * configuration, 1 anything else.
 */
export async function runRole(
  name: Process,
  main: (config: Config) => Promise<Role>,
): Promise<void> {
  const abort = (error: unknown): never => {
    if (error instanceof ConfigError) {
      process.stderr.write(`${error.message}\n`);
      process.exit(configExitCode);
    }
    process.stderr.write(`${name}: ${describe(error)}\n`);
    process.exit(1);
  };
  process.on('uncaughtException', abort);
  process.on('unhandledRejection', abort);

  let role: Role | undefined;
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    // Still starting: there is nothing to finish.
    if (!role) process.exit(0);
    setTimeout(() => {
      process.stderr.write(`${name}: did not stop within ${stopDeadlineMs / 1000} s\n`);
      process.exit(1);
    }, stopDeadlineMs).unref();
    role.stop().then(() => process.exit(0), abort);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('disconnect', stop);

  try {
    role = await main(loadConfig(process.env, name));
  } catch (error) {
    abort(error);
  }
  process.send?.({ type: 'ready', role: name } satisfies RoleMessage);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
