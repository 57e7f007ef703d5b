import { afterAll, beforeAll, expect, it } from 'vitest';
import { knownError } from '../../src/platform/http/errors.ts';
import { startStack, type Stack } from '../harness/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack.stop());

type Answer = { error?: { code: string; details?: { path: string }[] } };

const uuid = '01a22a82-6299-7522-9f6f-38f68dcd4691';
const cursor = (...parts: string[]): string =>
  Buffer.from(JSON.stringify(parts)).toString('base64url');

/** Well-formed, and of no year that the database has, or of no second. */
const noTimes = [
  '0000-01-01T00:00:00Z',
  '0000-12-31T23:59:59Z',
  '0001-01-01T00:00:00+14:00',
  '0001-01-01T00:00:00+00:01',
  '9999-12-31T23:59:59-14:00',
  '9999-12-31T23:59:60Z',
  '2026-12-31T23:59:60Z',
];
const edges = ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '0001-01-01T14:00:00+14:00'];

it.each([
  ['contacts', 'dueBefore'],
  ['messages', 'since'],
])('%s are asked for with a time that is one, or refused by its name: %s', async (list, name) => {
  const ask = (at: string) =>
    stack.call<Answer>('GET', `/v1/${list}?${name}=${encodeURIComponent(at)}`);
  for (const at of edges) expect([at, (await ask(at)).status]).toEqual([at, 200]);
  for (const at of noTimes) {
    const { status, body } = await ask(at);
    expect([at, status, body.error?.details?.[0]?.path]).toEqual([at, 422, `/${name}`]);
  }
});

it('a consent was obtained at a time that is one', async () => {
  for (const obtainedAt of noTimes) {
    const { status } = await stack.call('POST', '/v1/contacts/ann/consents', {
      method: 'email',
      address: 'ann@example.com',
      source: 'paper',
      obtainedAt,
      evidence: 'x',
    });
    expect([obtainedAt, status]).toEqual([obtainedAt, 422]);
  }
});

const times = ['0000-01-01T00:00:00.000Z', '0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'];
const numbers = ['0', '1', '9999', '32768', '99999', '2147483648', '9'.repeat(18), '9'.repeat(19)];

it('no cursor that was made up is answered as if the service were out of order', async () => {
  const cursors = [
    cursor(),
    cursor('..'),
    cursor(uuid),
    ...times.flatMap((at) => [
      cursor(at, uuid),
      ...numbers.flatMap((number) => [cursor(at, number), cursor(number, at, uuid)]),
    ]),
  ];
  const lists = [
    'contacts',
    'messages',
    'inbound',
    'rejected-signals',
    'webhook-endpoints',
  ].flatMap((list) => [`${list}?`, ...(list === 'messages' ? [`${list}?order=newest&`] : [])]);
  const broken: string[] = [];
  for (const list of [...lists, 'contacts/ann/messages?'])
    for (const one of cursors) {
      const { status } = await stack.call('GET', `/v1/${list}cursor=${one}`);
      if (![200, 404, 422].includes(status))
        broken.push(`${list} ${Buffer.from(one, 'base64url').toString()}: ${status}`);
    }
  expect(broken).toEqual([]);
});

it('a value that the database refuses is a fault of ours, never a database that cannot be reached', async () => {
  const request = { log: { error: () => undefined } } as unknown as Parameters<
    typeof knownError
  >[1];
  const { prisma } = stack.db;
  const refused = [
    prisma.rejectedSignal.findFirst({ where: { receivedAt: new Date('0000-01-01T00:00:00Z') } }),
    prisma.$queryRaw`SELECT ${'x'}::text::int`,
    prisma.$queryRaw`SELECT ${99_999}::int::smallint`,
    prisma.$queryRaw`SELECT 1 / ${0}::int`,
  ];
  for (const [index, asked] of refused.entries()) {
    const error: Parameters<typeof knownError>[0] = await asked.then(
      () => expect.unreachable(`${index} is taken`),
      (reason) => reason,
    );
    expect([index, knownError(error, request).code]).toEqual([index, 'internal']);
  }
});
