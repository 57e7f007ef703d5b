import { runStartCommand } from './start-command.ts';

/**
 * `npm start`: everything on this machine, under one supervisor. It starts the services that the environment does not
 * name (PostgreSQL, Temporal), brings the schema up to date, starts the sandbox, the API and a worker, restarts any
 * that die, and stops them all in order.
 */
await runStartCommand(process.env);
