import { afterAll, beforeAll, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { startStack, type Stack } from '../harness/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack.stop());

it('has exactly the columns that schema.prisma names, so that the migrations and the client agree', async () => {
  const rows = await stack.db.prisma.$queryRaw<
    { table_name: string; column_name: string; is_nullable: string }[]
  >`
    SELECT table_name, column_name, is_nullable FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name <> '_prisma_migrations'`;
  const actual = rows.map(
    (r) => `${r.table_name}.${r.column_name}${r.is_nullable === 'YES' ? '?' : ''}`,
  );
  expect(actual.toSorted()).toEqual(declared().toSorted());
});

/** A reading of schema.prisma that is enough for this project's way of writing it. */
function declared(): string[] {
  const schema = readFileSync(new URL('../../prisma/schema.prisma', import.meta.url), 'utf8');
  return [...schema.matchAll(/^model \w+ \{\n([\s\S]*?)^\}/gm)].flatMap(([, body = '']) => {
    const table = /@@map\("(\w+)"\)/.exec(body)?.[1];
    return [...body.matchAll(/^ {2}(\w+) +(\w+)(\[\])?(\?)?(.*)$/gm)].map(
      ([, field, , , optional, rest = '']) =>
        `${table}.${/@map\("(\w+)"\)/.exec(rest)?.[1] ?? field}${optional ?? ''}`,
    );
  });
}
