import type { Payload } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKey, createPractice } from '../src/record/practices/practice-store.ts';
import { limits } from '../src/core/limits.ts';
import {
  arrived,
  contents,
  lightOf,
  register,
  registerWithConsent,
  someone,
  type Person,
} from './harness/people.ts';
import { testIdentity } from './harness/service.ts';
import { startStack, testAdminKey, until, type Stack } from './harness/stack.ts';

/** Anybody with access to Temporal can read the bytes of a history and send them on. They say nothing anywhere else. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

const secret = 'Your result has arrived';

function messageFor(person: Person) {
  return { messageId: `${person.id}-m`, kind: 'ad_hoc', subject: 'Result', body: secret };
}

async function signalledPayload(workflowId: string): Promise<Payload> {
  // A signal enters the history between two workflow tasks.
  const { input } = await until('the signal is in the history', async () => {
    const history = await stack.client.workflow.getHandle(workflowId).fetchHistory();
    return history
      .events!.flatMap((event) => event.workflowExecutionSignaledEventAttributes ?? [])
      .find(({ signalName }) => signalName === 'sendMessage');
  });
  return input!.payloads![0]!;
}

/** Sends bytes as they are to a contact, whether its workflow runs or not. */
async function send(workflowId: string, payload: Payload, at: Stack = stack): Promise<void> {
  await at.plainClient.workflowService.signalWithStartWorkflowExecution({
    namespace: 'default',
    workflowId,
    workflowType: { name: 'contact' },
    taskQueue: { name: at.taskQueue },
    signalName: 'sendMessage',
    signalInput: { payloads: [payload] },
    requestId: `${workflowId}-${Date.now()}-${Math.random()}`,
  });
}

async function rejections(contactId: string): Promise<string[]> {
  const rows = await stack.db.prisma.rejectedSignal.findMany({ where: { contactId } });
  return rows.map(({ reason }) => reason);
}

/** As the command line and other people's clients do: through the endpoint, at an address. */
async function encode(path: string, body: unknown): Promise<Payload> {
  const data = Buffer.from(JSON.stringify(body)).toString('base64');
  const encoding = Buffer.from('json/plain').toString('base64');
  const { status, body: answer } = await stack.call<{
    payloads: { metadata: Record<string, string>; data: string }[];
  }>(
    'POST',
    `${path}/encode`,
    { payloads: [{ metadata: { encoding }, data }] },
    { authorization: `Bearer ${testAdminKey}`, 'x-namespace': 'default' },
  );
  expect(status).toBe(200);
  const [payload] = answer.payloads;
  return {
    metadata: Object.fromEntries(
      Object.entries(payload!.metadata).map(([name, value]) => [
        name,
        Buffer.from(value, 'base64'),
      ]),
    ),
    data: Buffer.from(payload!.data, 'base64'),
  };
}

/** Another practice of the same installation, and somebody of theirs who agreed to everything. */
async function attacker(): Promise<{ mallory: Person; workflowId: string }> {
  const mallory = someone();
  const id = `m-${mallory.id}`;
  const name = 'Other Practice';
  await createPractice(stack.db, {
    id,
    name,
    settings: {
      quietHours: null,
      sender: { ...testIdentity, emailFrom: 'hello@other.example' },
    },
  });
  const { key } = await createKey(stack.db, id, 'test');
  const auth = { authorization: `Bearer ${key}` };
  const path = `/v1/contacts/${mallory.id}`;
  await stack.call(
    'PUT',
    path,
    { name: 'M', role: 'client', methods: ['email'], email: mallory.email },
    auth,
  );
  const consent = {
    method: 'email',
    address: mallory.email,
    source: 'paper',
    obtainedAt: '2026-01-01T00:00:00Z',
    evidence: 'form',
  };
  expect((await stack.call('POST', `${path}/consents`, consent, auth)).status).toBe(201);
  return { mallory, workflowId: `contact/${id}/${mallory.id}` };
}

describe('a sealed message, copied from a history', () => {
  it.each([
    [
      'by a client with our codec',
      async (alice: Person) => {
        await stack.client.workflow.signalWithStart('contact', {
          workflowId: stack.workflowId(alice.id),
          taskQueue: stack.taskQueue,
          signal: 'sendMessage',
          signalArgs: [messageFor(alice)],
        });
      },
    ],
    [
      'at the contact’s own codec address',
      async (alice: Person) => {
        const workflowId = stack.workflowId(alice.id);
        await send(workflowId, await encode(`/codec/${workflowId}`, messageFor(alice)));
      },
    ],
    [
      'at the codec address that names nobody',
      async (alice: Person) => {
        await send(stack.workflowId(alice.id), await encode('/codec', messageFor(alice)));
      },
    ],
  ])('is not delivered to anybody else; sealed %s', async (_, signalAlice) => {
    const alice = someone();
    await register(stack, alice);
    await signalAlice(alice);
    await until('it waits for alice', async () => (await lightOf(stack, alice)).queued === 1);

    const bytes = await signalledPayload(stack.workflowId(alice.id));
    const { mallory, workflowId } = await attacker();
    const bob = someone();
    await registerWithConsent(stack, bob, ['email']);
    await send(workflowId, bytes);
    await send(stack.workflowId(bob.id), bytes);
    for (const { id } of [mallory, bob])
      expect(
        await until('it is rejected', async () => {
          const found = await rejections(id);
          return found.length > 0 && found;
        }),
      ).toEqual([expect.stringMatching(/sealed for (another workflow|no contact in particular)/)]);

    // Both lanes are looked at after it: what the same contact is really sent arrives, and nothing before it.
    await stack.call('POST', `/v1/contacts/${bob.id}/messages`, {
      kind: 'ad_hoc',
      subject: 'Next',
      body: 'next',
    });
    await until('the next arrived', async () => (await contents(stack, bob, 'email')).length === 1);
    expect(await contents(stack, bob, 'email')).toEqual(['next']);
    expect(await arrived(stack, mallory)).toEqual([]);
    // To alice it may be sent again, and is the same message.
    await send(stack.workflowId(alice.id), bytes);
    expect(await rejections(alice.id)).toEqual([]);
    expect((await lightOf(stack, alice)).queued).toBe(1);
  });
});

describe('what was sealed for nobody in particular', () => {
  it('is not taken once it is old, nor where a release sealed it that bound nothing', async () => {
    const [ann, bob] = [someone(), someone()];
    await register(stack, ann);
    await register(stack, bob);
    const payload = await encode('/codec', messageFor(ann));
    stack.time.offsetMs = limits.unboundPayloadMs + 60_000;
    try {
      await send(stack.workflowId(ann.id), payload);
      const found = await until('it is rejected', async () => {
        const reasons = await rejections(ann.id);
        return reasons.length > 0 && reasons;
      });
      expect(found).toEqual([expect.stringContaining('too long ago')]);
    } finally {
      stack.time.offsetMs = 0;
    }
  });

  it('is refused where binding is required, and what is bound is taken', async () => {
    const strict = await startStack({ env: { REQUIRE_BOUND_SIGNALS: 'on' } });
    try {
      const [ann, bob] = [someone(), someone()];
      await register(strict, ann);
      await register(strict, bob);
      const bound = strict.workflowId(bob.id);
      // Both services have the same key.
      await send(strict.workflowId(ann.id), await encode('/codec', messageFor(ann)), strict);
      await send(bound, await encode(`/codec/${bound}`, messageFor(bob)), strict);
      await until('bob’s waits', async () => (await lightOf(strict, bob)).queued === 1);
      const rejected = await until('ann’s is rejected', () =>
        strict.db.prisma.rejectedSignal.findFirst({ where: { contactId: ann.id } }),
      );
      expect(rejected.reason).toContain('this service requires it');
      expect((await lightOf(strict, ann)).queued).toBe(0);
    } finally {
      await strict.stop();
    }
  });
});

it('opens a history for the Temporal UI, which names no workflow', async () => {
  const ann = someone();
  await register(stack, ann);
  await stack.client.workflow.signalWithStart('contact', {
    workflowId: stack.workflowId(ann.id),
    taskQueue: stack.taskQueue,
    signal: 'sendMessage',
    signalArgs: [messageFor(ann)],
  });
  const payload = await signalledPayload(stack.workflowId(ann.id));
  const wire = {
    metadata: Object.fromEntries(
      Object.entries(payload.metadata!).map(([name, value]) => [
        name,
        Buffer.from(value).toString('base64'),
      ]),
    ),
    data: Buffer.from(payload.data!).toString('base64'),
  };
  const decode = async (path: string): Promise<string> => {
    const { body } = await stack.call<{ payloads: { data: string }[] }>(
      'POST',
      `${path}/decode`,
      { payloads: [wire] },
      { authorization: `Bearer ${testAdminKey}`, 'x-namespace': 'default' },
    );
    return Buffer.from(body.payloads[0]!.data, 'base64').toString();
  };
  expect(await decode('/codec')).toContain(secret);
  expect(await decode(`/codec/${stack.workflowId('somebody-else')}`)).not.toContain(secret);
});
