import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  acceptBoth,
  arrived,
  contents,
  decide,
  lightOf,
  linkOf,
  optIns,
  queue,
  register,
  registerWithConsent,
  reply,
  someone,
  type Person,
} from './harness/people.ts';
import { isAtRest } from './harness/moved-time.ts';
import { startStack, until, type Stack } from './harness/stack.ts';
import { dueLanes } from '../src/record/messages/dispatch-store.ts';
import { startSweeper } from '../src/delivery/sweeper.ts';
import { pauseSending, resumeSending } from '../src/record/practices/practice-switches.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

const set = async (settings: object): Promise<void> => {
  expect((await stack.call('PATCH', '/v1/settings', settings)).status).toBe(200);
};

async function waitingFor(person: Person): Promise<(string | undefined)[]> {
  const { body } = await stack.call<{ items: { deliveries: { waitingFor?: string }[] }[] }>(
    'GET',
    `/v1/contacts/${person.id}/messages`,
  );
  return body.items.flatMap(({ deliveries }) => deliveries.map((d) => d.waitingFor));
}

/** Its workflow has nothing to do any more. */
async function leftWithDispatcher(person: Person): Promise<void> {
  await until('the dispatcher looks after it', () =>
    stack.db.prisma.channel.findFirst({ where: { contactId: person.id, dispatched: true } }),
  );
  await until('its workflow is at rest', () => isAtRest(stack, stack.workflowId(person.id)));
}

describe('the switches of a practice', () => {
  it('messaging off holds everything, opt-ins too; on again, it goes', async () => {
    const ann = someone();
    await set({ messagingEnabled: false });
    await register(stack, ann, ['email']);
    await queue(stack, ann, 'held');
    expect(await lightOf(stack, ann)).toMatchObject({ light: 'red', reason: 'messaging_off' });
    expect(await waitingFor(ann)).toEqual(['practice_off']);
    expect(await stack.call('POST', `/v1/contacts/${ann.id}/opt-in`)).toMatchObject({
      status: 409,
      body: { error: { code: 'practice_off' } },
    });
    await set({ messagingEnabled: true });
    const [asked] = await optIns(stack, ann, 1);
    await decide(linkOf(asked!), 'accept');
    await until('it arrived', async () => (await contents(stack, ann, 'email')).length === 1);
  });

  it('opt-in off: nobody is asked, content leaves at once, and a stop still counts', async () => {
    const ann = someone();
    await set({ optInEnabled: false });
    await register(stack, ann);
    expect((await lightOf(stack, ann)).light).toBe('green');
    await queue(stack, ann, 'one');
    await until('it arrived', async () => (await contents(stack, ann, 'sms')).length === 1);
    await reply(stack, ann, 'STOP');
    await until('red', async () => (await lightOf(stack, ann)).light === 'red');
    await queue(stack, ann, 'two');
    await until('by email', async () => (await contents(stack, ann, 'email')).length === 2);
    expect(await contents(stack, ann, 'sms')).toEqual(['one']);
    await set({ optInEnabled: true });
  });

  it('opt-in off and on again: a contact written to meanwhile is asked after all', async () => {
    const ann = someone();
    await set({ optInEnabled: false });
    await register(stack, ann, ['email']);
    await queue(stack, ann, 'unasked');
    await leftWithDispatcher(ann);
    const sendAt = new Date(Date.now() + 3 * 86_400_000).toISOString();
    const later = { kind: 'ad_hoc', subject: 's', body: 'in three days', sendAt };
    await stack.call('POST', `/v1/contacts/${ann.id}/messages`, later);
    await set({ optInEnabled: true, optInLead: 'P5D' });
    await optIns(stack, ann, 1);
    await set({ optInLead: 'PT0S' });
  });

  it('opt-in off and on again: a contact that was just left with the dispatcher goes back to be asked', async () => {
    const ann = someone();
    await set({ optInEnabled: false });
    await register(stack, ann, ['email']);
    await queue(stack, ann, 'unasked');
    await leftWithDispatcher(ann);
    // As if its workflow had handed it over in the same moment, and what the switch did were before that.
    await stack.db.prisma.$executeRaw`
      UPDATE practices SET settings = settings || '{"optInEnabled": true}' WHERE id = ${stack.practiceId}`;
    await queue(stack, ann, 'waits');
    await until('it is left no longer', () =>
      stack.db.prisma.channel.findFirst({
        where: { contactId: ann.id, method: 'email', dispatched: false },
      }),
    );
    const { db, workflows } = stack;
    const sweeper = startSweeper({
      db,
      workflows,
      logger: pino({ level: 'silent' }),
      everyMs: 100,
    });
    stack.time.offsetMs += 60_000;
    try {
      await optIns(stack, ann, 1);
    } finally {
      await sweeper.stop();
      stack.time.offsetMs = 0;
    }
  });

  it('the gate `each` opens every channel alone', async () => {
    const ann = someone();
    await set({ gate: 'each' });
    await register(stack, ann);
    await queue(stack, ann, 'hello');
    const asked = await optIns(stack, ann, 2);
    await decide(linkOf(asked.find(({ channel }) => channel === 'email')!), 'accept');
    await until('by email', async () => (await contents(stack, ann, 'email')).length === 1);
    expect(await contents(stack, ann, 'sms')).toEqual([]);
    expect((await lightOf(stack, ann)).light).toBe('red');
    await set({ gate: 'all' });
  });

  it('`onRevoke: contact` closes all channels when one is stopped', async () => {
    const ann = someone();
    await set({ onRevoke: 'contact' });
    await register(stack, ann);
    await queue(stack, ann, 'one');
    await acceptBoth(stack, ann);
    await until('one', async () => (await contents(stack, ann, 'email')).length === 1);
    await reply(stack, ann, 'STOP');
    await until('red', async () => (await lightOf(stack, ann)).light === 'red');
    await queue(stack, ann, 'two');
    expect(await waitingFor(ann)).toContain('consent:sms');
    expect(await contents(stack, ann, 'email')).toEqual(['one']);
    await set({ onRevoke: 'channel' });
    await until('two', async () => (await contents(stack, ann, 'email')).length === 2);
  });

  it('paused sending holds what is green, and goes on when it is resumed', async () => {
    const ann = someone();
    await register(stack, ann, ['sms']);
    await queue(stack, ann, 'one');
    await optIns(stack, ann, 1);
    await reply(stack, ann, 'YES');
    await until('one', async () => (await contents(stack, ann, 'sms')).length === 1);
    const lane = (where: object) =>
      stack.db.prisma.channel.findFirst({
        where: { contactId: ann.id, method: 'sms', dispatched: true, ...where },
      });
    await until('the dispatcher looks after it', () => lane({}));
    expect(await pauseSending(stack.db, 'drill', stack.practiceId)).toBe(1);
    await queue(stack, ann, 'two');
    expect(await waitingFor(ann)).toContain('practice_off');
    await until('it is due', () => lane({ lookAt: { not: null } }));
    // Nor is it looked for again and again.
    expect(await dueLanes(stack.db, stack.practiceId, 'sms', 1)).toEqual([]);
    await resumeSending(stack.db, stack.practiceId);
    await stack.workflows.wakeDispatcher(stack.practiceId);
    await until('two', async () => (await contents(stack, ann, 'sms')).length === 2);
  });

  it('suspends a practice that does not ask and is complained about, and staff reinstate it', async () => {
    await set({ optInEnabled: false });
    const ann = someone();
    await register(stack, ann, ['email']);
    const bodies = Array.from({ length: 220 }, (_, n) => `m ${n}`);
    await queue(stack, ann, ...bodies);
    await until(
      'all arrived',
      async () => (await contents(stack, ann, 'email')).length === bodies.length,
      60_000,
    );
    for (let n = 0; n < 3; n += 1) {
      const bob = someone();
      await register(stack, bob, ['email']);
      await queue(stack, bob, 'unwanted');
      const [entry] = await until('it arrived', async () => {
        const entries = await arrived(stack, bob);
        return entries.length > 0 && entries;
      });
      await stack.control('/events', { id: entry!.id, type: 'complained' });
      await until('it counts', async () => (await lightOf(stack, bob)).light === 'red');
    }
    const practice = await until('it is suspended', async () => {
      const { body } = await stack.call<{ suspendedReason?: string }>('GET', '/v1/practice');
      return body.suspendedReason !== undefined && body;
    });
    expect(practice.suspendedReason).toContain('3 complaints');
    await queue(stack, ann, 'held');
    expect((await lightOf(stack, ann)).reason).toContain('practice_suspended');
    expect((await stack.call('POST', '/v1/practice/reinstatement')).status).toBe(200);
    await until('it goes on', async () => (await contents(stack, ann, 'email')).includes('held'));
    await set({ optInEnabled: true });
  });
});

describe('quiet hours', () => {
  const quietNow = () => {
    const hour = stack.db.clock.now().getUTCHours();
    const at = (h: number): string => `${String((h + 24) % 24).padStart(2, '0')}:00`;
    const window = { from: at(hour - 1), to: at(hour + 2) };
    return set({
      timeZone: 'UTC',
      quietHours: { ...window, methods: ['sms'], kinds: ['billing_reminder'] },
    });
  };
  const send = async (person: Person, kind: string, body: string): Promise<void> => {
    const path = `/v1/contacts/${person.id}/messages`;
    expect((await stack.call('POST', path, { kind, body })).status).toBe(202);
  };
  const texts = (person: Person) => contents(stack, person, 'sms');

  it('hold the kinds they name, and no others', async () => {
    await quietNow();
    const ann = someone();
    await registerWithConsent(stack, ann, ['sms']);
    await send(ann, 'billing_reminder', 'held');
    await send(ann, 'ad_hoc', 'free');
    await until('the free one', async () => (await texts(ann)).length === 1);
    expect(await texts(ann)).toEqual(['free']);
    expect(await waitingFor(ann)).toContain('quiet_hours');
    await set({ quietHours: null });
    await until('the held one', async () => (await texts(ann)).length === 2);
  });

  it('do not hold for 15 minutes after the person’s own yes, and do again after that', async () => {
    await quietNow();
    const ann = someone();
    await register(stack, ann, ['sms']);
    await send(ann, 'billing_reminder', 'agreed to');
    await optIns(stack, ann, 1);
    await reply(stack, ann, 'YES');
    await until('what was waiting', async () => (await texts(ann)).length === 1);
    stack.time.offsetMs = 15 * 60_000;
    try {
      await send(ann, 'billing_reminder', 'held');
      await until('it is held', async () => (await waitingFor(ann)).includes('quiet_hours'));
      await send(ann, 'ad_hoc', 'free');
      await until('the free one', async () => (await texts(ann)).length === 2);
      expect(await texts(ann)).toEqual(['agreed to', 'free']);
    } finally {
      stack.time.offsetMs = 0;
      await set({ quietHours: null });
    }
  });
});

describe('erasure', () => {
  it('forgets the person and keeps the stop: the same number, registered again, gets no SMS', async () => {
    const ann = someone();
    await register(stack, ann);
    await queue(stack, ann, 'one');
    await acceptBoth(stack, ann);
    await until('one', async () => (await contents(stack, ann, 'sms')).length === 1);
    await reply(stack, ann, 'STOP');
    await until('red', async () => (await lightOf(stack, ann)).light === 'red');
    const { body: held } = await stack.call<{
      contact: { email: string };
      messages: unknown[];
      evidence: unknown[];
    }>('GET', `/v1/contacts/${ann.id}/export`);
    expect(held.contact.email).toBe(ann.email);
    expect(held.messages).toHaveLength(1);

    await until(
      'it is erased',
      async () => (await stack.call('DELETE', `/v1/contacts/${ann.id}`)).status === 204,
    );
    expect((await stack.call('GET', `/v1/contacts/${ann.id}`)).status).toBe(404);
    const { body: evidence } = await stack.call<{
      intact: boolean;
      items: { type: string; fields?: unknown }[];
    }>('GET', `/v1/contacts/${ann.id}/evidence`);
    expect(evidence.intact).toBe(true);
    // That it was erased is an entry too, and says nothing of the person.
    expect(evidence.items.at(-1)?.type).toBe('erased');
    const words = evidence.items.slice(0, -1).filter(({ fields }) => fields !== undefined);
    expect(words).toEqual([]);
    expect(JSON.stringify(evidence)).not.toContain(ann.email);
    await until('its workflow ended', async () => {
      const { status } = await stack.client.workflow.getHandle(stack.workflowId(ann.id)).describe();
      return status.name === 'COMPLETED';
    });

    const before = (await arrived(stack, ann)).length;
    await register(stack, ann);
    expect((await lightOf(stack, ann)).channels.sms).toMatchObject({
      state: 'revoked',
      reason: 'STOP',
    });
    await queue(stack, ann, 'after');
    await until(
      'only the email is asked',
      async () => (await arrived(stack, ann)).length === before + 1,
    );
    expect((await arrived(stack, ann)).at(-1)?.channel).toBe('email');
  });
});
