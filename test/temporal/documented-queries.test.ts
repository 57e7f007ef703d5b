import { afterAll, beforeAll, expect, it } from 'vitest';
import { acceptBoth, contents, lightOf, queue, register, someone } from '../harness/people.ts';
import { documentedQueries } from '../harness/documented-queries.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';

/** What README.md and docs/ tell people to look for in Temporal. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

const queries = documentedQueries();

it('there are queries, each for running workflows, and in no order, which Temporal refuses', () => {
  expect(queries.length).toBeGreaterThan(6);
  for (const { document, query } of queries) {
    expect([document, query]).toEqual([
      document,
      expect.stringContaining('ExecutionStatus = "Running"') as string,
    ]);
    expect([document, query]).not.toEqual([
      document,
      expect.stringContaining('ORDER BY') as string,
    ]);
  }
});

/** In this test's own practice, and as of now. */
function here(query: string): string {
  const own = query
    .replaceAll('PracticeId = "demo"', `PracticeId = "${stack.practiceId}"`)
    .replaceAll(/"20\d\d-[^"]+Z"/g, `"${new Date().toISOString()}"`)
    .replaceAll(/QueuedMessages > \d+/g, 'QueuedMessages > 0');
  return `(${own}) AND TaskQueue = "${stack.taskQueue}"`;
}

async function found(query: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { workflowId } of stack.client.workflow.list({ query: here(query) }))
    ids.push(workflowId);
  return ids;
}

it('finds a contact that waits once, and none that has agreed, whatever its former runs said', async () => {
  const ann = someone();
  await register(stack, ann);
  await queue(stack, ann, 'hello');
  const id = stack.workflowId(ann.id);
  const handle = stack.client.workflow.getHandle(id);
  const waiting = queries.filter(({ query }) => /OptInLight = "red"|WaitingOn|Queued/.test(query));
  expect(waiting.length).toBeGreaterThan(4);
  const each = async (): Promise<string[][]> =>
    Promise.all(waiting.map(({ query }) => found(query)));
  const once = waiting.map(() => [id]);
  await until('it is found', async () => JSON.stringify(await each()) === JSON.stringify(once));

  // A closed run keeps its last attributes.
  const { runId } = await handle.describe();
  await handle.signal('renew');
  await until('it was continued as new', async () => (await handle.describe()).runId !== runId);
  await until(
    'it is found once',
    async () => JSON.stringify(await each()) === JSON.stringify(once),
  );

  await acceptBoth(stack, ann);
  await until('it arrived', async () => (await contents(stack, ann, 'sms')).length === 1);
  await until('it is green', async () => (await lightOf(stack, ann)).light === 'green');
  const none = JSON.stringify(waiting.map(() => []));
  await until('it is found by none', async () => JSON.stringify(await each()) === none);
  for (const { query } of queries) expect([query, await found(query)]).toEqual([query, []]);
});
