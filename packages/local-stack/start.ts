import { readArguments } from '../../src/platform/arguments.ts';
import { runStartCommand } from './start-command.ts';

readArguments({
  command: 'npm start',
  does: 'Starts everything on this machine: PostgreSQL, Temporal and its UI, sandbox providers, the API and a worker. Ctrl-C stops it.',
  environment: {
    PORT: 'the API (3000)',
    SANDBOX_PORT: 'the mailbox and phone of the sandbox (3001)',
    'TEMPORAL_PORT, TEMPORAL_UI_PORT': 'Temporal (7233) and its UI (8233)',
    DATA_DIR: 'the folder for all data (.optgate)',
    'DATABASE_URL, TEMPORAL_ADDRESS': 'servers of yours, in place of those it would start',
    'RESEND_…, PLIVO_…': 'real providers, in place of the sandbox (docs/going-live.md)',
  },
});

/**
 * `npm start`: everything on this machine, under one supervisor. It starts the services that the environment does not
 * name (PostgreSQL, Temporal), brings the schema up to date, starts the sandbox, the API and a worker, restarts any
 * that die, and stops them all in order.
 */
await runStartCommand(process.env);
