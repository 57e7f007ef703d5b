import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** The folders, and which others each may import from: arrows point inwards. What is not listed is not allowed. */
const arrows: Record<string, string[]> = {
  'src/domain': [],
  'src/ports': [],
  'src/ledger': [],
  'src/features/replies': ['src/domain'],
  'src/features/undo': ['src/domain', 'src/db'],
  'src/templates': ['src/domain'],
  'src/db': [
    'src/domain',
    'src/ports',
    'src/ledger',
    'src/templates',
    'src/config.ts',
    'src/event-loop.ts',
    'src/package-root.ts',
  ],
  'src/delivery': ['src/domain', 'src/ports', 'src/templates', 'src/db'],
  'src/answers': [
    'src/domain',
    'src/ports',
    'src/templates',
    'src/db',
    'src/delivery',
    'src/features/replies',
  ],
  'src/providers': ['src/ports', 'src/domain'],
  'src/temporal': ['src/domain', 'src/db', 'src/config.ts', 'workflows'],
  'src/views': ['src/domain', 'src/answers'],
  'src/http': [
    'src/domain',
    'src/templates',
    'src/db',
    'src/delivery',
    'src/answers',
    'src/features/undo',
    'src/providers',
    'src/temporal',
    'src/views',
    'src/config.ts',
    'src/errors.ts',
    'src/event-loop.ts',
  ],
  // The sandbox believes what the providers' documentation says, never what the service says.
  'src/sandbox': [],
  'src/embedded': [
    'src/config.ts',
    'src/db/roles.ts',
    'src/free-ports.ts',
    'src/keys.ts',
    'src/package-root.ts',
    'src/role.ts',
    'src/secrets.ts',
    'src/temporal',
  ],
  workflows: ['src/domain'],
  activities: ['src/domain', 'src/ports', 'src/db', 'src/delivery', 'workflows'],
};

const root = fileURLToPath(new URL('../..', import.meta.url));

function files(folder: string): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = join(folder, name);
    if (path === 'src/db/generated') return [];
    if (statSync(join(root, path)).isDirectory()) return files(path);
    return /\.tsx?$/.test(name) ? [path] : [];
  });
}

function imports(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/(?:from|import) '(\.[^']+)'/g)].map(([, path]) =>
    relative(root, resolve(root, dirname(file), path!)),
  );
}

it.each(Object.entries(arrows))('%s imports only inwards', (folder, allowed) => {
  const found = files(folder);
  expect(found.length).toBeGreaterThan(0);
  const wrong = found.flatMap((file) =>
    imports(file)
      .filter(
        (path) => ![folder, ...allowed].some((ok) => path === ok || path.startsWith(`${ok}/`)),
      )
      .map((path) => `${file} → ${path}`),
  );
  expect(wrong).toEqual([]);
});

it('every folder has its arrows written down', () => {
  const foldersIn = (path: string): string[] =>
    readdirSync(join(root, path))
      .map((name) => `${path}/${name}`)
      .filter((name) => statSync(join(root, name)).isDirectory());
  const folders = [
    ...foldersIn('src').filter((name) => name !== 'src/features'),
    ...foldersIn('src/features'),
  ];
  expect(folders.filter((name) => !(name in arrows))).toEqual([]);
});

it('a file can be read in one go: at most 300 lines', () => {
  const long = Object.keys(arrows)
    .flatMap(files)
    .map((file) => [file, readFileSync(join(root, file), 'utf8').split('\n').length] as const)
    .filter(([, lines]) => lines > 301);
  expect(long).toEqual([]);
});

it('only the configuration and the roles read the environment', () => {
  const readers = Object.keys(arrows)
    .flatMap(files)
    .filter((file) => /process\.env/.test(readFileSync(join(root, file), 'utf8')));
  expect(readers).toEqual([]);
});

it('no look-up is joined with those of other practices, as `findUnique` is outside a transaction', () => {
  const joined = Object.keys(arrows)
    .flatMap(files)
    .filter((file) => readFileSync(join(root, file), 'utf8').includes('.findUnique'));
  expect(joined).toEqual([]);
});

it('a transaction begins in one place, which tries it again when it lost', () => {
  const own = ['src/db/transaction.ts'];
  const raw = Object.keys(arrows)
    .flatMap(files)
    .filter((file) => !own.includes(file))
    .filter((file) => /\.\$transaction\b/.test(readFileSync(join(root, file), 'utf8')));
  expect(raw).toEqual([]);
});

it('the workflow bundle holds no library but the SDK', () => {
  const seen = new Set<string>();
  const outside = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(join(root, file), 'utf8');
    for (const [, type, path] of text.matchAll(/^import (type )?[^;]*?from '([^']+)';/gm)) {
      // Types are erased; what is left is what the sandbox loads for every contact.
      if (type) continue;
      if (path!.startsWith('.')) visit(relative(root, resolve(root, dirname(file), path!)));
      else outside.add(path!);
    }
  };
  files('workflows').forEach(visit);
  expect([...outside].toSorted()).toEqual(['@temporalio/common', '@temporalio/workflow']);
});

it('a unit test needs no server: none imports the harness, a database or Temporal', () => {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    imports(file)
      .filter((path) => path.startsWith('test/'))
      .forEach(visit);
  };
  const unit = files('test/unit').filter((file) => file.endsWith('.test.ts'));
  expect(unit.length).toBeGreaterThan(20);
  unit.forEach(visit);
  const outside = [...seen].filter((file) => !/^test\/(unit|corpus)\//.test(file));
  expect(outside).toEqual([]);
  const servers = [...seen].filter((file) =>
    imports(file).some((path) => /^src\/(db|delivery|temporal|http|embedded)\//.test(path)),
  );
  expect(servers).toEqual([]);
});
