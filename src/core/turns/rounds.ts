/** Indices of entries, so that a round names each contact once, in the order given. */
export function rounds(entries: readonly { contactId: string }[]): number[][] {
  const seen = new Map<string, number>();
  const result: number[][] = [];
  for (const [index, { contactId }] of entries.entries()) {
    const round = seen.get(contactId) ?? 0;
    seen.set(contactId, round + 1);
    (result[round] ??= []).push(index);
  }
  return result;
}
