import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pauseSending, resumeSending } from '../src/record/practices/practice-switches.ts';
import { createKey } from '../src/record/practices/practice-store.ts';
import { decide, lightOf, linkOf, optIns, reply, type Person } from './harness/people.ts';
import { startReceiver } from './harness/receiver.ts';
import { startStack, until, type Stack } from './harness/stack.ts';
import { signIn } from './harness/visitor.ts';

/**
 * People's words and identities are sealed everywhere. A story that passes most tables writes a unique word into every
 * field that takes words, then searches for it in every unsealed column, in Temporal, and in the log.
 */

const word = 'Zqmarker';
const digits = '5558173';
const ann: Person = {
  id: 'c-words',
  email: `ann.${word.toLowerCase()}@example.com`,
  phone: `+1202${digits}`,
};
const leaks = new RegExp(`${word}|${digits}`, 'i');

/** What a practice says to everybody is no secret, and is looked up and shown by the database. */
const publicColumns = new Set([
  'practices.name',
  'practices.settings',
  'templates.subject',
  'templates.body',
  'templates.html',
]);

let stack: Stack;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
const workflows = new Set<string>();
beforeAll(async () => {
  stack = await startStack();
  receiver = await startReceiver();
  await live();
  // A whole story, on a machine that may be busy: in ms.
}, 300_000);
afterAll(async () => {
  await receiver.stop();
  await stack.stop();
});

const at = `/v1/contacts/${ann.id}`;
const say = (what: string): string => `${word} ${what}`;

async function call<T = { id: string }>(
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
): Promise<T> {
  const answer = await stack.call<T>(method, path, body, headers);
  expect([method, path, answer.status, answer.body]).toEqual([
    method,
    path,
    expect.toSatisfy((status: number) => status < 300),
    expect.anything(),
  ]);
  return answer.body;
}

const message = (about: string, more: object = {}) => ({
  id: `words-${about}`,
  kind: 'ad_hoc',
  subject: say('subject'),
  body: say('body'),
  about: say(about),
  ...more,
});

async function live(): Promise<void> {
  const staff = { 'optgate-actor': encodeURIComponent(say('Kim')) };
  const endpoint = await call('POST', '/v1/webhook-endpoints', { url: receiver.url });
  await createKey(stack.db, stack.practiceId, say('laptop'));
  const body = {
    name: say('Ann'),
    role: 'client',
    methods: ['email', 'sms'],
    email: ann.email,
    phone: ann.phone,
    birthDate: '1980-02-03',
  };
  await call('PUT', at, body, staff);
  workflows.add(stack.workflowId(ann.id));
  await call('POST', `${at}/messages`, [message('one'), message('two')], {
    'idempotency-key': 'words-1',
  });
  // A text by signal, sealed; one that is refused, sealed; and a conflict.
  for (const payload of [
    { ...message('signal'), messageId: 'words-signal', id: undefined },
    { messageId: 'words-bad', kind: say('kind'), body: say('body') },
    { ...message('other words'), messageId: 'words-one', id: undefined },
    { undecodable: say('undecodable') },
  ])
    await stack.client.workflow.signalWithStart('contact', {
      workflowId: stack.workflowId(ann.id),
      taskQueue: stack.taskQueue,
      signal: 'sendMessage',
      signalArgs: [JSON.parse(JSON.stringify(payload)) as unknown],
    });
  await until(
    'three are rejected',
    async () => (await stack.db.prisma.rejectedSignal.count()) === 3,
  );

  const [first] = (await optIns(stack, ann, 2)).filter(({ channel }) => channel === 'email');
  await decide(linkOf(first!), 'decline');
  await call('POST', `${at}/opt-in`, { methods: ['email'], reason: say('they changed') }, staff);
  await reply(stack, ann, say('who is this? please do not write about my knee'));
  const { items } = await until('the reply is there', async () => {
    const replies = await call<{ items: { id: string; text: string }[] }>('GET', '/v1/inbound');
    return replies.items.length > 0 && replies;
  });
  expect(items[0]!.text).toContain(word);
  await stack.call('POST', `/v1/inbound/${items[0]!.id}/resolve`, { as: 'nothing' }, staff);
  await reply(stack, ann, 'YES');
  await until('texts are agreed to', async () => {
    const { channels } = await lightOf(stack, ann);
    return channels.sms?.state === 'accepted';
  });
  const waived = await call<{ channels: { email: { state: string; reason: string } } }>(
    'POST',
    `${at}/waivers`,
    { method: 'email', reason: say('her husband reads her mail') },
    { ...staff, 'idempotency-key': 'words-2' },
  );
  // The practice itself reads what it wrote, also with the next list.
  expect(waived.channels.email).toMatchObject({
    state: 'waived',
    reason: say('her husband reads her mail'),
  });
  expect((await lightOf(stack, ann)).channels.email).toEqual(
    expect.objectContaining({ reason: say('her husband reads her mail') }),
  );
  await until('a text arrived', async () =>
    (await stack.outbox(ann.phone)).some(({ text }) => text.includes(word)),
  );
  // A stop on the waived channel and its undoing keep what was before for a moment.
  await call('DELETE', `${at}/consents/email`, undefined, staff);
  const undone = await stack.db.prisma.undo.count();
  expect(undone).toBe(1);
  await call('POST', `/v1/contacts/${ann.id}/consents`, {
    method: 'email',
    address: ann.email,
    source: 'phone',
    obtainedAt: '2026-01-01T00:00:00Z',
    evidence: say('told Kim'),
  });
  await call('POST', `${at}/messages`, message('later', { sendAt: '2040-01-01T00:00:00Z' }));
  await call('PATCH', '/v1/messages/words-later', { body: say('changed') });
  await call('DELETE', '/v1/messages/words-later');
  await call('POST', '/v1/booking-sessions', { name: say('Ann'), email: ann.email });
  await pauseSending(stack.db, say('drill'), stack.practiceId);
  const visitor = await signIn(stack);
  expect((await visitor.open(`/console/contacts/${ann.id}`)).text).toContain(word);
  expect((await visitor.open('/console/health')).text).toContain(say('drill'));
  const { practiceId } = stack;
  await stack.workflows.wakeEndpoint({ practiceId, endpointId: endpoint.id });
  await until('events are posted', () => receiver.calls.length > 2);
  workflows.add(`webhook/${stack.practiceId}/${endpoint.id}`);
  workflows.add(`dispatch/${stack.practiceId}`);
}

it('are in no column that is not sealed', async () => {
  const { database } = stack.config;
  const client = new pg.Client({
    connectionString: database.kind === 'external' ? database.url : '',
  });
  await client.connect();
  const { rows: columns } = await client.query<{ table: string; column: string }>(`
    SELECT table_name AS table, column_name AS column FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name <> '_prisma_migrations'`);
  const found: string[] = [];
  const filled = new Set<string>();
  for (const { table, column } of columns) {
    const { rows } = await client.query<{ text: string }>(
      `SELECT "${column}"::text AS text FROM "${table}" WHERE "${column}" IS NOT NULL`,
    );
    if (rows.length > 0) filled.add(table);
    if (publicColumns.has(`${table}.${column}`)) continue;
    if (rows.some(({ text }) => leaks.test(text))) found.push(`${table}.${column}`);
  }
  await client.end();
  expect(found).toEqual([]);
  // The story is worth something only where it went.
  expect([...filled]).toEqual(
    expect.arrayContaining(
      [
        'contacts',
        'channels',
        'messages',
        'deliveries',
        'opt_in_requests',
        'ledger',
        'suppressions',
        'inbound_messages',
        'rejected_signals',
        'idempotency_keys',
        'booking_sessions',
        'webhook_endpoints',
        'events',
        'undos',
        'console_sessions',
        'api_keys',
      ].filter((table) => table !== 'suppressions'),
    ),
  );
});

it('stand nowhere in Temporal: not in a history, a search attribute, a failure or the answer to a query', async () => {
  let looked = 0;
  for (const workflowId of workflows) {
    const handle = stack.client.workflow.getHandle(workflowId);
    const description = await handle.describe().catch(() => undefined);
    if (!description) continue;
    looked += 1;
    const history = await handle.fetchHistory();
    const bytes: string[] = [];
    const visit = (value: unknown): void => {
      if (value instanceof Uint8Array) bytes.push(Buffer.from(value).toString('latin1'));
      else if (typeof value === 'object' && value !== null) Object.values(value).forEach(visit);
    };
    visit(history);
    visit(description.raw);
    expect(bytes.length).toBeGreaterThan(10);
    for (const text of [historyToJSON(history), JSON.stringify(description.raw), ...bytes])
      expect(text).not.toMatch(leaks);
  }
  expect(looked).toBeGreaterThan(1);
  const status = await stack.client.workflow
    .getHandle(stack.workflowId(ann.id))
    .query<{ channels: object }>('status');
  expect(JSON.stringify(status)).not.toMatch(leaks);
});

it('are in no line of the log, no metric, and no post to a webhook endpoint', async () => {
  expect(stack.logLines.length).toBeGreaterThan(0);
  expect(stack.logLines.join('\n')).not.toMatch(leaks);
  expect(await (await fetch(`${stack.url}/metrics`)).text()).not.toMatch(leaks);
  expect(receiver.calls.map(({ body }) => body).join('\n')).not.toMatch(leaks);
  await resumeSending(stack.db, stack.practiceId);
});

it('stand beside a waiver in its evidence, and not in the status that Temporal may see', async () => {
  const { items } = await call<{ items: { type: string; reason?: string }[] }>(
    'GET',
    `${at}/answers`,
  );
  expect(items.find(({ type }) => type === 'waived')?.reason).toContain('her husband');
});
