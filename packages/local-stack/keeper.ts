import { spawn, type ChildProcess } from 'node:child_process';
import type { KeeperMessage, KeeperOrder, KeptProgram } from './keep.ts';

/**
 * Keeps one server (PostgreSQL, Temporal, its UI) for the process that started us, in a session of its own: Ctrl-C in
 * the terminal does not reach it, and when our parent dies, however it dies, the IPC channel closes and we stop the
 * server instead of leaving it behind.
 */
let program: KeptProgram | undefined;
let server: ChildProcess | undefined;
let stopping = false;

function tell(message: KeeperMessage): void {
  if (process.connected) process.send?.(message);
}

function run(order: KeptProgram): void {
  program = order;
  const child = spawn(order.command, order.args, {
    cwd: order.cwd,
    env: order.env,
    ...order.user,
    // Our own output is the program's log file (see keep.ts).
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  server = child;
  child.once('spawn', () => tell({ type: 'started', pid: child.pid ?? 0 }));
  child.once('error', (error) => {
    tell({ type: 'ended', reason: error.message });
    process.exit(1);
  });
  child.once('exit', (code, signal) => {
    tell({ type: 'ended', reason: signal ? `signal ${signal}` : `exit code ${code}` });
    process.exit(0);
  });
}

function stop(): void {
  if (!server || !program) process.exit(0);
  if (stopping) return;
  stopping = true;
  server.kill(program.stopSignal);
  setTimeout(() => server?.kill('SIGKILL'), program.patienceMs);
}

process.on('message', (order: KeeperOrder) => {
  if (order.type === 'run') run(order.program);
  else if (order.type === 'stop') stop();
  else server?.kill('SIGKILL');
});

// The roles that use this server notice their parent's death at the same moment and get time to finish.
process.on('disconnect', () => setTimeout(stop, stopping ? 0 : (program?.orphanGraceMs ?? 0)));

process.on('SIGTERM', stop);
process.on('SIGINT', () => undefined);
process.on('SIGHUP', () => undefined);
