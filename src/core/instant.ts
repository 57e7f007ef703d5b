/**
 * The time that a text names; undefined: it is none that both PostgreSQL and JavaScript hold. A leap second, or a year
 * that PostgreSQL's calendar does not share, is a well-formed time and yet none. The offset counts: the first hours of
 * the year 1 somewhere are in the year 0.
 */
export function instantOf(text: string): Date | undefined {
  const at = new Date(text);
  const year = at.getUTCFullYear();
  return year >= 1 && year <= 9999 ? at : undefined;
}

/** Said of a text that `instantOf` refuses. */
export const noInstant = 'is no time between the years 1 and 9999';
