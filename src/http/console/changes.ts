import { isDeepStrictEqual } from 'node:util';
import { textOf } from './desk.ts';

/** The fields that differ from what was shown; all of them where that cannot be read. */
export function changedIn<T extends object>(typed: T, shown: unknown): Partial<T> {
  const before = (typeof shown === 'object' ? shown : undefined) as Record<string, unknown> | null;
  return Object.fromEntries(
    Object.entries(typed).filter(([name, value]) => !isDeepStrictEqual(value, before?.[name])),
  ) as Partial<T>;
}

/**
 * A form of many fields carries along, as JSON, what its page showed: only what somebody changed is sent, so that an old
 * page takes nothing back that others changed meanwhile.
 */
export function shownIn(body: unknown): unknown {
  try {
    return JSON.parse(textOf(body, 'shown'));
  } catch {
    return undefined;
  }
}
