import pg from 'pg';

/** The statements that this process sends to any database, as they pass. */

export type Statement = { text: string; values: unknown[] };

/** `change`: returns the text that is sent instead. */
async function passing<T>(
  change: (statement: Statement) => string,
  run: () => Promise<T>,
): Promise<T> {
  const query = Object.getOwnPropertyDescriptor(pg.Client.prototype, 'query')!;
  const original = query.value as (...given: unknown[]) => unknown;
  Object.defineProperty(pg.Client.prototype, 'query', {
    ...query,
    value: function pass(this: unknown, ...given: unknown[]): unknown {
      const [first, second, ...rest] = given;
      if (typeof first === 'string') {
        const text = change({ text: first, values: Array.isArray(second) ? second : [] });
        return original.apply(this, [text, second, ...rest]);
      }
      // A query of a class keeps its own object, which knows how to be sent.
      const query = first as Partial<Statement>;
      const changed = 'submit' in query ? query : { ...query };
      if (query.text !== undefined)
        changed.text = change({ text: query.text, values: query.values ?? [] });
      return original.apply(this, [changed, second, ...rest]);
    },
  });
  try {
    return await run();
  } finally {
    Object.defineProperty(pg.Client.prototype, 'query', query);
  }
}

/** Those that read or write rows. */
export async function statementsOf(run: () => Promise<unknown>): Promise<Statement[]> {
  const seen: Statement[] = [];
  await passing((statement) => {
    seen.push(statement);
    return statement.text;
  }, run);
  return seen.filter(({ text }) => /^\s*(SELECT|UPDATE|DELETE|INSERT|WITH)\b/i.test(text));
}

/** As if the database were away for statements that `fails` picks, at the moment when they are sent. */
export async function withFailures<T>(
  fails: (statement: Statement) => boolean,
  run: () => Promise<T>,
): Promise<T> {
  return passing((statement) => {
    if (fails(statement)) throw new Error('the database is away');
    return statement.text;
  }, run);
}

/** As if no statement named its practice: every comparison with a practice's id holds. */
export async function withoutPracticeFilters<T>(
  run: () => Promise<T>,
): Promise<{ result: T; taken: number }> {
  let taken = 0;
  const result = await passing(
    ({ text }) =>
      text.replaceAll(/(?:[\w"]+\.)*"?practice_id"?\s*=\s*(\$\d+)/g, (_, value: string) => {
        taken += 1;
        return `${value}::text IS NOT NULL`;
      }),
    run,
  );
  return { result, taken };
}
