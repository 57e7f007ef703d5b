import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  continueAsNew,
  patched,
  proxyActivities,
  setCurrentDetails,
  setDefaultSignalHandler,
  setHandler,
  upsertSearchAttributes,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import { parseContactWorkflowId } from '../src/core/ids.ts';
import { taskQueueOf } from '../src/core/signals/task-queues.ts';
import type { ContactActivities } from '../src/core/signals/activity-types.ts';
import { readCarried, type Carried } from './carried.ts';
import { carriedState } from './carried-state.ts';
import { ContactState } from './contact-state.ts';
import { Deadline } from './deadline.ts';
import { LeftSealed } from './left-sealed.ts';
import {
  acceptChannelSignal,
  revokeChannelSignal,
  checkSendOptIn,
  renewSignal,
  sendMessageSignal,
  sendOptInUpdate,
  statusQuery,
  wakeSignal,
} from './messages.ts';
import { patience } from './patience.ts';
import { payloadMark } from '../src/core/signals/payload-marks.ts';
import { changedAttributes } from './search-attributes.ts';

const { deliver, storeSignals, askOptIn } = proxyActivities<ContactActivities>(patience);

/**
 * One contact, for as long as the practice knows the person. It asks once, just before the first message is due; it
 * waits for an acceptance on each channel and keeps messages that come meanwhile; when all are there, it sends
 * everything in order. Then it sleeps until something happens.
 *
 * The record is in PostgreSQL, and so are the rules that guard it: this workflow decides *when* to look, `deliver`
 * finds out *what* may leave. So a signal is never believed, only followed; the order in which signals of different
 * names arrive is irrelevant; and a run that was reset or started bare rebuilds itself with its first look.
 */
export async function contact(carried?: Carried): Promise<void> {
  const ref = parseContactWorkflowId(workflowInfo().workflowId);
  if (!ref)
    throw ApplicationFailure.nonRetryable(
      'the workflow id must be contact/{practiceId}/{contactId}',
      'InvalidWorkflowId',
    );
  const backlog = taskQueueOf(workflowInfo().taskQueue, 'backlog');
  const state = new ContactState(readCarried(carriedState(carried), workflowInfo()));
  const sealed = new LeftSealed();
  const deadline = new Deadline(() => state.wake());
  deadline.set(state.nextAt);

  setHandler(sendMessageSignal, (payload) => state.receiveMessage(payload, sealed.note(payload)));
  setHandler(acceptChannelSignal, (fact) =>
    state.receiveConsent('acceptChannel', fact, sealed.note(fact)),
  );
  setHandler(revokeChannelSignal, (fact) =>
    state.receiveConsent('revokeChannel', fact, sealed.note(fact)),
  );
  setHandler(wakeSignal, () => state.receiveWake());
  setHandler(renewSignal, () => {
    // A worker from before this signal keeps it as an unknown one, and runs beside newer ones during an update.
    if (patched('renew')) state.receiveRenewal();
    else state.receiveUnknown(renewSignal.name, [], false);
  });
  setDefaultSignalHandler((name, ...args) =>
    state.receiveUnknown(name, args, sealed.note(...args)),
  );
  setHandler(statusQuery, () => state.status);
  setHandler(
    sendOptInUpdate,
    async (input) => {
      // Without an argument there is nothing that was sealed: as one in the clear.
      const how = input == null ? ({ clear: true } as const) : payloadMark(input);
      const { refused, ...outcome } = await askOptIn({ ...ref, ...input, ...how });
      if (refused !== undefined) throw ApplicationFailure.nonRetryable(refused, 'Refused');
      state.wake();
      return outcome;
    },
    { validator: checkSendOptIn },
  );

  /** The next run stores what this one has not; Temporal refuses where a signal has come since, and then it is seen. */
  const leave = async (): Promise<void> => {
    await condition(allHandlersFinished);
    await continueAsNew<typeof contact>(state.carry(workflowInfo()));
  };

  for (;;) {
    await condition(() => state.hasWork || state.renews);

    // A run that is only renewed looks at nothing: it carries on what it knows.
    if (state.hasWork) {
      while (state.hasSignals) {
        const { inbox } = state;
        if (state.isFull(workflowInfo())) await leave();
        const { input, done } = inbox.next(workflowInfo().historyLength, uuid4());
        const report = await storeSignals.executeWithOptions(
          { summary: 'store signals', ...(inbox.isLong ? { taskQueue: backlog } : {}) },
          [{ ...ref, ...input }],
        );
        done(report);
      }

      const summary = state.summary;
      const { drains } = state;
      state.inbox.settle(workflowInfo().historyLength);
      state.beginLook();
      const report = await deliver.executeWithOptions(
        { summary, ...(drains ? { taskQueue: backlog } : {}) },
        [{ ...ref, ...(drains ? { drains } : {}) }],
      );
      state.endLook(report);
      // Signals that came meanwhile are still stored, or kept as rejected.
      if (report.gone && !state.hasSignals) return;

      deadline.set(state.nextAt);
      setCurrentDetails(state.details);
      const attributes = changedAttributes(ref.practiceId, state);
      if (attributes.length > 0) upsertSearchAttributes(attributes);
    }

    if (state.shouldContinueAsNew(workflowInfo())) {
      await condition(allHandlersFinished);
      // No await between this look at the inbox and continue-as-new: signals that came meanwhile are handled first.
      if (!state.hasSignals) await continueAsNew<typeof contact>(state.carry(workflowInfo()));
    }
  }
}
