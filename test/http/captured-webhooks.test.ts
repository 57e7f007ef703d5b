import { afterAll, beforeAll, expect, it } from 'vitest';
import { prune } from '../../src/delivery/prune.ts';
import { limits } from '../../src/core/limits.ts';
import { sandboxCredentials } from '../../src/platform/config/sandbox-credentials.ts';
import { plivoHeaders } from '../../packages/sandbox/signatures.ts';
import { lightOf, optIns, register, registerWithConsent, someone } from '../harness/people.ts';
import type { Person } from '../harness/people.ts';
import { everything } from '../harness/rows.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';

/** Signed replies that somebody captured and posts again, after the ids of webhooks were forgotten. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

type Captured = { headers: Record<string, string>; body: string };

let serial = 0;
function capture({ phone }: Person, text: string): Captured {
  const form = {
    From: phone.slice(1),
    To: '12025550100',
    Text: text,
    Type: 'sms',
    MessageUUID: `captured-${(serial += 1)}`,
  };
  const url = `${stack.url}/webhooks/plivo/inbound`;
  return {
    headers: {
      ...plivoHeaders(url, form, sandboxCredentials.plivoAuthToken),
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams(form).toString(),
  };
}

async function post({ headers, body }: Captured): Promise<number> {
  const url = `${stack.url}/webhooks/plivo/inbound`;
  const response = await fetch(url, { method: 'POST', headers, body });
  await response.arrayBuffer();
  return response.status;
}

const stateOf = async (person: Person) => (await lightOf(stack, person)).channels.sms?.state;

it('a YES and a START change nothing a month later, where they would count if they were new', async () => {
  const [ann, bob] = [someone(), someone()];
  // Ann said YES to an opt-in.
  await register(stack, ann, ['sms']);
  const asks = async (count: number): Promise<void> => {
    const { status } = await stack.call('POST', `/v1/contacts/${ann.id}/opt-in`, {});
    expect(status).toBe(202);
    await optIns(stack, ann, count);
    await until('it is sent', async () => (await stateOf(ann)) === 'sent');
  };
  await asks(1);
  const yes = capture(ann, 'YES');
  expect(await post(yes)).toBe(200);
  expect(await stateOf(ann)).toBe('accepted');
  // Bob stopped, came back, and stopped for good.
  await registerWithConsent(stack, bob, ['sms']);
  const start = capture(bob, 'START');
  for (const word of [capture(bob, 'STOP'), start, capture(bob, 'STOP')])
    expect(await post(word)).toBe(200);
  expect(await stateOf(bob)).toBe('revoked');

  stack.time.offsetMs += limits.webhookMemoryMs + 24 * 60 * 60 * 1_000;
  await prune(stack.db, Date.now() + 60_000);
  const { prisma } = stack.db;
  const nonces = { eventId: { startsWith: 'nonce:' } };
  expect(await prisma.webhookEvent.count({ where: nonces })).toBe(0);
  // Ann had another phone meanwhile, and is asked again.
  for (const { phone } of [someone(), ann]) {
    const moved = await stack.call('PATCH', `/v1/contacts/${ann.id}`, { phone });
    expect(moved.status).toBe(200);
  }
  await asks(2);
  // The provider's reports of what was sent change rows too.
  const underWay = { status: { in: ['queued', 'sending', 'sent'] } };
  const open = async () => (await prisma.delivery.count({ where: underWay })) === 0;
  await until('what was sent has arrived', open);
  await stack.stopWorkers();

  // That they came again is remembered, and nothing else.
  const before = await everything(stack, 'webhookEvents');
  for (const captured of [yes, start]) expect(await post(captured)).toBe(200);
  expect(await everything(stack, 'webhookEvents')).toBe(before);
  expect([await stateOf(ann), await stateOf(bob)]).toEqual(['sent', 'revoked']);
  // The same words, said anew, count: there was something to change.
  for (const word of [capture(ann, 'YES'), capture(bob, 'START')])
    expect(await post(word)).toBe(200);
  expect([await stateOf(ann), await stateOf(bob)]).toEqual(['accepted', 'not_sent']);
});
