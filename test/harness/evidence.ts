import type { Database } from '../../src/platform/db/database.ts';
import { bundleEvidence, type EvidenceBundle } from '../../src/features/evidence/bundle.ts';
import { ChainCheck, checkedEntries, type ReadEntry } from '../../src/features/evidence/read.ts';
import { readHeads } from '../../src/ledger/rows.ts';
import type { ContactRef } from '../../src/core/ids.ts';

/** A contact's own chain, checked, at once. */
export async function readEvidence(db: Database, { practiceId, contactId }: ContactRef) {
  const [head] = await readHeads(db, practiceId, [contactId]);
  const check = new ChainCheck(db, head!);
  const entries: ReadEntry[] = [];
  for await (const { entry } of checkedEntries(db, head!, check)) entries.push(entry);
  return { entries, problems: check.end() };
}

/** The bundle at once, or why there is none. */
export async function bundleAtOnce(db: Database, ref: ContactRef) {
  const bundle = await bundleEvidence(db, ref);
  return typeof bundle === 'string' ? bundle : (JSON.parse(await textOf(bundle)) as EvidenceBundle);
}

async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}
