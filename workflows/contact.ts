import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  continueAsNew,
  proxyActivities,
  setCurrentDetails,
  setDefaultSignalHandler,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { parseContactWorkflowId } from '../src/domain/ids.ts';
import type { ContactActivities } from './activity-types.ts';
import { ContactState, type Carried } from './contact-state.ts';
import { Deadline } from './deadline.ts';
import {
  acceptChannelSignal,
  revokeChannelSignal,
  checkSendOptIn,
  sendMessageSignal,
  sendOptInUpdate,
  statusQuery,
  wakeSignal,
} from './messages.ts';
import { patience } from './patience.ts';
import { changedAttributes } from './search-attributes.ts';

const { deliver, storeSignals, askOptIn } = proxyActivities<ContactActivities>(patience);

/**
 * One contact, for as long as the practice knows the person. It asks once, just before the first message is due; it
 * waits for an acceptance on each channel and keeps what comes meanwhile; and when all are there it lets everything go
 * in order. Then it sleeps until something happens.
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
  const state = new ContactState(carried);
  const deadline = new Deadline(() => state.wake());
  deadline.set(state.nextAt);

  setHandler(sendMessageSignal, (payload) => state.receiveMessage(payload));
  setHandler(acceptChannelSignal, (fact) => state.receiveConsent('acceptChannel', fact));
  setHandler(revokeChannelSignal, (fact) => state.receiveConsent('revokeChannel', fact));
  setHandler(wakeSignal, () => state.receiveWake());
  setDefaultSignalHandler((name, ...args) => state.receiveUnknown(name, args));
  setHandler(statusQuery, () => state.status);
  setHandler(
    sendOptInUpdate,
    async (input) => {
      const outcome = await askOptIn({ ...ref, ...input });
      state.wake();
      return outcome;
    },
    { validator: checkSendOptIn },
  );

  for (;;) {
    await condition(() => state.hasWork);

    while (state.hasSignals)
      await storeSignals.executeWithOptions({ summary: 'store signals' }, [
        { ...ref, signals: state.takeSignals() },
      ]);

    const summary = state.summary;
    state.beginLook();
    const report = await deliver.executeWithOptions({ summary }, [ref]);
    state.endLook(report);
    // What came meanwhile is still taken in, or kept as rejected.
    if (report.gone && !state.hasSignals) return;

    deadline.set(state.nextAt);
    setCurrentDetails(state.details);
    const attributes = changedAttributes(ref.practiceId, state);
    if (attributes.length > 0) upsertSearchAttributes(attributes);

    if (state.shouldContinueAsNew(workflowInfo())) {
      await condition(allHandlersFinished);
      // No await between this look at the inbox and continue-as-new: what came meanwhile is handled first.
      if (!state.hasSignals) await continueAsNew<typeof contact>(state.carry());
    }
  }
}
