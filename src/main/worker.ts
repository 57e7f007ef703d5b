import { readArguments } from '../platform/arguments.ts';
import { runRole } from './role.ts';
import { runWorker } from './run-worker.ts';

readArguments({
  command: 'npm run worker',
  does: 'Runs the workflows and does all sending, until SIGTERM or Ctrl-C.',
  environment: {
    DATABASE_URL: 'PostgreSQL, needed',
    TEMPORAL_ADDRESS: 'Temporal, needed',
    ENCRYPTION_KEYS: 'id:base64 list, needed; the first one seals',
    PUBLIC_URL: 'the beginning of the links that it sends',
    WORKER_PORT: 'where it serves /healthz, /readyz and /metrics (nowhere)',
    'RESEND_…, PLIVO_…': 'the providers; without them the sandbox',
  },
});

/** `npm run worker`: runs the workflows and does all sending. */
void runRole('worker', runWorker);
