import type { Payload } from '@temporalio/common';
import proto from '@temporalio/proto';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSignalKeeper } from '../../src/signals/signal-keeper.ts';
import { createHeldSignals } from '../../src/signals/held-signals.ts';
import { contactWorkflowId } from '../../src/core/ids.ts';
import { createPractice } from '../../src/record/practices/practice-store.ts';
import { plainPayload, sealedPayload } from '../harness/payloads.ts';
import { someone, type Person } from '../harness/people.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';

/**
 * Anybody with access to Temporal can work on a run of their own, and make it go on as a contact's workflow with a state
 * that they wrote: Temporal then says that a run of the same workflow went before.
 */

/** The practice of the person that is spied on; the spy has a key of the stack's own practice. */
const other = 'other';
let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
  await createPractice(stack.db, { id: other, name: 'Other' });
});
afterAll(() => stack.stop());

/** Starts a run on a queue of one's own, and has it continue as the contact's with this argument. */
async function continueAs({ id }: Person, state: Payload): Promise<void> {
  const { connection, workflowService: service } = stack.plainClient;
  const queue = { name: `own-${id}` };
  await stack.plainClient.workflow.start('contact', {
    workflowId: stack.workflowId(id),
    taskQueue: queue.name,
  });
  const { taskToken } = await connection.withDeadline(Date.now() + 30_000, () =>
    service.pollWorkflowTaskQueue({ namespace: 'default', taskQueue: queue }),
  );
  const continues =
    proto.temporal.api.enums.v1.CommandType.COMMAND_TYPE_CONTINUE_AS_NEW_WORKFLOW_EXECUTION;
  await service.respondWorkflowTaskCompleted({
    namespace: 'default',
    taskToken,
    commands: [
      {
        commandType: continues,
        continueAsNewWorkflowExecutionCommandAttributes: {
          workflowType: { name: 'contact' },
          taskQueue: { name: stack.taskQueue },
          input: { payloads: [state] },
        },
      },
    ],
  });
}

/** A message was signalled, sealed for one contact alone. Returns the run that it came to. */
async function signalled(): Promise<{ workflowId: string; runId: string }> {
  const victim = someone();
  const messageId = `${victim.id}-secret`;
  const workflowId = contactWorkflowId(other, victim.id);
  const { signaledRunId: runId } = await stack.client.workflow.signalWithStart('contact', {
    workflowId,
    taskQueue: stack.taskQueue,
    signal: 'sendMessage',
    signalArgs: [{ messageId, kind: 'ad_hoc', body: 'a secret' }],
  });
  await until('it is stored', () =>
    stack.db.prisma.message.findFirst({ where: { id: messageId, contactId: victim.id } }),
  );
  return { workflowId, runId };
}

it.each<[string, (state: object, workflowId: string) => Promise<Payload>]>([
  ['in the clear', async (state) => plainPayload(state)],
  ['sealed for no workflow', (state) => sealedPayload(stack, state)],
  [
    'sealed for the workflow, as a producer of its practice may have it',
    (state, workflowId) => sealedPayload(stack, state, workflowId),
  ],
])('a state %s reads nobody else’s history', async (_how, payloadOf) => {
  const victim = await signalled();
  const mallory = someone();
  const held = [{ ...victim, after: 0, upTo: 5_000 }];
  const state = { schema: 1, version: 0, status: null, waitingOn: [], attributes: {} };
  await continueAs(
    mallory,
    await payloadOf({ ...state, attributesAt: 0, dirty: true, held }, stack.workflowId(mallory.id)),
  );
  await stack.client.workflow.getHandle(stack.workflowId(mallory.id)).terminate('by a test');

  const keep = createSignalKeeper({
    held: createHeldSignals(stack.client),
    record: {
      db: stack.db,
      tell: stack.workflows.tell,
      requireEncodedSignals: false,
      requireBoundSignals: false,
    },
    taskQueue: stack.taskQueue,
    logger: pino({ level: 'silent' }),
  });
  await until('the ended run is found', async () => {
    for await (const run of stack.client.workflow.list({
      query: `ExecutionStatus = "Terminated" AND WorkflowId = "${stack.workflowId(mallory.id)}"`,
    }))
      return run;
    return undefined;
  });
  await keep(() => false);
  const ofMallory = { where: { contactId: mallory.id } };
  expect(await stack.db.prisma.message.findMany(ofMallory)).toEqual([]);
  expect(await stack.db.prisma.rejectedSignal.findMany(ofMallory)).toEqual([]);
});
