import { openDatabase, type Database } from '../../src/platform/db/database.ts';
import type { Stack } from './stack.ts';

/** A connection of the test's own to the stack's database, as the owner, with other limits or another clock. */
export function openOwn(
  stack: Stack,
  options: Partial<Parameters<typeof openDatabase>[0]>,
): Promise<Database> {
  return openDatabase({
    url: stack.databaseUrl,
    encryptionKeys: stack.config.encryptionKeys,
    clock: stack.db.clock,
    ...options,
  });
}
