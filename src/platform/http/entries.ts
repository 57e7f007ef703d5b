import { Compile } from 'typebox/compile';
import { Type, type Static, type TSchema } from 'typebox';
import { limits } from '../../core/limits.ts';
import { rounds } from '../../core/turns/rounds.ts';
import { messageOf, pathOf } from '../../core/schema-error.ts';
import { AppError } from '../errors.ts';

export type EntryProblem = { index?: number; path: string; message: string; count?: number };

/** The schema of a call that brings many entries. */
export function arrayOf<T extends TSchema>(schema: T) {
  return Type.Array(schema, { minItems: 1, maxItems: limits.arrayEntries });
}

/**
 * Reads a body that is one entry or an array of them. Names all bad entries by index, and then does nothing of the
 * call. Never repeats a value: a bad one may be somebody's address.
 */
export function entryReader<T extends TSchema>(schema: T): (body: unknown) => Static<T>[] {
  const compiled = Compile(schema);
  return (body) => {
    const entries: unknown[] = Array.isArray(body) ? body : [body];
    if (entries.length === 0 || entries.length > limits.arrayEntries)
      throw new AppError(
        'validation_failed',
        `An array takes 1 to ${limits.arrayEntries} entries.`,
        { details: [{ path: '', message: `has ${entries.length} entries` }] },
      );
    const problems: EntryProblem[] = [];
    for (const [index, entry] of entries.entries()) {
      if (compiled.Check(entry)) continue;
      const errors = compiled.Errors(entry).filter(({ keyword }) => keyword !== 'boolean');
      for (const error of errors.slice(0, 5))
        problems.push({
          ...(Array.isArray(body) ? { index } : {}),
          path: pathOf(error),
          message: messageOf(error),
        });
    }
    if (problems.length > 0) throw invalid(problems);
    return entries as Static<T>[];
  };
}

export function invalid(problems: readonly EntryProblem[]): AppError {
  return new AppError('validation_failed', undefined, { details: problems.slice(0, 100) });
}

/** The entries that name a contact once more than it may be named in one call. */
export function namedTooOften(
  entries: readonly { contactId: string }[],
  most: number,
): EntryProblem[] {
  return rounds(entries)
    .slice(most)
    .flat()
    .map((index) => ({ index, path: '/contactId', message: `is named more than ${most} times` }));
}
