import { limits } from '../../core/limits.ts';
import { partsWithin } from '../../core/within-bytes.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import { giveWay } from '../../platform/event-loop.ts';
import type { MessageEntry } from './message-store.ts';
import { openAbout, openContent, wordColumns } from './message-words.ts';
import { isSameMessage } from './same-message.ts';

/** Those of the entries that are repeats, with the words they were stored with. */
export async function storedRepeats(
  db: Database,
  sql: Sql,
  practiceId: string,
  written: readonly MessageEntry[],
  indices: ReadonlySet<number>,
): Promise<Map<number, MessageEntry>> {
  const found = new Map<number, MessageEntry>();
  const named = [...indices].filter((index) => written[index]!.input.id !== undefined);
  const sizes = await sql.message.findMany({
    where: { practiceId, id: { in: named.map((index) => written[index]!.input.id!) } },
    select: { id: true, size: true },
  });
  const sizeOf = new Map(sizes.map(({ id, size }) => [id, size]));
  const repeated = named.filter((index) => sizeOf.has(written[index]!.input.id!));
  let bytes = 0;
  for (const together of partsWithin(repeated, (index) => sizeOf.get(written[index]!.input.id!)!)) {
    const rows = await sql.message.findMany({
      where: { practiceId, id: { in: together.map((index) => written[index]!.input.id!) } },
      select: { ...wordColumns, contentHash: true, size: true },
    });
    const byId = new Map(rows.map((row) => [row.id, row]));
    for (const index of together) {
      const entry = written[index]!;
      const { input } = entry;
      const row = byId.get(input.id!);
      if (!row || bytes + row.size > limits.callRenderBytes) continue;
      await giveWay();
      const content = openContent(db, row);
      const before = { contentHash: row.contentHash, about: openAbout(db, row), content };
      if (!(await isSameMessage(db, sql, practiceId, entry, before))) continue;
      const { template: _template, data: _data, ...rest } = input;
      const { template: _from, ...words } = content;
      found.set(index, { ...entry, input: { ...rest, ...words }, written: input });
      bytes += row.size;
    }
  }
  return found;
}
