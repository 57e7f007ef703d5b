import { TokenKind, type Template as Parsed } from 'liquidjs';

/**
 * Whether a range, `(1..9)`, stands anywhere in parsed templates. None may: eighteen characters of one become two million
 * numbers, in one piece that no clock is looked at in. Looks at all that the parser made of the source, so that no
 * notation hides one.
 */
export function hasRange(parsed: readonly Parsed[]): boolean {
  const seen = new Set<object>();
  const toSee: unknown[] = [parsed];
  while (toSee.length > 0) {
    const one = toSee.pop();
    if (typeof one !== 'object' || one === null || seen.has(one)) continue;
    seen.add(one);
    if ((one as { kind?: unknown }).kind === TokenKind.Range) return true;
    // The engine itself, which a tag refers to, is no part of it.
    for (const [name, part] of Object.entries(one)) if (name !== 'liquid') toSee.push(part);
  }
  return false;
}
