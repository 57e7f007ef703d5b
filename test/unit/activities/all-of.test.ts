import { expect, it } from 'vitest';
import { allOf } from '../../../activities/all-of.ts';

it('waits for those that go on, and then fails with the one that failed', async () => {
  let ended = false;
  let end: () => void = () => undefined;
  const slow = new Promise<void>((resolve) => (end = resolve)).then(() => {
    ended = true;
    return 'slow';
  });
  const all = allOf([Promise.reject(new Error('email is at fault')), slow]);
  const outcome = all.then(
    () => 'done',
    (error: Error) => [error.message, ended],
  );
  setImmediate(end);
  expect(await outcome).toEqual(['email is at fault', true]);
});

it('gives what each gave, in their order', async () => {
  expect(await allOf([Promise.resolve(1), Promise.resolve(2)])).toEqual([1, 2]);
});
