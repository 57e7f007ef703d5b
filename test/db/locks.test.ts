import { EventEmitter, once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lockContact } from '../../src/record/consent/contact-lock.ts';
import { register, someone } from '../harness/people.ts';
import { startStack, type Stack } from '../harness/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack.stop());

it('takes a contact away from a process that froze in mid-transaction', async () => {
  const ann = someone();
  await register(stack, ann, ['email']);
  const ref = { practiceId: stack.practiceId, contactId: ann.id };
  const frost = new EventEmitter();
  const frozen = stack.db.prisma.$transaction(
    async (sql) => {
      await lockContact(sql, ref);
      frost.emit('held');
      await once(frost, 'thawed');
      await sql.contact.count();
    },
    { timeout: 60_000 },
  );
  const outcome = frozen.then(
    () => 'went on',
    () => 'lost its locks',
  );
  await once(frost, 'held');
  await expect(stack.db.prisma.$transaction((sql) => lockContact(sql, ref))).resolves.toBeDefined();
  frost.emit('thawed');
  expect(await outcome).toBe('lost its locks');
  // And the pool has got over it.
  await expect(stack.db.prisma.contact.count()).resolves.toBeGreaterThan(0);
});
