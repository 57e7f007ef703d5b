import { performance } from 'node:perf_hooks';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addressHash } from '../../src/record/contacts/contact-store.ts';
import { formerValue } from '../harness/former-seals.ts';
import { someone } from '../harness/people.ts';
import { anotherPractice, type PracticeCalls } from '../harness/practice-calls.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';

/** A practice whose queue takes minutes to drain, and one that has a text to send. */

const many = 10_000;

let stack: Stack;
let [crowd, other]: PracticeCalls[] = [];
beforeAll(async () => {
  stack = await startStack();
  crowd = await anotherPractice(stack, 'crowd', 'Crowd', '+12025550166');
  other = await anotherPractice(stack, 'other', 'Other', '+12025550177');
});
afterAll(() => stack.stop());

/** Contacts who agreed to texts, each with one that is due, whose deliveries the practice's dispatcher claims. */
async function waiting(practiceId: string): Promise<void> {
  const phones = Array.from({ length: 50 }, () => someone().phone);
  const sealed = phones.map((phone) => formerValue(phone, 'channels.address'));
  const hashes = phones.map((phone) => addressHash(stack.db, phone));
  const content = formerValue(JSON.stringify({ body: 'one of very many' }), 'messages.content');
  await stack.db.prisma.$executeRaw`
    INSERT INTO contacts (practice_id, id, registered, settled, created_at, updated_at)
    SELECT ${practiceId}, 'waits-' || n, true, true, now(), now() FROM generate_series(1, ${many}::int) n`;
  await stack.db.prisma.$executeRaw`
    INSERT INTO channels (practice_id, contact_id, method, assigned, address_enc, address_hash, state, epoch, dispatched,
                          look_at)
    SELECT ${practiceId}, 'waits-' || n, m, m = 'sms',
           CASE WHEN m = 'sms' THEN (${sealed}::text[])[1 + n % 50] END,
           CASE WHEN m = 'sms' THEN (${hashes}::text[])[1 + n % 50] END,
           CASE WHEN m = 'sms' THEN 'accepted' ELSE 'not_sent' END, 1, true, CASE WHEN m = 'sms' THEN now() END
    FROM generate_series(1, ${many}::int) n, unnest(ARRAY['email','sms','fax']) m`;
  await stack.db.prisma.$executeRaw`
    INSERT INTO messages (practice_id, id, contact_id, kind, content_enc, content_hash, size, methods, any_method, due_at,
                          source, arrival, created_at)
    SELECT practice_id, id, id, 'ad_hoc', ${content}, 'x', 1, '{sms}', false, now(), 'http', nextval('arrivals'), now()
    FROM contacts WHERE practice_id = ${practiceId}`;
  await stack.db.prisma.$executeRaw`
    INSERT INTO deliveries (id, practice_id, contact_id, method, purpose, message_id, kind, status, due_at, arrival, size,
                            created_at)
    SELECT gen_random_uuid(), practice_id, contact_id, 'sms', 'content', id, kind, 'queued', due_at, arrival, size, now()
    FROM messages WHERE practice_id = ${practiceId}`;
  await stack.db.prisma.$executeRaw`ANALYZE`;
}

/** How long each of some texts of the other practice took to arrive, in ms. */
async function took(): Promise<number[]> {
  const person = someone();
  await other!.text(person, 'the first');
  const times: number[] = [];
  for (let n = 0; n < 5; n += 1) {
    const beganAt = performance.now();
    await other!.text(person, `text ${n}`);
    times.push(performance.now() - beganAt);
  }
  return times;
}

const queued = (): Promise<number> =>
  stack.db.prisma.delivery.count({ where: { practiceId: crowd!.id, status: 'queued' } });

it('a very long queue that drains keeps no text of another practice waiting', async () => {
  const before = await took();
  await waiting(crowd!.id);
  await stack.workflows.wakeDispatcher(crowd!.id);
  await until('it drains', async () => (await queued()) < many - 100);
  const left = await queued();
  const during = await took();
  // It went on all the while, and is far from done.
  expect(await queued()).toBeLessThan(left);
  expect(await queued()).toBeGreaterThan(many / 10);
  // What is left of it takes minutes.
  expect(Math.max(...during)).toBeLessThan(4 * Math.max(...before) + 3_000);
});
