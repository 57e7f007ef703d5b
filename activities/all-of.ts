/**
 * Waits for all of them, also where one fails, and only then fails too: what the others do is not left running without an
 * activity, its signs of life and its budget.
 */
export async function allOf<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(work);
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
