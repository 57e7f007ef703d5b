import type { ToTell } from '../src/record/messages/message-store.ts';
import type { DrainDependencies } from '../src/delivery/drain.ts';
import type {
  ContactActivities,
  DispatchActivities,
  WebhookActivities,
} from '../src/core/signals/activity-types.ts';
import { createAskOptIn } from './ask-opt-in.ts';
import { createDeliver, type TellDispatcher } from './deliver.ts';
import { createDeliverEvents, type WebhookDependencies } from './deliver-events.ts';
import { createDispatchDue } from './dispatch-due.ts';
import type { SignalRules } from '../src/signals/payload-rules.ts';
import type { ReadHeldSignals } from '../src/signals/signal-record.ts';
import { createStoreSignals } from './store-signals.ts';

export type Activities = ContactActivities & DispatchActivities & WebhookActivities;

export function createActivities(
  deps: DrainDependencies &
    WebhookDependencies & {
      tell: (contacts: ToTell) => Promise<void>;
      tellDispatcher: TellDispatcher;
      readHeldSignals: ReadHeldSignals;
    } & SignalRules,
): Activities {
  return {
    deliver: createDeliver(deps),
    storeSignals: createStoreSignals(deps),
    askOptIn: createAskOptIn(deps.db, deps.sending.senders, deps),
    dispatchDue: createDispatchDue(deps),
    deliverEvents: createDeliverEvents(deps),
  };
}
