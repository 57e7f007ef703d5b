import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKey, createPractice } from '../../src/record/practices/practice-store.ts';
import { queue, register, someone } from '../harness/people.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';
import { withoutPracticeFilters } from '../harness/statements.ts';
import { signIn, type Visitor } from '../harness/visitor.ts';

/**
 * Invariant 7: a key of one practice never reaches another's data. Every route of the route table is tried with
 * another practice's key or session and with ids of this one; a route that is added and not named here fails.
 */

let stack: Stack;
let otherKey: string;
let ids: Record<string, string>;
const person = someone();
/** Values that must not be read: each is in a record that only the first practice has. */
const secrets = [person.email, person.phone, 'Zebulon', 'plugh-body', 'plugh-reply', 'plugh-words'];

beforeAll(async () => {
  stack = await startStack({ worker: false });
  const sender = { smsFrom: '+12025550199' };
  await createPractice(stack.db, { id: stack.own('other'), name: 'Other', settings: { sender } });
  otherKey = (await createKey(stack.db, stack.own('other'), 'test')).key;
  await register(stack, person);
  await stack.call('PATCH', `/v1/contacts/${person.id}`, { name: 'Zebulon Marker' });
  await queue(stack, person, 'plugh-body');
  await stack.control('/inbound', { from: person.phone, to: '+12025550100', text: 'plugh-reply' });
  await stack.call('PUT', '/v1/templates/ad_hoc/sms?locale=en', { text: 'plugh-words {{ text }}' });
  const endpoint = await stack.call<{ id: string }>('POST', '/v1/webhook-endpoints', {
    url: 'https://plugh.example/hook',
  });
  const reply = await until('the reply is stored', () =>
    stack.db.prisma.inboundMessage.findFirst({ where: { practiceId: stack.practiceId } }),
  );
  const message = await stack.db.prisma.message.findFirstOrThrow({
    where: { practiceId: stack.practiceId },
  });
  const key = await stack.db.prisma.apiKey.findFirstOrThrow({
    where: { practiceId: stack.practiceId },
  });
  ids = {
    contactId: person.id,
    messageId: message.id,
    replyId: reply.id,
    endpointId: endpoint.body.id,
    practiceId: stack.practiceId,
    keyId: key.id,
    name: 'ad_hoc',
    method: 'sms',
    locale: 'en',
    kind: 'ad_hoc',
    act: 'stop',
  };
});
afterAll(() => stack.stop());

const message = { kind: 'ad_hoc', subject: 'x', body: 'x' };
const contact = { name: 'X', role: 'client', methods: ['fax'], fax: '+12025550177' };
const consent = {
  method: 'email',
  address: person.email,
  source: 'paper',
  obtainedAt: '2026-01-01T00:00:00Z',
  evidence: 'form',
};

/** What each call that changes something is tried with, and what it answers; without an answer: 404. */
const calls: Record<string, { body?: object; answers?: number[]; because?: string }> = {
  'PATCH /v1/contacts/:contactId': { body: { name: 'x' } },
  'DELETE /v1/contacts/:contactId': {},
  'POST /v1/contacts/:contactId/opt-in': { body: {} },
  'POST /v1/contacts/:contactId/consents': { body: consent },
  'POST /v1/contacts/:contactId/waivers': { body: { method: 'sms', reason: 'x' } },
  'POST /v1/contacts/:contactId/merge': { body: { into: 'somebody' } },
  'POST /v1/contacts/:contactId/messages': { body: message },
  'DELETE /v1/contacts/:contactId/consents/:method': {},
  'POST /v1/contacts/:contactId/consents/:method/restore': {},
  'POST /v1/contacts/:contactId/consents/:method/settle': { body: { reason: 'x' } },
  'PATCH /v1/messages/:messageId': { body: { body: 'y' } },
  'DELETE /v1/messages/:messageId': {},
  'POST /v1/messages/:messageId/retry': { body: {} },
  'POST /v1/messages/:messageId/restore': {},
  'POST /v1/inbound/:replyId/handled': {},
  'DELETE /v1/inbound/:replyId/handled': {},
  'POST /v1/inbound/:replyId/resolve': { body: { as: 'nothing' } },
  'DELETE /v1/webhook-endpoints/:endpointId': {},
  'PATCH /v1/webhook-endpoints/:endpointId': { body: { types: ['optin.sent'] } },
  'POST /v1/webhook-endpoints/:endpointId/test': {},
  'POST /v1/webhook-endpoints/:endpointId/rotate': {},
  'POST /v1/practices': { body: { id: 'x', name: 'x' }, answers: [401, 403], because: 'ADMIN_KEY' },
  'POST /v1/practices/:practiceId/keys': {
    body: { label: 'x' },
    answers: [401, 403],
    because: 'ADMIN_KEY',
  },
  'PUT /v1/practices/:practiceId/senders': {
    body: { emailFrom: ['x@x.example'] },
    answers: [401, 403],
    because: 'ADMIN_KEY',
  },
  'DELETE /v1/practices/:practiceId/keys/:keyId': { answers: [401, 403], because: 'ADMIN_KEY' },
  // These name nothing of the other practice: they act on the caller's own.
  'PUT /v1/contacts/:contactId': { body: contact, answers: [201], because: 'its own contact' },
  'PUT /v1/contacts': { body: [{ id: person.id, ...contact }], answers: [200], because: 'its own' },
  'POST /v1/consents': {
    body: [{ contactId: person.id, ...consent }],
    answers: [201],
    because: 'its own contact of that id, made above',
  },
  'POST /v1/messages': {
    body: [{ contactId: person.id, ...message }],
    answers: [202],
    because: 'its own contact of that id, made above',
  },
  'PATCH /v1/settings': { body: { gate: 'each' }, answers: [200], because: 'its own settings' },
  'PUT /v1/templates/:name/:method': {
    body: { text: 'mine {{ text }}' },
    answers: [200],
    because: 'its own words',
  },
  'POST /v1/templates/:name/:method/preview': {
    body: { text: 'mine {{ text }}' },
    answers: [200],
    because: 'its own words',
  },
  'DELETE /v1/templates/:name/:method': { answers: [200, 204, 404], because: 'its own words' },
  'POST /v1/webhook-endpoints': {
    body: { url: 'https://other.example/hook' },
    answers: [201],
    because: 'its own endpoint',
  },
  'POST /v1/booking-sessions': { body: {}, answers: [409], because: 'its own sender is missing' },
  'POST /v1/practice/reinstatement': { answers: [409], because: 'its own practice' },
};

/** Everything that the first practice has, table by table. */
async function held(): Promise<string> {
  const { prisma } = stack.db;
  const tables = await prisma.$queryRaw<{ name: string; key: string }[]>`
    SELECT table_name AS name, column_name AS key FROM information_schema.columns
    WHERE table_schema = 'public' AND (column_name = 'practice_id' OR (table_name = 'practices' AND column_name = 'id'))
    ORDER BY table_name`;
  const digests = await Promise.all(
    tables.map(({ name, key }) =>
      prisma.$queryRawUnsafe<{ rows: string }[]>(
        `SELECT COALESCE(string_agg(t::text, E'\n' ORDER BY t::text), '') AS rows FROM "${name}" t WHERE t."${key}" = $1`,
        stack.practiceId,
      ),
    ),
  );
  return JSON.stringify(tables.map(({ name }, at) => [name, digests[at]![0]!.rows]));
}

function filled(path: string): string {
  return path.replaceAll(/:(\w+)/g, (_, name: string) => {
    const value = ids[name];
    if (value === undefined) throw new Error(`${path}: no value for :${name}`);
    return encodeURIComponent(value);
  });
}

function tellsNothing(where: string, text: string): void {
  for (const secret of secrets)
    expect(text.includes(secret), `${where} shows ${secret}`).toBe(false);
}

it('knows every route of the API that changes something', () => {
  const changing = stack
    .allRoutes()
    .filter(({ method, path }) => path.startsWith('/v1') && !['GET', 'HEAD'].includes(method))
    .map(({ method, path }) => `${method} ${path}`);
  expect(changing.toSorted()).toEqual(Object.keys(calls).toSorted());
});

describe('another practice’s key', () => {
  it('reads nothing, on any route', async () => {
    const as = { authorization: `Bearer ${otherKey}` };
    const before = await held();
    const read = stack
      .allRoutes()
      .filter(({ method, path }) => path.startsWith('/v1') && method === 'GET');
    expect(read.length).toBeGreaterThan(15);
    for (const { path } of read) {
      const { status, body } = await stack.call('GET', filled(path), undefined, as);
      const where = `GET ${path} ${status}`;
      tellsNothing(where, JSON.stringify(body));
      const ownOnly = !/:(contactId|messageId|replyId|endpointId|practiceId)/.test(path);
      if (path.includes('/practices')) expect([401, 403], `at ${where}`).toContain(status);
      else if (!ownOnly) expect(status, `at ${where}`).toBe(404);
      else expect([200, 404, 422], `at ${where}`).toContain(status);
    }
    expect(await held()).toBe(before);
  });

  it('reads nothing where the practice is missing from every statement', async () => {
    const as = { authorization: `Bearer ${otherKey}` };
    const { taken } = await withoutPracticeFilters(async () => {
      for (const { path } of stack
        .allRoutes()
        .filter(({ path, method }) => path.startsWith('/v1') && method === 'GET')) {
        const { status, body } = await stack.call('GET', filled(path), undefined, as);
        tellsNothing(`GET ${path} ${status}`, JSON.stringify(body));
      }
    });
    expect(taken).toBeGreaterThan(30);
  });

  it('changes nothing, on any route', async () => {
    const as = { authorization: `Bearer ${otherKey}` };
    const before = await held();
    for (const [call, { body, answers = [404] }] of Object.entries(calls)) {
      const [method, path] = call.split(' ') as [string, string];
      const query = path.startsWith('/v1/templates') ? '?locale=en' : '';
      const answer = await stack.call(method, `${filled(path)}${query}`, body, as);
      expect(answers, `${call} ${answer.status} ${JSON.stringify(answer.body)}`).toContain(
        answer.status,
      );
      tellsNothing(call, JSON.stringify(answer.body).replaceAll(person.email, ''));
      expect(await held(), `after ${call}`).toBe(before);
    }
  });
});

describe('another practice’s session in the console', () => {
  let visitor: Visitor;
  beforeAll(async () => {
    visitor = await signIn(stack, otherKey);
  });

  it('reads nothing on any page, and no form of it changes anything', async () => {
    const before = await held();
    const routes = stack.allRoutes().filter(({ path }) => path.startsWith('/console'));
    expect(routes.length).toBeGreaterThan(30);
    const csrf = await visitor.token();
    for (const { method, path } of routes) {
      if (method === 'HEAD' || path === '/console/sign-out' || path === '/console/sign-in')
        continue;
      const target = path.includes('*') ? path.replace('*', 'x') : filled(path);
      const answer =
        method === 'GET'
          ? await visitor.open(target)
          : await visitor.open(target, {
              csrf,
              confirmed: 'yes',
              method: 'sms',
              reason: 'x',
              as: 'nothing',
            });
      tellsNothing(`${method} ${path}`, answer.text);
      expect(answer.status, `${method} ${path}`).toBeLessThan(500);
      expect(await held(), `${method} ${path}`).toBe(before);
    }
  });
});
