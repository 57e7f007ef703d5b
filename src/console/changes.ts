import { isDeepStrictEqual } from 'node:util';
import { textOf } from './desk.ts';

/** The fields that differ from those shown; all of them where those cannot be read. */
export function changedIn<T extends object>(typed: T, shown: unknown): Partial<T> {
  const before = (typeof shown === 'object' ? shown : undefined) as Record<string, unknown> | null;
  return Object.fromEntries(
    Object.entries(typed).filter(([name, value]) => !isDeepStrictEqual(value, before?.[name])),
  ) as Partial<T>;
}

/**
 * A form of many fields carries along, as JSON, the values its page showed: only changed fields are sent, so that an
 * old page does not revert others' changes.
 */
export function shownIn(body: unknown): unknown {
  try {
    return JSON.parse(textOf(body, 'shown'));
  } catch {
    return undefined;
  }
}
