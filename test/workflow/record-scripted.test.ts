import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, inject, it } from 'vitest';
import { taskQueueOf, type Work } from '../../src/core/signals/task-queues.ts';
import { createDataConverter } from '../../src/platform/temporal/data-converter.ts';
import type { DeliverReport } from '../../src/core/signals/activity-types.ts';
import type { ContactStatus } from '../../src/core/signals/contact-status.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';
import { changedWorkflows, type Change } from './changed-workflows.ts';
import { keepHistory, recordedIds, type Type } from './recorded.ts';

/**
 * `RECORD_SCRIPTED=1 npx vitest run --project parts test/workflow/record-scripted.test.ts` records lives of exact shapes
 * on a real server: the activities answer as the script says, and do nothing. After a guarded change, with a number not
 * used yet; the old files stay.
 */
const record = process.env.RECORD_SCRIPTED;

let stack: Stack;
let connection: NativeConnection;

type Scene = {
  /** Signals, and waits until the workflow has nothing more to do by itself. */
  say: (signal: string, ...args: unknown[]) => Promise<void>;
  /** Without the wait. */
  call: (signal: string, ...args: unknown[]) => Promise<void>;
  quiet: () => Promise<void>;
  /** Runs that ended by going on as a new one. */
  runs: () => Promise<number>;
};

type Life = {
  type: Type;
  /** Its first activity waits for the play to let it go. */
  isHeld?: true;
  /** How the source differed when such a life was lived. */
  changes?: Change[];
  activities: Record<string, (input: never) => Promise<unknown>>;
  play: (scene: Scene) => Promise<void>;
};

const far = '2126-01-01T00:00:00.000Z';
const status = (light: 'green' | 'red', queued: number): ContactStatus => ({
  id: 'c-recorded',
  light,
  ...(light === 'red' ? { reason: 'not_asked', oldestQueuedAt: '2026-11-30T00:00:00.000Z' } : {}),
  channels: { email: { state: light === 'green' ? 'accepted' : 'sent' } },
  queued,
  asOf: '2026-11-30T00:00:00.000Z',
});
const report = (more: Partial<DeliverReport> = {}): DeliverReport => ({
  gone: false,
  version: 1,
  status: status('green', 0),
  waitingOn: [],
  handled: 0,
  more: false,
  ...more,
});

/** Answers one after the other; the last one again and again. */
const inTurn = <T>(answers: readonly T[]) => {
  let next = 0;
  return async (): Promise<T> => answers[Math.min(next++, answers.length - 1)]!;
};
const repeated = <T>(count: number, answer: T): T[] => Array.from({ length: count }, () => answer);

/** An activity that waits until it is let go. */
const held = <T>(answer: T, more: T[]) => {
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const rest = inTurn(more);
  let first = true;
  return {
    release,
    run: async (): Promise<T> => {
      if (!first) return rest();
      first = false;
      await gate;
      return answer;
    },
  };
};

const beforeThePatch: Change[] = [
  ['workflows/dispatch.ts', "isBusy && patched('continue-while-busy')", 'false as boolean'],
  ['workflows/dispatch.ts', '  patched,\n', ''],
];

/** So many signals that it goes on as a new run although it has more to do. */
const busyDispatcher = (): Life => {
  const dispatchDue = held({ gone: false, handled: 1, more: true }, [
    { gone: false, handled: 0, more: false },
  ]);
  return {
    type: 'dispatch',
    isHeld: true,
    activities: { dispatchDue: dispatchDue.run },
    async play({ call, quiet }) {
      await Promise.all(Array.from({ length: 1_010 }, () => call('wake')));
      dispatchDue.release();
      await quiet();
    },
  };
};

const lives: Record<string, () => Life> = {
  'contact-renewed-when-idle': () => ({
    type: 'contact',
    activities: { deliver: inTurn([report({ nextAt: far })]) },
    async play({ say, runs }) {
      while ((await runs()) === 0) await say('wake');
      for (let n = 0; n < 3; n += 1) await say('wake');
    },
  }),
  'contact-renewed-one-event-later': () => ({
    type: 'contact',
    // The light is written once more than in the life above: its looks are at other lengths of the history.
    activities: {
      deliver: inTurn([
        report({ status: status('red', 0), waitingOn: ['email'] }),
        ...repeated(2, report()),
        report({ nextAt: far }),
      ]),
    },
    async play({ say, runs }) {
      while ((await runs()) === 0) await say('wake');
      await say('wake');
    },
  }),
  'contact-red-and-growing': () => ({
    type: 'contact',
    activities: {
      deliver: inTurn(
        [1, 2, 3, 4].map((queued) =>
          report({ status: status('red', queued), waitingOn: ['email'] }),
        ),
      ),
    },
    async play({ say }) {
      // Numbers in the search attributes are refreshed once a minute.
      for (let n = 0; n < 3; n += 1) {
        await new Promise((resolve) => setTimeout(resolve, 7_000));
        await say('wake');
      }
    },
  }),
  'contact-with-a-backlog': () => ({
    type: 'contact',
    activities: {
      deliver: inTurn([...repeated(100, report({ more: true, drains: true })), report()]),
    },
    play: ({ quiet }) => quiet(),
  }),
  'contact-never-idle': () => ({
    type: 'contact',
    activities: {
      deliver: inTurn([...repeated(350, report({ more: true, drains: true })), report()]),
    },
    play: ({ quiet }) => quiet(),
  }),
  'contact-with-a-thousand-signals': () => {
    const deliver = held(report({ more: true }), [report()]);
    return {
      type: 'contact',
      isHeld: true,
      activities: { deliver: deliver.run },
      async play({ call, quiet }) {
        await Promise.all(Array.from({ length: 1_010 }, () => call('wake')));
        deliver.release();
        await quiet();
      },
    };
  },
  'contact-with-many-raw-signals': () => {
    const deliver = held(report(), [report()]);
    const upTo = ({ held: range }: { held?: { upTo: number } }) => range && { upTo: range.upTo };
    return {
      type: 'contact',
      isHeld: true,
      activities: {
        deliver: deliver.run,
        storeSignals: async (input: never) => upTo(input) ?? null,
      },
      async play({ call, say, quiet }) {
        for (let n = 0; n < 30; n += 1)
          await call('sendMessage', { messageId: `m${n}`, kind: 'ad_hoc', body: 'x' });
        deliver.release();
        await quiet();
        await say('sendMessage', { messageId: 'one more', kind: 'ad_hoc', body: 'x' });
      },
    };
  },
  'dispatch-renewed-when-idle': () => ({
    type: 'dispatch',
    activities: { dispatchDue: inTurn([{ gone: false, handled: 1, more: false, nextAt: far }]) },
    async play({ say, runs }) {
      while ((await runs()) === 0) await say('wake');
      for (let n = 0; n < 3; n += 1) await say('wake');
    },
  }),
  'dispatch-with-a-thousand-signals': busyDispatcher,
  'dispatch-with-a-thousand-signals-before-the-patch': () => ({
    ...busyDispatcher(),
    changes: beforeThePatch,
  }),
  'webhook-renewed-while-it-waits': () => {
    const deliverEvents = held<{ more: boolean; retryAt?: string }>({ more: false, retryAt: far }, [
      { more: false, retryAt: far },
      { more: false },
    ]);
    return {
      type: 'webhookEndpoint',
      isHeld: true,
      activities: { deliverEvents: deliverEvents.run },
      async play({ call, say, quiet }) {
        await Promise.all(Array.from({ length: 1_010 }, () => call('wake')));
        deliverEvents.release();
        await quiet();
        await say('wake');
      },
    };
  },
};

describe.runIf(record)('recording', () => {
  beforeAll(async () => {
    stack = await startStack({ worker: false });
    connection = await NativeConnection.connect({ address: inject('temporalAddress') });
  });
  afterAll(async () => {
    await connection.close();
    await stack.stop();
  });

  it.each(Object.keys(lives))(
    '%s',
    async (name) => {
      const life = lives[name]!();
      const { type, activities, play } = life;
      const workflowId = recordedIds[type];
      const { taskQueue, client } = stack;
      const source = changedWorkflows(`record ${name}`, life.changes ?? []);
      const common = {
        connection,
        namespace: 'default',
        activities,
        dataConverter: createDataConverter(stack.config.encryptionKeys),
      };
      const works: Work[] = ['contacts', 'backlog', 'dispatch', 'webhooks'];
      const workers = await Promise.all(
        works.map((work) =>
          Worker.create({
            ...common,
            taskQueue: taskQueueOf(taskQueue, work),
            ...(work === 'contacts' ? { workflowsPath: source.workflowsPath } : {}),
          }),
        ),
      );
      const running = workers.map((worker) => worker.run());
      const { firstExecutionRunId } = await client.workflow.start(type, {
        workflowId,
        taskQueue,
        args: [],
      });
      const handle = client.workflow.getHandle(workflowId);
      const runIds = async (): Promise<string[]> => {
        const ids = [firstExecutionRunId];
        for (;;) {
          const { events } = await client.workflow.getHandle(workflowId, ids.at(-1)).fetchHistory();
          const next =
            events!.at(-1)!.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
          if (!next) return ids;
          ids.push(next);
        }
      };
      const quiet = async (): Promise<void> => {
        await until(
          'it is quiet',
          async () => {
            const {
              raw,
              status: { name: state },
            } = await handle.describe();
            if (state !== 'RUNNING') return true;
            return !raw.pendingWorkflowTask && (raw.pendingActivities ?? []).length === 0;
          },
          240_000,
        );
      };
      const call = (signal: string, ...args: unknown[]) => handle.signal(signal, ...args);
      if (!life.isHeld) await quiet();
      await play({
        call,
        quiet,
        async say(signal, ...args) {
          await call(signal, ...args);
          await quiet();
        },
        runs: async () => (await runIds()).length - 1,
      });
      for (const [n, runId] of (await runIds()).entries())
        keepHistory(
          `${name}.run-${n + 1}.${record}`,
          await client.workflow.getHandle(workflowId, runId).fetchHistory(),
        );
      await handle.terminate().catch(() => undefined);
      for (const worker of workers) worker.shutdown();
      await Promise.all(running);
      source.remove();
    },
    300_000,
  );
});
