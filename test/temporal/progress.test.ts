import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, it } from 'vitest';
import { progress, reached } from '../../activities/progress.ts';
import { markPayload, type PayloadMark } from '../../src/core/signals/payload-marks.ts';

const own = { workflowExecution: { workflowId: 'contact/p/c', runId: 'run' }, activityId: '7' };

const nextTry = (heartbeatDetails: unknown): Promise<number> =>
  new MockActivityEnvironment({ ...own, heartbeatDetails }).run(() => Promise.resolve(reached()));

const noted = (by: Partial<typeof own> = {}): Promise<unknown> =>
  new MockActivityEnvironment({ ...own, ...by }).run(() => Promise.resolve(progress(3)));

it('a try goes on where the one before had come to', async () => {
  expect(await nextTry(await noted())).toBe(3);
  expect(await nextTry(undefined)).toBe(0);
});

it.each<[string, Partial<typeof own>]>([
  ['another activity of the run', { activityId: '8' }],
  ['another run', { workflowExecution: { workflowId: 'contact/p/c', runId: 'earlier' } }],
])('what %s noted counts for nothing', async (_which, by) => {
  expect(await nextTry(await noted(by))).toBe(0);
});

it.each<PayloadMark>([
  { clear: true },
  { unbound: { seal: 's' } },
  { unopened: { why: 'damaged' } },
])('what did not come sealed for the workflow counts for nothing: %o', async (how) => {
  const details = await noted();
  markPayload(details, how);
  expect(await nextTry(details)).toBe(0);
});

it.each([3, 'x', [], { done: 3 }, { runId: 'run', activityId: '7', done: '3' }])(
  'nothing of another shape counts: %o',
  async (details) => {
    expect(await nextTry(details)).toBe(0);
  },
);
