import type { Config } from '../config.ts';
import type { Database } from '../db/database.ts';
import type { ContactClient } from '../temporal/contact-client.ts';

/** What routes work with. */
export type AppContext = { config: Config; db: Database; contacts: ContactClient };
