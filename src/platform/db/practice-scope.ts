import { AsyncLocalStorage } from 'node:async_hooks';
import type { databaseLimits } from '../../core/limits/database-limits.ts';
import { isId } from '../../core/ids.ts';

/**
 * The practice whose rows the statements of a piece of work may meet: the second lock of tenancy (docs/tenancy.md). The
 * first is the `practice_id` in every statement; this one holds where a statement forgot it, because the database's own
 * policies leave out all other rows.
 *
 * It comes from where the work came from, and from nothing that was sent along: the API key, the token of a link, the id
 * of a workflow.
 */
export type PracticeScope = {
  /** Undefined: none was found yet, and no practice's rows are seen. */
  practice: string | undefined;
  /** The work that it is counted with; absent: none that has a limit. */
  share?: Share;
  /** For whom it counts there, where that is not the practice. */
  whose?: string;
};

/**
 * Work that comes in any amount, and has a share of the connections, so that it leaves some to everything else
 * (src/platform/db/practice-pool.ts): practices' calls, people's pages, their replies, the stops among these, and providers' reports
 * about what was sent.
 */
export type Share = keyof typeof databaseLimits.shares;

const scopes = new AsyncLocalStorage<PracticeScope>();

/** For work whose practice is found on the way: `enterPractice`, `enterEveryPractice`. */
export function newScope(): PracticeScope {
  return { practice: undefined };
}

/** Goes on in `scope`, callback and all. */
export function continueIn(scope: PracticeScope, next: () => void): void {
  scopes.run(scope, next);
}

/** Throws for what is no id: it may be anything that a path held. */
export function enterPractice(scope: PracticeScope, practiceId: string): void {
  scope.practice = checked(practiceId);
}

/** For a call with the practice's key, or a page of its people. */
export function enterPracticeFor(
  share: 'calls' | 'pages',
  scope: PracticeScope,
  practiceId: string,
): void {
  enterPractice(scope, practiceId);
  scope.share = share;
}

export function enterEveryPractice(scope: PracticeScope): void {
  Object.assign(scope, everyPractice());
}

/** For webhooks: of a thousand messages that leave at once, thousands of reports come back together. */
export function enterEveryPracticeFor(
  share: 'reports' | 'replies' | 'stops',
  scope: PracticeScope,
): void {
  enterEveryPractice(scope);
  scope.share = share;
}

/** The one place that opens all of them. No practice has `*` as its id, and nothing that was sent along comes by here. */
function everyPractice(): PracticeScope {
  return { practice: '*' };
}

function checked(practiceId: string): string {
  if (!isId(practiceId)) throw new Error('what is no id of a practice was to be its scope');
  return practiceId;
}

/** Does `work` for one practice, and for no other. */
export async function inPractice<T>(practiceId: string, work: () => PromiseLike<T>): Promise<T> {
  // Awaited inside: a statement of Prisma is sent when somebody waits for it.
  const { share } = scopes.getStore() ?? {};
  const scope = { practice: checked(practiceId), ...(share === undefined ? {} : { share }) };
  return scopes.run(scope, async () => await work());
}

/**
 * Does `work` over all practices: finding the practice of a key, a token or a number, and what belongs to none. Only
 * members of the database role `optgate_across` see rows so.
 */
export async function acrossPractices<T>(work: () => PromiseLike<T>): Promise<T> {
  return scopes.run(everyPractice(), async () => await work());
}

/** The value of the setting `optgate.practice`; empty: no practice's rows. */
export function currentPractice(): string {
  const scope = scopes.getStore();
  // A mistake of ours, and seen at once: without this it would be an empty answer that looks like an empty table.
  if (!scope)
    throw new Error(
      'a statement was sent outside any practice (src/platform/db/practice-scope.ts)',
    );
  return scope.practice ?? '';
}

/** For rows that are read later, by an unknown caller: each step is made in the scope in which this was called. */
export function inThisScope<T>(begin: () => AsyncIterator<T>): AsyncIterable<T> {
  const inScope = AsyncLocalStorage.snapshot();
  return {
    [Symbol.asyncIterator]() {
      const steps = inScope(begin);
      return {
        next: () => inScope(() => steps.next()),
        return: async () => (await steps.return?.()) ?? { done: true, value: undefined },
      };
    },
  };
}

/** The share of the connections that the statement is sent with, and for whom it counts: a practice, a number, or `*`. */
export function shareNow(): { share: Share; whose: string } | undefined {
  const { share, practice, whose = practice } = scopes.getStore() ?? {};
  if (share === undefined || whose === undefined) return undefined;
  return { share, whose };
}
