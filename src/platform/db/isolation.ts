import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * How much of what others commit a transaction sees, where it is not PostgreSQL's default. It is part of the words that begin
 * the transaction (practice-pool.ts): later, after the first statement, it could not be chosen any more.
 */
export type Isolation = 'REPEATABLE READ';

const chosen = new AsyncLocalStorage<Isolation | undefined>();

/** Transactions that `work` begins have it. */
export function withIsolation<T>(isolation: Isolation | undefined, work: () => T): T {
  return chosen.run(isolation, work);
}

export function isolationNow(): Isolation | undefined {
  return chosen.getStore();
}
