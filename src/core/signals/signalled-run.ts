import {
  contactWorkflowId,
  dispatchWorkflowId,
  webhookWorkflowId,
  type ContactRef,
  type EndpointRef,
} from '../ids.ts';

/**
 * A workflow that the service signals with start. Such a signal joins whatever runs under the id, also a run that
 * somebody else started: so there is no other way to name one, and each is watched alike (src/signals/watch-runs.ts).
 */
export type SignalledRun = {
  practiceId: string;
  workflowId: string;
  type: 'contact' | 'dispatch' | 'webhookEndpoint';
};

export function contactRun({ practiceId, contactId }: ContactRef): SignalledRun {
  return { practiceId, workflowId: contactWorkflowId(practiceId, contactId), type: 'contact' };
}

export function dispatcherRun({ practiceId }: { practiceId: string }): SignalledRun {
  return { practiceId, workflowId: dispatchWorkflowId(practiceId), type: 'dispatch' };
}

export function endpointRun({ practiceId, endpointId }: EndpointRef): SignalledRun {
  const workflowId = webhookWorkflowId(practiceId, endpointId);
  return { practiceId, workflowId, type: 'webhookEndpoint' };
}
