import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeLimits } from '../../src/core/limits/code-limits.ts';
import { limits } from '../../src/core/limits.ts';
import { networkOf } from '../../src/core/network.ts';
import { answerOn } from '../../packages/demo/page-answer.ts';
import { byEmail } from '../harness/bookings.ts';
import { fieldsOf, open, submit } from '../harness/pages.ts';
import { linkOf, optIns, register, queue, someone } from '../harness/people.ts';
import { startStack, type Stack } from '../harness/stack.ts';
import { Visitor } from '../harness/visitor.ts';

/** Where a caller is: evidence and limits go by it. All of these tests call from this machine. */

const peer = '127.0.0.1';

let stack: Stack;
const serve = (trusted: string): void => {
  beforeAll(async () => {
    stack = await startStack({ env: { TRUSTED_PROXIES: trusted } });
  });
  afterAll(() => stack.stop());
};

/** The IP address in the evidence of a yes that was pressed with this header. */
async function evidenceOfYes(forwardedFor: string): Promise<unknown> {
  const person = someone();
  await register(stack, person, ['email']);
  await queue(stack, person, 'hello');
  const link = linkOf((await optIns(stack, person, 1))[0]!);
  const { html } = await open(link);
  const pressed = await submit(link, {}, answerOn(html, 'accept'), {
    'x-forwarded-for': forwardedFor,
  });
  expect(pressed.status).toBe(200);
  const { body } = await stack.call<{ items: { type: string; fields: { ip?: string } }[] }>(
    'GET',
    `/v1/contacts/${person.id}/evidence`,
  );
  return body.items.find(({ type }) => type === 'accepted')?.fields.ip;
}

async function book(forwardedFor: string): Promise<number> {
  const page = `${stack.url}/book/${stack.practiceId}`;
  const { html } = await open(page);
  const body = new URLSearchParams({ ...fieldsOf(html), do: 'choose', ...byEmail(someone()) });
  const headers = { 'x-forwarded-for': forwardedFor };
  return (await fetch(page, { method: 'POST', headers, body, redirect: 'manual' })).status;
}

/** The networks that codes of the public page were counted for. */
async function networksOfCodes(): Promise<string[]> {
  const rows = await stack.db.prisma.codeRequest.findMany({ distinct: ['networkHash'] });
  return rows.map(({ networkHash }) => networkHash!);
}

const hashOf = (ip: string): string => stack.db.lookup.hash('network', networkOf(ip));

async function signInWithWrongKey(forwardedFor: string): Promise<number> {
  const visitor = new Visitor(stack);
  const csrf = await visitor.token('/console/sign-in');
  const form = { csrf, key: 'wrong', staff: 'Eve', to: '/console' };
  return (await visitor.open('/console/sign-in', form, { 'x-forwarded-for': forwardedFor })).status;
}

/** Another address in another network each time. */
const elsewhere = (n: number): string => `8.8.${n}.8`;

describe.each([
  ['no proxy is trusted', ''],
  ['only another machine is trusted', '192.0.2.10, 198.51.100.0/24'],
])('where %s, X-Forwarded-For counts for nothing:', (_what, trusted) => {
  serve(trusted);

  it('the evidence of a yes holds the caller’s own address', async () => {
    expect(await evidenceOfYes(elsewhere(1))).toBe(peer);
    expect(await evidenceOfYes(`${elsewhere(1)}, 192.0.2.10`)).toBe(peer);
  });

  it('codes are counted for the caller’s own network, up to its share', async () => {
    for (let n = 0; n < codeLimits.networkPerHour; n += 1)
      expect(await book(elsewhere(n))).toBe(303);
    expect(await book(elsewhere(200))).toBe(429);
    expect(await networksOfCodes()).toEqual([hashOf(peer)]);
  });

  it('attempts to sign in are counted for the caller’s own address', async () => {
    for (let n = 0; n < limits.signInsPerMinute; n += 1)
      expect(await signInWithWrongKey(elsewhere(n))).toBe(401);
    expect(await signInWithWrongKey(elsewhere(200))).toBe(429);
  });
});

describe('where the caller is a trusted proxy, X-Forwarded-For says who called it:', () => {
  serve('127.0.0.1,::1');
  const client = '203.0.113.5';
  /** As a proxy passes it on that appends to what its client sent. */
  const planted = (n: number): string =>
    `${elsewhere(n)}, 127.0.0.1, ${elsewhere(n + 1)}, ${client}`;

  it('the evidence of a yes holds the client’s address, not one that the client wrote', async () => {
    expect(await evidenceOfYes(client)).toBe(client);
    expect(await evidenceOfYes(planted(1))).toBe(client);
  });

  it('codes are counted for the client’s network, up to its share, and another has its own', async () => {
    for (let n = 0; n < codeLimits.networkPerHour; n += 1) expect(await book(planted(n))).toBe(303);
    expect(await book(planted(200))).toBe(429);
    expect(await networksOfCodes()).toEqual([hashOf(client)]);
    expect(await book('198.51.100.7')).toBe(303);
  });

  it('attempts to sign in are counted for the client’s address, and another has its own', async () => {
    for (let n = 0; n < limits.signInsPerMinute; n += 1)
      expect(await signInWithWrongKey(planted(n))).toBe(401);
    expect(await signInWithWrongKey(planted(200))).toBe(429);
    expect(await signInWithWrongKey('198.51.100.7')).toBe(401);
  });
});
