/** Ids chosen by callers (contract): opaque, safe in URLs and in Temporal ids. */
export const idPattern = '^[A-Za-z0-9._-]{1,64}$';

/** `contact/{practice}/{contact}`: ids only, never an address. */
export function contactWorkflowId(practiceId: string, contactId: string): string {
  return `contact/${practiceId}/${contactId}`;
}

export type ContactRef = { practiceId: string; contactId: string };

/**
 * Stands in a contact's place for what goes to people who are none yet (src/db/doorstep-store.ts). Not an id that callers
 * can choose: no call and no signal names it.
 */
export const doorstepId = '@doorstep';

/** Undefined when the id is not one of ours. */
export function parseContactWorkflowId(workflowId: string): ContactRef | undefined {
  const match = /^contact\/([A-Za-z0-9._-]{1,64})\/([A-Za-z0-9._-]{1,64})$/.exec(workflowId);
  return match ? { practiceId: match[1]!, contactId: match[2]! } : undefined;
}

/** `dispatch/{practice}` */
export function dispatchWorkflowId(practiceId: string): string {
  return `dispatch/${practiceId}`;
}

export function parseDispatchWorkflowId(workflowId: string): string | undefined {
  return /^dispatch\/([A-Za-z0-9._-]{1,64})$/.exec(workflowId)?.[1];
}

/** `webhook/{practice}/{endpoint}`; the endpoint's id is ours. */
export function webhookWorkflowId(practiceId: string, endpointId: string): string {
  return `webhook/${practiceId}/${endpointId}`;
}

export type EndpointRef = { practiceId: string; endpointId: string };

export function parseWebhookWorkflowId(workflowId: string): EndpointRef | undefined {
  const match = /^webhook\/([A-Za-z0-9._-]{1,64})\/([0-9a-f-]{36})$/.exec(workflowId);
  return match ? { practiceId: match[1]!, endpointId: match[2]! } : undefined;
}
