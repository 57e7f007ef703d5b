import { runRole } from '../../src/main/role.ts';
import { runWorker } from '../../src/main/run-worker.ts';

/** `src/main/worker.ts` as it is, but on the task queue TEST_TASK_QUEUE: files of a test run share a Temporal server. */
void runRole('worker', (config) =>
  runWorker({
    ...config,
    temporal: { ...config.temporal, taskQueue: process.env.TEST_TASK_QUEUE! },
  }),
);
