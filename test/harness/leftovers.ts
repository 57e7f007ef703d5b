import { createDecipheriv } from 'node:crypto';
import { testKey } from './service.ts';
import type { Stack } from './stack.ts';

/**
 * The record's data on a person, in every column of every table that the database knows of, so that new ones are
 * searched without being named here. Sealed values are opened with the key alone, whatever they are bound to.
 */

const key = Buffer.from(testKey.split(':')[1]!, 'base64');
const sealed =
  /[A-Za-z0-9_-]{1,32}\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]*)\.[A-Za-z0-9_-]{22}(?![A-Za-z0-9_-])/g;

/** The text with each sealed value in it replaced by what is in it, also where one is sealed in another. */
export function opened(text: string): string {
  return text.replaceAll(sealed, (value, iv: string, body: string) => {
    // GCM is a counter mode that begins at 2: without the tag nothing is checked, and nothing need be known to check
    // it.
    const counter = Buffer.concat([Buffer.from(iv, 'base64url'), Buffer.from([0, 0, 0, 2])]);
    const ctr = createDecipheriv('aes-256-ctr', key, counter);
    const clear = Buffer.concat([ctr.update(Buffer.from(body, 'base64url')), ctr.final()]);
    return `${value} = ${opened(clear.toString('utf8'))}`;
  });
}

export type Leftover = { column: string; marker: string };

/** Which of the markers (names to texts) are in which column. */
export async function leftoversIn(
  { db }: Stack,
  markers: Readonly<Record<string, string>>,
): Promise<Leftover[]> {
  const columns = await db.prisma.$queryRaw<{ table: string; column: string }[]>`
    SELECT table_name AS table, column_name AS column FROM information_schema.columns
    WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY table_name, column_name`;
  const found: Leftover[] = [];
  for (const { table, column } of columns) {
    const rows = await db.prisma.$queryRawUnsafe<{ value: string }[]>(
      `SELECT to_jsonb("${column}")::text AS value FROM "${table}" WHERE "${column}" IS NOT NULL`,
    );
    const text = rows
      .map(({ value }) => opened(value))
      .join('\n')
      .toLowerCase();
    for (const [marker, words] of Object.entries(markers))
      if (text.includes(words.toLowerCase())) found.push({ column: `${table}.${column}`, marker });
  }
  return found;
}
