import { leftoverLimits } from './limits/leftover-limits.ts';
import { durationMs } from './settings.ts';

/**
 * How long a practice keeps what is finished. By default for ever: what the law asks for differs by state and trade, so
 * the practice says it.
 */

/** An ISO 8601 duration of whole years, or of weeks, days and less, to ms; undefined when it is neither. */
export function retentionMs(duration: string): number | undefined {
  const years = /^P(\d{1,3})Y$/.exec(duration)?.[1];
  return years === undefined
    ? durationMs(duration)
    : Number(years) * leftoverLimits.retentionYearMs;
}

/** What is wrong with it; undefined: nothing. */
export function retentionProblem(duration: string): string | undefined {
  const ms = retentionMs(duration) ?? 0;
  return ms >= leftoverLimits.retentionLeastMs && ms <= leftoverLimits.retentionMostMs
    ? undefined
    : 'must be an ISO 8601 duration of years (P7Y), weeks or days, from 90 days to 100 years';
}
