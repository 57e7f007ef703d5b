/** What Prisma tells of PostgreSQL's own code. */
type DatabaseError = {
  meta?: { driverAdapterError?: { cause?: { code?: string; originalCode?: string } } };
};

/** SQLSTATE classes of a statement that is at fault itself: its values (22), a constraint (23). */
const faultOfValue = /^(22|23)/;

/**
 * Whether what is to be stored is at fault, so that no other time would be better. Anything else (a database that is
 * away, slow, full or moved; a lock; a deadlock; a key that is missing) may pass, and nothing good is given up for it.
 */
export function isFaultOfContent(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError)
    return true;
  const cause = (error as DatabaseError | undefined)?.meta?.driverAdapterError?.cause;
  return faultOfValue.test(cause?.originalCode ?? cause?.code ?? '');
}
