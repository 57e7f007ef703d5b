import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPractice } from '../../src/record/practices/practice-store.ts';
import { storeMessages } from '../../src/record/messages/message-store.ts';
import { transaction } from '../../src/platform/db/transaction.ts';
import { limits } from '../../src/core/limits.ts';
import { register, someone } from '../harness/people.ts';
import { startStack, testAdminKey, until, type Stack } from '../harness/stack.ts';

/** Two calls that want one key at once are answered as they are one after the other. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack.stop());

type Answer = { error?: { code: string } };
const operator = { authorization: `Bearer ${testAdminKey}` };
/** What each of the calls is answered, made at the same time. */
async function atOnce(
  calls: readonly (readonly [method: string, path: string, body: object])[],
  as?: Record<string, string>,
): Promise<string[]> {
  const answers = await Promise.all(
    calls.map(([method, path, body]) => stack.call<Answer>(method, `/v1${path}`, body, as)),
  );
  return answers
    .map(({ status, body }) => [status, body.error?.code].filter(Boolean).join(' '))
    .toSorted();
}
const message = (id: string) => ({ id, kind: 'ad_hoc', subject: 's', body: 'b' }) as const;

describe('the id of a message', () => {
  it('that another contact’s call takes in that moment is a conflict', async () => {
    const [ann, bob] = [someone(), someone()];
    for (const person of [ann, bob]) await register(stack, person);
    const { practiceId } = stack;
    const options = { source: 'http', unknownContacts: 'refuse' } as const;
    let anns: Promise<{ status: number; body: Answer }> | undefined;
    await transaction(stack.db, async (sql) => {
      const entries = [{ contactId: bob.id, input: message(ann.id) }];
      await storeMessages(stack.db, sql, practiceId, entries, options);
      anns = stack.call('POST', `/v1/contacts/${ann.id}/messages`, message(ann.id));
      await until('Ann’s waits for Bob’s', async () => {
        const waiting = await stack.db.prisma.$queryRaw<object[]>`
          SELECT 1 FROM pg_stat_activity
          WHERE wait_event = 'transactionid' AND datname = current_database() AND query LIKE '%messages%'`;
        return waiting.length > 0;
      });
    });
    expect(await anns).toMatchObject({
      status: 409,
      body: { error: { code: 'message_conflict' } },
    });
  });

  it('is one contact’s, in arrays of many in any order', async () => {
    const [ann, bob] = [someone(), someone()];
    for (const person of [ann, bob]) await register(stack, person);
    const ids = Array.from({ length: 50 }, (_, n) => `${ann.id}-${n}`);
    const answers = await atOnce([
      ['POST', `/contacts/${ann.id}/messages`, ids.map(message)],
      ['POST', `/contacts/${bob.id}/messages`, ids.toReversed().map(message)],
    ]);
    expect(answers).toEqual(['202', '409 message_conflict']);
  });

  it('is taken once where one contact’s call is made twice', async () => {
    const ann = someone();
    await register(stack, ann);
    const call = ['POST', `/contacts/${ann.id}/messages`, message(ann.id)] as const;
    expect(await atOnce([call, call, call])).toEqual(['202', '202', '202']);
    expect(await stack.db.prisma.message.count({ where: { id: ann.id } })).toBe(1);
  });
});

describe('a key that several calls want at once', () => {
  it('is one new contact’s', async () => {
    const { id, email } = someone();
    const ann = { name: 'Ann', role: 'client', methods: ['email'], email };
    const call = ['PUT', `/contacts/${id}`, ann] as const;
    expect(await atOnce([call, call, call, call])).toEqual(['200', '200', '200', '201']);
  });

  it('is one practice’s', async () => {
    const call = ['POST', '/practices', { id: 'raced', name: 'Raced' }] as const;
    const exists = '409 practice_exists';
    expect(await atOnce([call, call, call], operator)).toEqual(['201', exists, exists]);
  });

  it('is the next version of a template', async () => {
    const save = (n: number) =>
      ['PUT', '/templates/ad_hoc/sms', { text: `{{ text }} ${n}` }] as const;
    expect(await atOnce([1, 2, 3, 4].map(save))).toEqual(['200', '200', '200', '200']);
    const rows = await stack.db.prisma.template.findMany({ orderBy: { version: 'asc' } });
    expect(rows.map(({ version }) => version)).toEqual([1, 2, 3, 4]);
    await stack.call('DELETE', '/v1/templates/ad_hoc/sms');
  });

  it('is the last place of a webhook endpoint', async () => {
    const add = ['POST', '/webhook-endpoints', { url: 'http://localhost:9/hook' }] as const;
    const calls = Array.from({ length: limits.webhookEndpoints + 2 }, () => add);
    const answers = await atOnce(calls);
    expect(answers.filter((answer) => answer !== '201')).toEqual(
      Array.from({ length: 2 }, () => '409 too_many_endpoints'),
    );
  });

  it('is an alias that two records become at once', async () => {
    const [from, one, other] = [someone(), someone(), someone()];
    for (const person of [from, one, other]) await register(stack, person);
    const answers = await atOnce(
      [one, other].map(({ id }) => ['POST', `/contacts/${from.id}/merge`, { into: id }] as const),
    );
    expect(answers.filter((answer) => answer.startsWith('5'))).toEqual([]);
    const merged = await stack.db.prisma.contact.count({ where: { mergedInto: { not: null } } });
    expect([1, 2]).toContain(merged);
  });

  it('is a number that only one practice may be allotted', async () => {
    for (const id of ['raced-a', 'raced-b']) await createPractice(stack.db, { id, name: id });
    const allot = (id: string) =>
      ['PUT', `/practices/${id}/senders`, { smsFrom: ['+12025550155'] }] as const;
    const answers = await atOnce(['raced-a', 'raced-b'].map(allot), operator);
    expect(answers).toEqual(['200', '409 setting_conflict']);
  });
});
