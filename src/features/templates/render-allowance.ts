import { Allowances } from '../../core/turns/allowance.ts';
import { limits } from '../../core/limits.ts';
import { Turns } from '../../core/turns/turns.ts';
import { AppError } from '../../platform/errors.ts';
import { RenderTime } from '../../templates/render-time.ts';
import { takeTurn } from '../../platform/http/array-turns.ts';

/** Of each practice, in this process. */
const allowances = new Allowances(limits.practiceRenderMs, limits.practiceRenderShare);
/** A few calls of a practice at a time: the next one sees what those before it have spent. */
const turns = new Turns(limits.rendering);

/**
 * Does work that renders templates, in the practice's turn, within the time that a call has for it. Throws 429
 * `too_many_requests` for a practice whose calls have rendered for more than `limits.practiceRenderMs` lately, or of
 * which too many wait: one practice's templates leave time for all others.
 */
export async function rendering<T>(
  practiceId: string,
  work: (time: RenderTime) => Promise<T>,
): Promise<T> {
  await takeTurn(turns, practiceId, () => false);
  try {
    const waitMs = allowances.waitMs(practiceId, performance.now());
    if (waitMs > 0)
      throw new AppError('too_many_requests', undefined, {
        retryAfterSeconds: Math.ceil(waitMs / 1_000),
      });
    return await work(
      new RenderTime(limits.callRenderMs, {
        // A call that has begun is bound by its own time alone.
        left: Infinity,
        spend: (ms) => allowances.use(practiceId, ms, performance.now()),
      }),
    );
  } finally {
    turns.giveBack(practiceId);
  }
}
