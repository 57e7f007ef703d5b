import { runStartCommand } from './embedded/start-command.ts';

/**
 * `npm start`: everything on this machine, under one supervisor. It starts what the environment does not name
 * (PostgreSQL, Temporal), brings the schema up to date, starts the sandbox, the API and a worker, restarts what dies,
 * and stops it all in order.
 */
await runStartCommand(process.env);
