import { runRole } from '../../src/role.ts';
import { runWorker } from '../../src/run-worker.ts';

/** `src/worker.ts` as it is, but on the task queue TEST_TASK_QUEUE: files of a test run share a Temporal server. */
void runRole('worker', (config) =>
  runWorker({
    ...config,
    temporal: { ...config.temporal, taskQueue: process.env.TEST_TASK_QUEUE! },
  }),
);
