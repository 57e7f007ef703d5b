import { performance } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { someone } from '../harness/people.ts';
import { anotherPractice, type PracticeCalls } from '../harness/practice-calls.ts';
import { statementsOf } from '../harness/statements.ts';
import { startStack, type Stack } from '../harness/stack.ts';

/** A switch of a practice with very many contacts costs no more than one of a few, and keeps no other practice waiting. */

const [few, many] = [200, 20_000];

/** Green contacts, each with a text that is due, whose deliveries the practice's dispatcher claims. */
async function waiting({ db }: Stack, practiceId: string, count: number): Promise<void> {
  for (const statement of [
    `INSERT INTO contacts (practice_id, id, registered, settled, created_at, updated_at)
     SELECT '${practiceId}', 'waits-' || n, true, true, now(), now() FROM generate_series(1, ${count}) n`,
    `INSERT INTO channels (practice_id, contact_id, method, assigned, state, epoch, dispatched)
     SELECT practice_id, id, m, m = 'sms', CASE WHEN m = 'sms' THEN 'accepted' ELSE 'not_sent' END, 1, true
     FROM contacts, unnest(ARRAY['email','sms','fax']) m WHERE practice_id = '${practiceId}'`,
    `INSERT INTO messages (practice_id, id, contact_id, kind, content_enc, content_hash, size, methods, any_method, due_at,
                           source, arrival, created_at)
     SELECT practice_id, id, id, 'ad_hoc', 'x', 'x', 1, '{sms}', false, now(), 'http', nextval('arrivals'), now()
     FROM contacts WHERE practice_id = '${practiceId}'`,
    `INSERT INTO deliveries (id, practice_id, contact_id, method, purpose, message_id, kind, status, due_at, arrival, size,
                             created_at)
     SELECT gen_random_uuid(), practice_id, contact_id, 'sms', 'content', id, kind, 'queued', due_at, arrival, size, now()
     FROM messages WHERE practice_id = '${practiceId}'`,
    `ANALYZE`,
  ])
    await db.prisma.$executeRawUnsafe(statement);
}

/** All day, by night and by turns: nothing of it may leave. */
const quiet = (n: number) => ({
  quietHours: { from: '00:00', to: `23:${50 + (n % 10)}`, methods: ['sms'], kinds: ['ad_hoc'] },
});
const save = ({ call }: PracticeCalls, n: number) => call('PATCH', '/settings', quiet(n));

describe('a change of quiet hours', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ worker: false });
  });
  afterAll(() => stack.stop());

  it('costs as many statements and lanes for very many contacts as for a few', async () => {
    const costs: object[] = [];
    for (const count of [few, many]) {
      const practice = await anotherPractice(stack, `has-${count}`, `Has ${count}`);
      await waiting(stack, practice.id, count);
      const statements = await statementsOf(() => save(practice, 1));
      const looked = { practiceId: practice.id, lookAt: { not: null } };
      const lanes = await stack.db.prisma.channel.count({ where: looked });
      expect(statements.length * lanes).toBeGreaterThan(0);
      costs.push({ statements: statements.length, lanes });
    }
    expect(costs[1]).toEqual(costs[0]);
  });
});

describe('a change of quiet hours for very many contacts', () => {
  let stack: Stack;
  let [crowd, other]: PracticeCalls[] = [];
  beforeAll(async () => {
    stack = await startStack();
    crowd = await anotherPractice(stack, 'crowd', 'Crowd');
    other = await anotherPractice(stack, 'other', 'Other', '+12025550177');
    // Before anything of it is due to leave.
    await save(crowd, 0);
    await waiting(stack, crowd.id, many);
  });
  afterAll(() => stack.stop());

  /** The longest that a text of the other practice took to arrive, in ms. */
  async function slowest(): Promise<number> {
    const took: number[] = [];
    const person = someone();
    await other!.text(person, 'the first');
    for (let n = 0; n < 5; n += 1) {
      const beganAt = performance.now();
      await other!.text(person, `text ${n}`);
      took.push(performance.now() - beganAt);
    }
    return Math.max(...took);
  }

  it('keeps no message of another practice waiting', async () => {
    const before = await slowest();
    const saving = { goesOn: true, saved: 0 };
    const saves = (async () => {
      for (; saving.goesOn; saving.saved += 1) await save(crowd!, saving.saved + 1);
    })();
    const meanwhile = await slowest().finally(() => (saving.goesOn = false));
    await saves;
    expect(saving.saved).toBeGreaterThan(1);
    expect(meanwhile).toBeLessThan(4 * before + 1_500);
  });
});
