import { Allowances } from '../domain/allowance.ts';
import { limits } from '../domain/limits.ts';
import { AppError } from '../errors.ts';
import { RenderTime } from '../templates/render-time.ts';

/** Of each practice, in this process. */
const allowances = new Allowances(limits.practiceRenderMs, limits.practiceRenderShare);

/**
 * The time in which a call may render templates. Throws 429 `too_many_requests` for a practice whose calls have
 * rendered for more than `limits.practiceRenderMs` lately: one practice's templates leave time for all others.
 */
export function renderTimeOf(practiceId: string): RenderTime {
  const waitMs = allowances.waitMs(practiceId, performance.now());
  if (waitMs > 0)
    throw new AppError('too_many_requests', undefined, {
      retryAfterSeconds: Math.ceil(waitMs / 1_000),
    });
  return new RenderTime(limits.callRenderMs, {
    // A call that has begun is bound by its own time alone.
    left: Infinity,
    spend: (ms) => allowances.use(practiceId, ms, performance.now()),
  });
}
