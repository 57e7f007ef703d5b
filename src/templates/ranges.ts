import { TokenKind, type Template as Parsed } from 'liquidjs';
import { everyPartOf } from './quotations.ts';

/**
 * Whether a range, `(1..9)`, stands anywhere in parsed templates. None may: eighteen characters of one become two million
 * numbers, in one piece that no clock is looked at in. Looks at all that the parser made of the source, so that no
 * notation hides one.
 */
export function hasRange(parsed: readonly Parsed[]): boolean {
  for (const part of everyPartOf(parsed))
    if ((part as { kind?: unknown }).kind === TokenKind.Range) return true;
  return false;
}
