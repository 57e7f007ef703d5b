import type { Payload } from '@temporalio/common';
import proto from '@temporalio/proto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainPayload, sealedPayload } from '../harness/payloads.ts';
import { someone } from '../harness/people.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';

/**
 * Anybody with access to Temporal can start workflows under any type and id, work on them, and have them schedule
 * activities on any task queue: our worker takes those up as its own.
 */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({
    env: { REQUIRE_ENCODED_SIGNALS: 'true', REQUIRE_BOUND_SIGNALS: 'true' },
  });
});
afterAll(() => stack.stop());

const sealed = (value: unknown, workflowId?: string) => sealedPayload(stack, value, workflowId);

/** Starts a workflow of one's own, and has it schedule one of our activities. Returns how that ended. */
async function schedule(
  own: { type: string; workflowId: string },
  activity: string,
  input: Payload,
): Promise<string> {
  const { connection, workflowService: service } = stack.plainClient;
  const queue = { name: `own-${own.workflowId}` };
  const handle = await stack.plainClient.workflow.start(own.type, {
    workflowId: own.workflowId,
    taskQueue: queue.name,
  });
  const { taskToken } = await connection.withDeadline(Date.now() + 30_000, () =>
    service.pollWorkflowTaskQueue({ namespace: 'default', taskQueue: queue }),
  );
  await service.respondWorkflowTaskCompleted({
    namespace: 'default',
    taskToken,
    commands: [
      {
        commandType: proto.temporal.api.enums.v1.CommandType.COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK,
        scheduleActivityTaskCommandAttributes: {
          activityId: '1',
          activityType: { name: activity },
          taskQueue: { name: stack.taskQueue },
          input: { payloads: [input] },
          // The generated types want their own class of integers.
          startToCloseTimeout: { seconds: 20 } as never,
        },
      },
    ],
  });
  const end = await until('the activity ended', async () => {
    const { events } = await handle.fetchHistory();
    for (const event of events!) {
      if (event.activityTaskCompletedEventAttributes) return 'completed';
      const failed = event.activityTaskFailedEventAttributes?.failure?.applicationFailureInfo;
      if (failed) return failed.type!;
    }
    return undefined;
  });
  await handle.terminate();
  return end;
}

function forged() {
  const contactId = someone().id;
  const { practiceId } = stack;
  return {
    contactId,
    workflowId: `contact/${practiceId}/${contactId}`,
    input: {
      practiceId,
      contactId,
      signals: [
        {
          signal: 'sendMessage',
          payload: { messageId: `${contactId}-m`, kind: 'ad_hoc', subject: 's', body: 'forged' },
          receivedAt: new Date().toISOString(),
        },
      ],
    },
  };
}

const stored = (contactId: string) =>
  stack.db.prisma.message.count({ where: { practiceId: stack.practiceId, contactId } });

describe('an activity that somebody else’s workflow schedules', () => {
  it.each([
    ['of its own type', 'own', (id: string) => `own/${id}`],
    [
      'of its own type, under the contact’s id',
      'own',
      (id: string) => `contact/${stack.practiceId}/${id}`,
    ],
    ['of another type of ours', 'dispatch', () => `dispatch/own`],
  ])('%s is refused', async (_which, type, idOf) => {
    const { contactId, input } = forged();
    const workflowId = idOf(contactId);
    expect(await schedule({ type, workflowId }, 'storeSignals', plainPayload(input))).toBe(
      'ActivityRefused',
    );
    expect(await stored(contactId)).toBe(0);
  });

  it('under the type and the id of ours is refused in the clear, and sealed for nobody or for another', async () => {
    const inputs = [
      ({ input }: ReturnType<typeof forged>) => Promise.resolve(plainPayload(input)),
      ({ input }: ReturnType<typeof forged>) => sealed(input),
      ({ input }: ReturnType<typeof forged>) => sealed(input, `contact/${stack.practiceId}/other`),
    ];
    for (const inputOf of inputs) {
      const one = forged();
      const own = { type: 'contact', workflowId: one.workflowId };
      expect(await schedule(own, 'storeSignals', await inputOf(one))).toBe('ActivityRefused');
      expect(await stored(one.contactId)).toBe(0);
    }
  });

  it.each(['storeSignals', 'deliver', 'askOptIn'])(
    'is refused for another contact than its workflow’s: %s',
    async (activity) => {
      const one = forged();
      const other = forged();
      const input = await sealed(other.input, one.workflowId);
      const own = { type: 'contact', workflowId: one.workflowId };
      expect(await schedule(own, activity, input)).toBe('ActivityRefused');
      expect(await stored(other.contactId)).toBe(0);
    },
  );

  it.each([
    ['dispatchDue', 'dispatch', 'dispatch/one'],
    ['deliverEvents', 'webhookEndpoint', 'webhook/one/00000000-0000-0000-0000-000000000000'],
  ])(
    'is refused for another practice than its workflow’s: %s',
    async (activity, type, workflowId) => {
      const endpointId = '00000000-0000-0000-0000-000000000000';
      const input = await sealed({ practiceId: stack.practiceId, endpointId }, workflowId);
      expect(await schedule({ type, workflowId }, activity, input)).toBe('ActivityRefused');
    },
  );

  it('is done where it is what our own workflow would have scheduled', async () => {
    const one = forged();
    const own = { type: 'contact', workflowId: one.workflowId };
    const input = await sealed(one.input, one.workflowId);
    expect(await schedule(own, 'storeSignals', input)).toBe('completed');
    expect(await stored(one.contactId)).toBe(1);
  });
});
