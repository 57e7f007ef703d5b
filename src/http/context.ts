import type { Config } from '../config.ts';
import type { Database } from '../db/database.ts';
import type { WorkflowClient } from '../temporal/workflow-client.ts';

/** Dependencies of routes. */
export type AppContext = { config: Config; db: Database; workflows: WorkflowClient };
