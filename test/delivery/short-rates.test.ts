import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { takeTokens } from '../../src/record/practices/provider-rate-store.ts';
import { contents, greenPeople, queue, reply, someone, register } from '../harness/people.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';

/** The fate of messages while there is far more to send than the provider takes. */

const perSecond = 10;
const rate = { perSecond, burst: perSecond };
let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ env: { PLIVO_MESSAGES_PER_SECOND: String(perSecond) } });
});
afterAll(() => stack.stop());
beforeEach(
  () => stack.db.prisma.$executeRaw`
  UPDATE provider_rates SET tokens = 0, paused_until = NULL, refilled_at = now(), next_turn_at = now()`,
);

const sent = async (text: string): Promise<{ to: string; text: string }[]> =>
  (await stack.outbox()).filter((entry) => entry.text.includes(text));

/** Takes what it gets, as long as it is wanted. */
const others = async (wanted: () => boolean): Promise<void> => {
  while (wanted()) {
    const one = await takeTokens(stack.db, 'plivo', rate, { wanted: 1 });
    if (!one.ok) await delay(one.waitMs);
  }
};

const texts = async (people: readonly { id: string }[], body: string): Promise<void> => {
  const entries = people.map(({ id }) => ({ contactId: id, kind: 'ad_hoc', body }));
  expect((await stack.call('POST', '/v1/messages', entries)).status).toBe(202);
};

it('an answer that somebody waits for overtakes a queue of other people', async () => {
  const people = await greenPeople(stack, 150, ['sms']);
  await texts(people, 'reminder');
  const [first] = await until('the queue moves', async () => {
    const some = await sent('reminder');
    return some.length > 0 && some;
  });
  const asks = people.find(({ phone }) => phone === first!.to)!;
  await reply(stack, asks, 'HELP');
  const answer = await until(
    'it is answered',
    async () =>
      (await stack.outbox()).find(
        ({ to, text }) => to === asks.phone && !text.includes('reminder'),
      ),
    30_000,
  );
  expect(answer).toBeDefined();
  expect((await sent('reminder')).length).toBeLessThan(100);
  await until('nobody was forgotten', async () => (await sent('reminder')).length === 150, 60_000);
}, 120_000);

it('a dispatcher that shares the rate with many others sends a turnful at once, not a message at a time', async () => {
  const people = await greenPeople(stack, 40, ['sms']);
  const handle = stack.client.workflow.getHandle(`dispatch/${stack.practiceId}`);
  const before = (await handle.describe()).historyLength;
  let crowded = true;
  // More of them than there are turns within the wait that an activity sits out.
  const crowd = Array.from({ length: 40 }, () => others(() => crowded));
  await texts(people, 'crowded');
  await until('all arrived', async () => (await sent('crowded')).length === 40, 80_000).finally(
    () => {
      crowded = false;
    },
  );
  await Promise.all(crowd);
  const events = (await handle.describe()).historyLength - before;
  // By itself each would cost a run of the activity and a timer: eight events. A slow machine has shorter turns.
  expect(events).toBeLessThan(people.length * 4);
}, 120_000);

it('a lane whose messages are all due later asks for no part of the rate', async () => {
  const ann = someone();
  await register(stack, ann, ['sms']);
  const bucket = () =>
    stack.db.prisma.providerRate.findUniqueOrThrow({ where: { provider: 'plivo' } });
  const before = await bucket();
  const sendAt = new Date(Date.now() + 90 * 24 * 3_600_000).toISOString();
  const stored = await stack.call('POST', `/v1/contacts/${ann.id}/messages`, [
    { kind: 'ad_hoc', body: 'in three months', sendAt },
  ]);
  expect(stored.status).toBe(202);
  await until('it was looked at', async () => {
    const lane = await stack.db.prisma.channel.findFirst({
      where: { contactId: ann.id, method: 'sms' },
    });
    return lane?.lookAt?.toISOString() === sendAt && lane.wokenAt === null;
  });
  expect(await bucket()).toEqual(before);
});

it('while the provider is paused, every waiting message says so, in either workflow', async () => {
  const [bob] = await greenPeople(stack, 1, ['sms']);
  await stack.control('/faults', {
    channel: 'sms',
    kind: 'status',
    status: 429,
    retryAfterSeconds: 3_600,
  });
  await queue(stack, bob!, 'first');
  const waits = async () => {
    const { body } = await stack.call<{ items: { deliveries: { waitingFor?: string }[] }[] }>(
      'GET',
      `/v1/contacts/${bob!.id}/messages`,
    );
    return body.items.flatMap(({ deliveries }) => deliveries.map(({ waitingFor }) => waitingFor));
  };
  await until('it waits', async () => (await waits()).every((one) => one === 'provider'));
  const [ann] = await greenPeople(stack, 1, ['sms']);
  await queue(stack, ann!, 'second');
  await until('another waits as well', async () => {
    const { body } = await stack.call<{ items: { deliveries: { waitingFor?: string }[] }[] }>(
      'GET',
      `/v1/contacts/${ann!.id}/messages`,
    );
    return body.items[0]?.deliveries[0]?.waitingFor === 'provider';
  });
  expect(await contents(stack, ann!, 'sms')).toEqual([]);
});
