import type { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import type { Logger } from 'pino';
import type {
  ContactActivities,
  DispatchActivities,
  WebhookActivities,
} from '../core/signals/activity-types.ts';
import { payloadMark, unopenedPayload } from '../core/signals/payload-marks.ts';
import { inPractice } from '../platform/db/practice-scope.ts';
import {
  isId,
  parseContactWorkflowId,
  parseDispatchWorkflowId,
  parseWebhookWorkflowId,
} from '../core/ids.ts';
import { undecodableReasons } from '../core/signals/undecodable.ts';

/** Which inputs of activities are refused, though they can be read: as for the payloads of signals. */
export type InputRules = { requireEncodedSignals: boolean; requireBoundSignals: boolean };

type Activity = keyof (ContactActivities & DispatchActivities & WebhookActivities);
type Owner = {
  workflowType: string;
  /** What the workflow's id names, as the activity's input has to name it too. */
  refOf: (workflowId: string) => Record<string, string> | undefined;
};

const contact: Owner = { workflowType: 'contact', refOf: parseContactWorkflowId };
const dispatch: Owner = {
  workflowType: 'dispatch',
  refOf(workflowId) {
    const practiceId = parseDispatchWorkflowId(workflowId);
    return practiceId === undefined ? undefined : { practiceId };
  },
};
const webhook: Owner = { workflowType: 'webhookEndpoint', refOf: parseWebhookWorkflowId };

/** The one workflow that may schedule each activity. An activity that is not in the list belongs to none. */
const owners: Record<Activity, Owner> = {
  deliver: contact,
  storeSignals: contact,
  askOptIn: contact,
  dispatchDue: dispatch,
  deliverEvents: webhook,
};

/**
 * Anybody with access to Temporal can have a workflow of their own schedule our activities. So an activity works only
 * for the workflow that it belongs to, for the practice and the contact that the workflow's id names, and with an input
 * that was sealed for this workflow, where signals have to be. Anything else fails for good: our own workflows schedule
 * nothing of the kind, and a further try would be the same.
 */
export function guardActivity(
  { info }: Context,
  rules: InputRules,
  logger: Logger,
): ActivityInboundCallsInterceptor {
  return {
    async execute(input, next) {
      const seen = whose(info, input.args, rules);
      if ('closed' in seen) {
        logger.error({ activity: info.activityType, problem: seen.closed }, 'activity not begun');
        throw ApplicationFailure.retryable(seen.closed, 'InputNotOpened');
      }
      if ('problem' in seen) {
        logger.error({ activity: info.activityType, problem: seen.problem }, 'activity refused');
        throw ApplicationFailure.nonRetryable(seen.problem, 'ActivityRefused');
      }
      return inPractice(seen.practiceId, () => next(input));
    },
  };
}

/** The practice that an activity works for, or why it works for none; `closed`: why it is not known yet. */
function whose(
  { activityType, workflowType, workflowExecution }: Context['info'],
  args: readonly unknown[],
  rules: InputRules,
): { practiceId: string } | { problem: string } | { closed: string } {
  const owner = Object.hasOwn(owners, activityType) ? owners[activityType as Activity] : undefined;
  if (!owner || workflowType !== owner.workflowType)
    return { problem: 'it was scheduled by a workflow that it does not belong to' };
  const ref = owner.refOf(workflowExecution?.workflowId ?? '');
  if (!ref || !Object.values(ref).every(isId))
    return { problem: 'the id of its workflow names nothing of ours' };
  const [input] = args;
  // Our own workflow's, as far as anybody can say who lacks the key: another worker, or a later try, may have it.
  const unopened = unopenedPayload(input);
  if (unopened && unopened.why !== 'foreign')
    return { closed: `its input does not open: ${undecodableReasons[unopened.why]}` };
  const given = typeof input === 'object' && input !== null ? Object.entries(input) : [];
  const named = new Map<string, unknown>(given);
  if (Object.entries(ref).some(([name, id]) => named.get(name) !== id))
    return { problem: 'its input is for another than its workflow’s id names' };
  const mark = payloadMark(input);
  if (mark && 'clear' in mark && rules.requireEncodedSignals)
    return { problem: 'its input was not encoded, and this service requires it' };
  // Releases before payloads were bound left such inputs behind, without a time, in activities that still wait; of
  // their own signals none is taken twice. Nobody can make new ones.
  if (mark && 'unbound' in mark && mark.unbound.sealedAt !== undefined && rules.requireBoundSignals)
    return { problem: 'its input was not sealed for its workflow, and this service requires it' };
  return { practiceId: ref.practiceId! };
}
