/**
 * Ids chosen by callers (contract): opaque, safe in URLs and in Temporal ids. Not `.` and `..`: clients take them out
 * of a path (RFC 3986, 5.2.4), so that nobody could read or erase a record with such an id.
 */
export const idPattern = '^(?!\\.{1,2}$)[A-Za-z0-9._-]{1,64}$';
const idShape = new RegExp(idPattern);
/** The same, for people. */
export const idRule = 'must be 1 to 64 of A-Z a-z 0-9 . _ -, and neither . nor ..';

export function isId(text: string): boolean {
  return idShape.test(text);
}

/** `contact/{practice}/{contact}`: ids only, never an address. */
export function contactWorkflowId(practiceId: string, contactId: string): string {
  return `contact/${practiceId}/${contactId}`;
}

export type ContactRef = { practiceId: string; contactId: string };

/**
 * Takes the place of a contact's id for messages to people who are not contacts yet (src/record/links/doorstep-store.ts). Callers
 * cannot choose it: no call and no signal names it.
 */
export const doorstepId = '@doorstep';

/** Undefined when the id is not one of ours. */
export function parseContactWorkflowId(workflowId: string): ContactRef | undefined {
  const [, practiceId = '', contactId = ''] = /^contact\/([^/]*)\/([^/]*)$/.exec(workflowId) ?? [];
  return isId(practiceId) && isId(contactId) ? { practiceId, contactId } : undefined;
}

/** `dispatch/{practice}` */
export function dispatchWorkflowId(practiceId: string): string {
  return `dispatch/${practiceId}`;
}

export function parseDispatchWorkflowId(workflowId: string): string | undefined {
  const practiceId = /^dispatch\/([^/]*)$/.exec(workflowId)?.[1] ?? '';
  return isId(practiceId) ? practiceId : undefined;
}

/** `webhook/{practice}/{endpoint}`; the endpoint's id is ours. */
export function webhookWorkflowId(practiceId: string, endpointId: string): string {
  return `webhook/${practiceId}/${endpointId}`;
}

export type EndpointRef = { practiceId: string; endpointId: string };

export function parseWebhookWorkflowId(workflowId: string): EndpointRef | undefined {
  const [, practiceId = '', endpointId] =
    /^webhook\/([^/]*)\/([0-9a-f-]{36})$/.exec(workflowId) ?? [];
  return endpointId !== undefined && isId(practiceId) ? { practiceId, endpointId } : undefined;
}
