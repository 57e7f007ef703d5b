import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tryLock } from '../../packages/local-stack/lock.ts';
import { markOf } from '../../packages/local-stack/process-identity.ts';
import { runProgram, temporaryFolder, until } from './processes.ts';

test('a lock has one holder, and is taken over from one that was killed', async () => {
  const path = join(temporaryFolder(), 'lock');
  const holder = runProgram('test/embedded/fixtures/lock-holder.ts', { args: [path] });
  await until('it is held', () => holder.output().includes('taken true'));
  const attempt = tryLock(path);
  expect(attempt).toMatchObject({ taken: false, about: 'a test' });
  holder.child.kill('SIGKILL');
  await holder.exit;
  expect(tryLock(path).taken).toBe(true);
});

test('a lock whose process id belongs to another process by now is nobody’s', () => {
  const path = join(temporaryFolder(), 'lock');
  const { pid, startedAt } = markOf(process.pid)!;
  const holder = { pid, startedAt: `${startedAt}0` };
  writeFileSync(path, JSON.stringify({ holder, about: {} }));
  expect(tryLock(path).taken).toBe(true);
});

test('of many that find the same stale lock, one gets it', async () => {
  const path = join(temporaryFolder(), 'lock');
  writeFileSync(path, 'not a lock');
  const racers = Array.from({ length: 4 }, () =>
    runProgram('test/embedded/fixtures/lock-holder.ts', { args: [path] }),
  );
  await until('all have tried', () => racers.every(({ output }) => output().includes('taken')));
  expect(racers.filter(({ output }) => output().includes('taken true'))).toHaveLength(1);
});
