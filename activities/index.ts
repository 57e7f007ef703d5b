import type { ToTell } from '../src/db/message-store.ts';
import type { DrainDependencies } from '../src/delivery/drain.ts';
import type {
  ContactActivities,
  DispatchActivities,
  WebhookActivities,
} from '../workflows/activity-types.ts';
import { createAskOptIn } from './ask-opt-in.ts';
import { createDeliver, type TellDispatcher } from './deliver.ts';
import { createDeliverEvents, type WebhookDependencies } from './deliver-events.ts';
import { createDispatchDue } from './dispatch-due.ts';
import { createStoreSignals } from './store-signals.ts';

export type Activities = ContactActivities & DispatchActivities & WebhookActivities;

export function createActivities(
  deps: DrainDependencies &
    WebhookDependencies & {
      tell: (whom: ToTell) => Promise<void>;
      tellDispatcher: TellDispatcher;
      requireEncodedSignals: boolean;
    },
): Activities {
  return {
    deliver: createDeliver(deps),
    storeSignals: createStoreSignals(deps),
    askOptIn: createAskOptIn(deps.db, deps.sending.senders),
    dispatchDue: createDispatchDue(deps),
    deliverEvents: createDeliverEvents(deps),
  };
}
