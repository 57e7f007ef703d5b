import { limits } from '../src/core/limits.ts';

/** Activities are never given up: a temporary failure is retried, a permanent one is a result. */
export const patience = {
  startToCloseTimeout: '2 minutes',
  // A killed worker is noticed by its silence: nobody must wait for minutes.
  heartbeatTimeout: limits.heartbeatTimeoutMs,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '30 seconds' },
} as const;
