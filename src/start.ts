import { ConfigError, loadConfig, type Config } from './config.ts';
import { StartError, superviseService, type Service } from './embedded/supervise.ts';
import { RoleStartError } from './embedded/role-process.ts';
import { openTerminal } from './embedded/terminal.ts';
import { configExitCode } from './role.ts';

/**
 * `npm start`: everything on this machine, under one supervisor. It starts what the environment does not name
 * (PostgreSQL, Temporal), brings the schema up to date, starts the sandbox, the API and a worker, restarts what dies,
 * and stops it all in order.
 */
const terminal = openTerminal(process.stdout);
const startup = new AbortController();
let service: Service | undefined;
let firstSignalAt = 0;

/** npm passes on a Ctrl-C that the terminal sent to us already: two signals this close are one wish. */
const echoMs = 1_000;

function onSignal(): void {
  const now = Date.now();
  if (firstSignalAt > 0) {
    if (now - firstSignalAt > echoMs) {
      terminal.say('Not waiting any longer.');
      // While it is still starting, the parts notice that we are gone.
      if (service) void service.stop(true);
      else process.exit(1);
    }
    return;
  }
  firstSignalAt = now;
  terminal.say('\nStopping ...');
  startup.abort();
  void service?.stop().then(() => end(0));
}

function end(exitCode: number): never {
  if (firstSignalAt > 0) terminal.say('Stopped.');
  process.exit(firstSignalAt > 0 ? 0 : exitCode);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
stopWithNpm();

try {
  const config = loadConfig(process.env);
  terminal.say('Starting Optgate ...');
  const running = await superviseService({
    config,
    env: process.env,
    terminal,
    signal: startup.signal,
  });
  service = running;
  if (firstSignalAt > 0) void running.stop().then(() => end(0));
  else announce(running.urls, config);
} catch (error) {
  if (firstSignalAt > 0) end(0);
  if (error instanceof ConfigError) {
    terminal.say(error.message);
    end(configExitCode);
  }
  if (error instanceof StartError) terminal.say(`Optgate cannot start:\n${error.message}`);
  else if (error instanceof Error) terminal.say(`Optgate could not be started: ${error.message}`);
  else terminal.say(`Optgate could not be started: ${String(error)}`);
  end(error instanceof RoleStartError ? error.exitCode : 1);
}

function announce(urls: Service['urls'], config: Config): void {
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
function stopWithNpm(): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent && firstSignalAt === 0) onSignal();
  }, 1_000).unref();
}
