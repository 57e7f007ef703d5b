import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { CompleteAsyncError } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import type { Logger } from 'pino';

/**
 * An activity's error reaches Temporal as a name and a code only: the text of a database error may quote a value, and
 * histories must not hold people. Everything stays retryable: nothing here is permanent.
 */
export function cleanActivityErrors(logger: Logger): ActivityInboundCallsInterceptor {
  return {
    async execute(input, next) {
      try {
        return await next(input);
      } catch (error) {
        if (
          error instanceof ApplicationFailure ||
          error instanceof CancelledFailure ||
          error instanceof CompleteAsyncError
        )
          throw error;
        const { name, code } = error as { name?: string; code?: string };
        const type = [name ?? 'Error', code].filter(Boolean).join(' ');
        const frames = error instanceof Error ? error.stack?.split('\n').slice(-8) : undefined;
        logger.warn(
          { type, at: frames?.map((line) => line.trim()) },
          'activity failed, will be tried again',
        );
        throw ApplicationFailure.create({
          message: type,
          type: name ?? 'Error',
          nonRetryable: false,
        });
      }
    },
  };
}
