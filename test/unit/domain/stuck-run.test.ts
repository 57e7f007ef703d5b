import { expect, it } from 'vitest';
import { stuckLimits, whyStuck, type SeenRun } from '../../../src/core/signals/stuck-run.ts';

const ours = { type: 'dispatch', taskQueue: 'contacts' };
const healthy: SeenRun = { ...ours, ended: false, attempts: 0 };

it.each<[string, Partial<SeenRun>, string | undefined]>([
  ['sleeps, or is in an activity', {}, undefined],
  ['waits for a worker', { attempts: 1 }, undefined],
  ['failed some times, and may go on', { attempts: stuckLimits.failedAttempts - 1 }, undefined],
  ['fails each time', { attempts: stuckLimits.failedAttempts }, 'its workflow task kept failing'],
  ['is of another type', { type: 'stranger' }, 'it was of another type'],
  ['is of another type of ours', { type: 'contact' }, 'it was of another type'],
  ['is where no worker is', { taskQueue: 'nowhere' }, 'it was on another task queue'],
  ['was of another type, and ended', { type: 'stranger', ended: true }, undefined],
])('a run that %s', (_what, run, reason) => {
  expect(whyStuck({ ...healthy, ...run }, ours)).toBe(reason);
});
