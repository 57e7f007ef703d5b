import type { ProgramName } from './entry.ts';
import { ConfigError, loadConfig, type Config } from '../../src/platform/config/config.ts';
import { configExitCode } from '../../src/main/role.ts';
import { RoleStartError } from './role-process.ts';
import { StartError, superviseService, type Service } from './supervise.ts';
import { openTerminal, type Terminal } from './terminal.ts';

/** npm passes on a Ctrl-C that the terminal sent to us already: two signals this close are one wish. */
const echoMs = 1_000;

/**
 * The life of the `npm start` process: starts the service, prints the addresses, and stops it on Ctrl-C, SIGTERM or
 * when the terminal closes. A second Ctrl-C hurries. Ends the process; exit codes: 0 stopped, 78 wrong configuration,
 * 1 it could not be started.
 */
export async function runStartCommand(
  env: NodeJS.ProcessEnv,
  /** Arguments to Node for a role; tests have their own. */
  roleArguments?: (name: ProgramName) => string[],
): Promise<void> {
  const terminal = openTerminal(process.stdout);
  const startup = new AbortController();
  let service: Service | undefined;
  let firstSignalAt = 0;

  const end = (exitCode: number): never => {
    if (firstSignalAt > 0) terminal.say('Stopped.');
    process.exit(firstSignalAt > 0 ? 0 : exitCode);
  };
  const stop = async (running: Service): Promise<void> => {
    await running.stop();
    end(0);
  };
  const onSignal = (): void => {
    const now = Date.now();
    if (firstSignalAt === 0) {
      firstSignalAt = now;
      terminal.say('\nStopping ...');
      startup.abort();
      if (service) void stop(service);
    } else if (now - firstSignalAt > echoMs) {
      terminal.say('Not waiting any longer.');
      // While it is still starting, the parts notice that we are gone.
      if (service) void service.stop(true);
      else process.exit(1);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  if (env['npm_lifecycle_event'] !== undefined) onParentEnd(onSignal);

  try {
    const config = loadConfig(env);
    terminal.say('Starting Optgate ...');
    service = await superviseService({
      config,
      env,
      terminal,
      signal: startup.signal,
      ...(roleArguments ? { roleArguments } : {}),
    });
    if (firstSignalAt > 0) await stop(service);
    announce(terminal, service.urls, config);
  } catch (error) {
    if (firstSignalAt > 0) end(0);
    terminal.say(explain(error));
    if (error instanceof ConfigError) end(configExitCode);
    end(error instanceof RoleStartError ? error.exitCode : 1);
  }
}

function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (error instanceof StartError) return `Optgate cannot start:\n${error.message}`;
  return `Optgate could not be started: ${error instanceof Error ? error.message : String(error)}`;
}

function announce(terminal: Terminal, urls: Service['urls'], config: Config): void {
  const { publicUrl } = config.http;
  const lines: [string, string | undefined][] = [
    ['API', `${urls.api}/v1${config.mode === 'sandbox' ? '   (key: demo-key)' : ''}`],
    ['Docs', `${urls.api}/docs`],
    ['Console', `${urls.api}/console`],
    ['Sandbox', urls.sandbox],
    ['Temporal UI', urls.temporalUi],
    ['Public', publicUrl === urls.api ? undefined : publicUrl],
  ];
  terminal.say('\nOptgate is running.\n');
  for (const [name, url] of lines) if (url) terminal.say(`  ${name.padEnd(13)}${url}`);
  terminal.say(`\nData is kept in ${config.dataDir}. Ctrl-C stops everything.\n`);
}

/** npm waits for us as long as it lives: without it we would be left in the background for ever. */
function onParentEnd(stop: () => void): void {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, 1_000);
  watch.unref();
}
