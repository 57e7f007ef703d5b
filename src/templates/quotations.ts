import { TokenKind, type QuotedToken, type Template as Parsed } from 'liquidjs';

/**
 * All that the parser made of a template's source, each part once: tokens, tags, values. So no notation hides one. The
 * engine itself, which a tag refers to, is no part of it.
 */
export function* everyPartOf(parsed: readonly Parsed[]): Generator<object> {
  const seen = new Set<object>();
  const toSee: unknown[] = [parsed];
  while (toSee.length > 0) {
    const one = toSee.pop();
    if (typeof one !== 'object' || one === null || seen.has(one)) continue;
    seen.add(one);
    yield one;
    for (const [name, part] of Object.entries(one)) if (name !== 'liquid') toSee.push(part);
  }
}

/** What its quotations say, with their escapes read: in a value, a filter or a condition. */
export function quotedIn(parsed: readonly Parsed[]): string[] {
  return Array.from(everyPartOf(parsed))
    .filter((part): part is QuotedToken => (part as { kind?: unknown }).kind === TokenKind.Quoted)
    .map(({ content }) => content);
}
