import type { Database } from '../src/db/database.ts';
import type { DrainDependencies } from '../src/delivery/drain.ts';
import type { ContactActivities, DispatchActivities } from '../workflows/activity-types.ts';
import { createAskOptIn } from './ask-opt-in.ts';
import { createDeliver, type TellDispatcher } from './deliver.ts';
import { createDispatchDue } from './dispatch-due.ts';
import { createStoreSignals } from './store-signals.ts';

export type Activities = ContactActivities & DispatchActivities;

export function createActivities(
  deps: DrainDependencies & { db: Database; tellDispatcher: TellDispatcher },
): Activities {
  return {
    deliver: createDeliver(deps),
    storeSignals: createStoreSignals(deps.db),
    askOptIn: createAskOptIn(deps.db),
    dispatchDue: createDispatchDue(deps),
  };
}
