import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { databaseLimits } from '../../src/core/limits/database-limits.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const documents = [
  ...readdirSync(root),
  ...readdirSync(join(root, 'docs')).map((name) => join('docs', name)),
].filter((name) => name.endsWith('.md'));

/** `src/core/{a,b}.ts` → two paths; of `src/core/a-*.ts` only the folder is looked at. */
function pathsOf(pattern: string): string[] {
  const choice = /^(.*)\{([^}]+)\}(.*)$/.exec(pattern);
  if (choice)
    return choice[2]!.split(',').flatMap((name) => pathsOf(`${choice[1]}${name}${choice[3]}`));
  return [pattern.includes('*') ? dirname(pattern.slice(0, pattern.indexOf('*') + 1)) : pattern];
}

it.each(documents)('%s names no source and no test that is not there', (name) => {
  const text = readFileSync(join(root, name), 'utf8');
  const named = [...text.matchAll(/`((?:src|test|docs|workflows|activities|packages)\/[^`\s]+)`/g)]
    .map(([, path]) => path!)
    .filter((path) => !path.includes('…'))
    .flatMap(pathsOf);
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

it.each(documents)('%s links to no document that is not there', (name) => {
  const text = readFileSync(join(root, name), 'utf8');
  const linked = [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)].map(
    ([, path]) => path!,
  );
  expect(linked.filter((path) => !existsSync(join(root, dirname(name), path)))).toEqual([]);
});

it('the most connections of a process are those that the documentation counts with', () => {
  const text = readFileSync(join(root, 'docs/operations.md'), 'utf8');
  const { apiConnections, workerConnections, sweeperConnections } = databaseLimits;
  const worker = workerConnections + sweeperConnections;
  expect(text).toContain(`One API process opens at most ${apiConnections} connections`);
  expect(text).toContain(
    `one worker process ${worker} (${workerConnections} for its activities, ${sweeperConnections} for its loops)`,
  );
  const counted = { 'one API, one worker': 1, 'two APIs, two workers': 2, 'three and three': 3 };
  for (const [processes, pairs] of Object.entries({
    ...counted,
    'six and six': 6,
    'twenty and twenty': 20,
  }))
    expect(text).toMatch(
      new RegExp(String.raw`\| ${processes} +\| ${pairs * (apiConnections + worker)} `),
    );
});
