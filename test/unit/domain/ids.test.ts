import { expect, it } from 'vitest';
import {
  contactWorkflowId,
  dispatchWorkflowId,
  isId,
  parseContactWorkflowId,
  parseDispatchWorkflowId,
  parseWebhookWorkflowId,
  webhookWorkflowId,
} from '../../../src/core/ids.ts';

const endpoint = '01234567-89ab-cdef-0123-456789abcdef';

it.each(['a', 'clinic-1', 'A.b_c', '...', 'x'.repeat(64)])(
  '%j is an id, and found in those of workflows',
  (id) => {
    expect(isId(id)).toBe(true);
    expect(parseContactWorkflowId(contactWorkflowId(id, 'c'))).toEqual({
      practiceId: id,
      contactId: 'c',
    });
    expect(parseDispatchWorkflowId(dispatchWorkflowId(id))).toBe(id);
    expect(parseWebhookWorkflowId(webhookWorkflowId(id, endpoint))).toEqual({
      practiceId: id,
      endpointId: endpoint,
    });
  },
);

it.each(['', '*', '.', '..', 'a/b', 'a b', 'a\n', "a'b", 'ä', 'x'.repeat(65)])(
  '%j is none, in a workflow’s id neither',
  (id) => {
    expect(isId(id)).toBe(false);
    expect(parseContactWorkflowId(contactWorkflowId(id, 'c'))).toBeUndefined();
    expect(parseContactWorkflowId(contactWorkflowId('p', id))).toBeUndefined();
    expect(parseDispatchWorkflowId(dispatchWorkflowId(id))).toBeUndefined();
    expect(parseWebhookWorkflowId(webhookWorkflowId(id, endpoint))).toBeUndefined();
  },
);
