import type { Database } from '../src/db/database.ts';
import type { ContactActivities } from '../workflows/activity-types.ts';
import { createAskOptIn } from './ask-opt-in.ts';
import { createDeliver, type DeliverDependencies } from './deliver.ts';
import { createStoreSignals } from './store-signals.ts';

export function createActivities(deps: DeliverDependencies & { db: Database }): ContactActivities {
  return {
    deliver: createDeliver(deps),
    storeSignals: createStoreSignals(deps.db),
    askOptIn: createAskOptIn(deps.db),
  };
}
