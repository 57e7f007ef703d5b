import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { databaseLimits } from '../../src/core/limits/database-limits.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = (path: string) => readdirSync(join(root, path)).map((name) => join(path, name));
const documents = ['.', 'docs', 'docs/adr'].flatMap(folder).filter((name) => name.endsWith('.md'));

/** `src/core/{a,b}.ts` → two paths; of `src/core/a-*.ts` only the folder is looked at. */
function pathsOf(pattern: string): string[] {
  const choice = /^(.*)\{([^}]+)\}(.*)$/.exec(pattern);
  if (choice)
    return choice[2]!.split(',').flatMap((name) => pathsOf(`${choice[1]}${name}${choice[3]}`));
  return [pattern.includes('*') ? dirname(pattern.slice(0, pattern.indexOf('*') + 1)) : pattern];
}

it.each(documents)('%s names no source and no test that is not there', (name) => {
  const text = readFileSync(join(root, name), 'utf8');
  const named = [
    ...text.matchAll(
      /`((?:src|test|docs|workflows|activities|packages|prisma|scripts|bench|\.ci)\/[^`\s]+)`/g,
    ),
  ]
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

/** The anchor that GitHub gives a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

it.each(documents)('%s links to no heading that is not there', (name) => {
  const text = readFileSync(join(root, name), 'utf8');
  const linked = [...text.matchAll(/\]\(((?!https?:)[^)#\s]*)#([^)\s]+)\)/g)].map(
    ([, path, anchor]) => ({ path: path ? join(dirname(name), path) : name, anchor: anchor! }),
  );
  const missing = linked.filter(({ path, anchor }) => {
    const headings = readFileSync(join(root, path), 'utf8').matchAll(/^#+ (.+)$/gm);
    return ![...headings].some(([, heading]) => anchorOf(heading!) === anchor);
  });
  expect(missing).toEqual([]);
});

/** `src/a.ts` (`first`, `second`) → each name with its file. */
function namesWithFiles(text: string): { file: string; name: string }[] {
  return [...text.matchAll(/`([^`\s]+\.\w+)` \(((?:`\w+`(?:, )?)+)\)/g)].flatMap(
    ([, file, names]) => [...names!.matchAll(/\w+/g)].map(([name]) => ({ file: file!, name })),
  );
}

it('each function that ARCHITECTURE.md names with a file is declared there', () => {
  const named = namesWithFiles(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8'));
  expect(named.length).toBeGreaterThan(100);
  const missing = named.filter(({ file, name }) => {
    const declared = `(?:function|const|class|FUNCTION) ${name}\\b|^  (?:get )?${name}\\(.*\\{$`;
    return !new RegExp(declared, 'm').test(readFileSync(join(root, file), 'utf8'));
  });
  expect(missing).toEqual([]);
});

it('the glossary explains each term once, and names a file for it', () => {
  const text = readFileSync(join(root, 'docs/glossary.md'), 'utf8');
  const entries = text.split('\n').filter((line) => line.startsWith('- '));
  expect(entries.filter((line) => !/^- \*\*[^*]+\*\*: .+ \(`[^`\s]+`\)$/.test(line))).toEqual([]);
  const terms = entries.map((line) => line.split('**')[1]!.toLowerCase());
  expect(terms.filter((term, n) => terms.indexOf(term) !== n)).toEqual([]);
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
