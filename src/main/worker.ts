import { runRole } from './role.ts';
import { runWorker } from './run-worker.ts';

/** `npm run worker`: runs the workflows and does all sending. */
void runRole('worker', runWorker);
