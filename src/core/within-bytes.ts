import { limits } from './limits.ts';

/** The first of the items, in their order, that together have at most `most` bytes; the very first in any case. */
export function firstWithin<T>(
  items: readonly T[],
  bytesOf: (item: T) => number,
  most: number = limits.openedBytes,
): T[] {
  let bytes = 0;
  const end = items.findIndex((item, index) => {
    bytes += bytesOf(item);
    return index > 0 && bytes > most;
  });
  return items.slice(0, end < 0 ? undefined : end);
}

/** All of the items, in such parts. */
export function* partsWithin<T>(
  items: readonly T[],
  bytesOf: (item: T) => number,
  most: number = limits.openedBytes,
): Generator<T[]> {
  for (let from = 0; from < items.length;) {
    const part = firstWithin(items.slice(from), bytesOf, most);
    yield part;
    from += part.length;
  }
}
