import { limits } from './limits.ts';

/** When staff may send an opt-in by hand, given those that were sent already: an opt-in is no reminder. */

/** Why a channel is not asked yet: its address had its limit of opt-ins today (src/features/opt-in/question-budget.ts). */
export const askedOften = 'asked_often';

/** Returns how long to wait, in ms, after opt-ins by hand at these times (newest first); 0 if one may go now. */
export function throttleMs(times: readonly Date[], now: Date): number {
  const newest = times[0];
  const fifth = times[limits.optInsPerDay - 1];
  const until = Math.max(
    newest ? newest.getTime() + limits.optInEveryMs : 0,
    fifth ? fifth.getTime() + limits.optInDayMs : 0,
  );
  return Math.max(until - now.getTime(), 0);
}

/** Not called yet, or too fresh for the provider's word that it arrived: a second opt-in would only be a double. */
export function isOnItsWay(
  optIn: { status: string; automatic: boolean; createdAt: Date },
  now: Date,
): boolean {
  if (optIn.status === 'queued' || optIn.status === 'sending') return true;
  const ageMs = now.getTime() - optIn.createdAt.getTime();
  return optIn.automatic && optIn.status === 'sent' && ageMs < limits.optInArrivalMs;
}
