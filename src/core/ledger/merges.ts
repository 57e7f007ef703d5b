import type { Fields } from './entry.ts';

/**
 * Which contacts were merged into which, by the ledger's own words: `merged` in the chain of the one that stayed names
 * the other, whose chain names it back. The service works by the column `contacts.merged_into`, which nothing signs, so
 * the two are compared.
 */
export type Joined = {
  contactId: string;
  /** `contacts.merged_into`, the contact that now stands for this one; null: none. */
  mergedInto: string | null;
  /** The number of the chain's last entry; 0: none. */
  through: number;
  /** Those that say something of a merge ({@link speaksOfMerges}), in order. */
  entries: readonly MergeWord[];
};

export type MergeWord = { seq: number; type: string; fields?: Fields };

/** The types of entries that may say something of a merge. */
export const mergeTypes = ['assigned', 'merged', 'erased'] as const;

export function speaksOfMerges({ type, fields }: MergeWord): boolean {
  return type === 'assigned'
    ? typeof fields?.['mergedInto'] === 'string'
    : (mergeTypes as readonly string[]).includes(type);
}

export type MergeProblem = { contactId: string; seq: number };

/** What a chain says about merges. */
export function mergesOf({ entries }: Pick<Joined, 'entries'>): {
  /** `from`: absent where an earlier version erased it. */
  sources: { seq: number; from?: string }[];
  into?: { seq: number; contactId: string };
  erased: boolean;
} {
  const into = entries.findLast(
    ({ type, fields }) => type === 'assigned' && typeof fields?.['mergedInto'] === 'string',
  );
  const erasure = entries.findLast(({ type }) => type === 'erased');
  const merged = entries.filter(({ type }) => type === 'merged');
  // Their own words are erased, and the entry of the erasure names them in their order.
  const kept = String(erasure?.fields?.['mergedFrom'] ?? '').split(' ');
  const names = kept.length === merged.length && kept[0] !== '' ? kept : [];
  return {
    sources: merged.map(({ seq, fields }, index) => {
      const from = fields?.['from'] ?? names[index];
      return typeof from === 'string' ? { seq, from } : { seq };
    }),
    ...(into ? { into: { seq: into.seq, contactId: String(into.fields!['mergedInto']) } } : {}),
    erased: erasure !== undefined,
  };
}

/** `chains`: with each, all that it names, that name it, or that the column joins to it. */
export function mergeProblems(chains: readonly Joined[]): MergeProblem[] {
  const read = new Map(chains.map((chain) => [chain.contactId, { chain, ...mergesOf(chain) }]));
  const problems: MergeProblem[] = [];
  /** By the one that was merged: the one that stayed. */
  const stayed = new Map<string, string>();
  for (const [contactId, { sources }] of read)
    for (const { seq, from } of sources) {
      if (from === undefined) continue;
      const source = read.get(from);
      const namesBack = source?.into ? source.into.contactId === contactId : source?.erased;
      if (namesBack && !stayed.has(from)) stayed.set(from, contactId);
      else problems.push({ contactId, seq });
    }

  /** Those that were found, since ten thousand may have been merged one into the next. */
  const found = new Map<string, string>();
  const standsFor = (contactId: string): string => {
    let at = contactId;
    const seen = new Set<string>();
    for (; stayed.has(at) && !found.has(at) && !seen.has(at); at = stayed.get(at)!) seen.add(at);
    // Merged in a circle, each stands for itself.
    if (seen.has(at)) return at;
    const stands = found.get(at) ?? at;
    for (const id of seen) found.set(id, stands);
    return stands;
  };
  // Where an erasure of an earlier version took the names too, the numbers must fit.
  const nameless = new Map<string, number>();
  const count = (contactId: string, by: number): void =>
    void nameless.set(contactId, (nameless.get(contactId) ?? 0) + by);
  for (const [contactId, { sources }] of read) {
    const erased = sources.filter(({ from }) => from === undefined).length;
    const stands = standsFor(contactId);
    if (erased > 0) count(read.get(stands)?.chain.mergedInto ?? stands, erased);
  }
  for (const [contactId, { chain, into, erased }] of read) {
    const stands = standsFor(contactId);
    const said = stands === contactId ? null : stands;
    if (chain.mergedInto === said && (!into || stayed.get(contactId) === into.contactId)) continue;
    if (said === null && !into && erased && nameless.has(chain.mergedInto!))
      count(chain.mergedInto!, -1);
    else problems.push({ contactId, seq: into?.seq ?? chain.through });
  }
  for (const [contactId, missing] of nameless)
    if (missing !== 0) problems.push({ contactId, seq: 0 });
  return problems;
}
