import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A change of a workflow's source: the file, a piece of it, and what is put in its place. */
export type Change = readonly [file: string, piece: string, instead: string];

/**
 * Copies the workflows' source and makes the changes in the copy: in the data folder of this checkout, where
 * it finds the same libraries and no other program looks. Throws when the source has no such piece (any more).
 */
export function changedWorkflows(name: string, changes: readonly Change[]) {
  const copy = join(root, '.optgate', 'changed-workflows', name.replaceAll(/\W+/g, '-'));
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  for (const part of ['workflows', 'src/core'])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  for (const [file, piece, instead] of changes) {
    const path = join(copy, file);
    const source = readFileSync(path, 'utf8');
    if (source.split(piece).length !== 2) throw new Error(`not once in ${file}: ${piece}`);
    writeFileSync(
      path,
      source.replace(piece, () => instead),
    );
  }
  return {
    workflowsPath: join(copy, 'workflows', 'index.ts'),
    remove: () => rmSync(copy, { recursive: true, force: true }),
  };
}
