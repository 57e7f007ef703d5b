import type { Config } from '../platform/config/config.ts';
import type { Database } from '../platform/db/database.ts';
import type { WorkflowClient } from './workflow-client.ts';

/** Dependencies of routes. */
export type AppContext = { config: Config; db: Database; workflows: WorkflowClient };
