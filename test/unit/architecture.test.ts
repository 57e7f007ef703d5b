import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** What every capability may use. */
const beneath = [
  'src/core',
  'src/platform',
  'src/ledger',
  'src/record',
  'src/templates',
  'src/signals',
];

/**
 * The folders, from the rules outwards, and the others that each may use: what is not listed is not allowed. An arrow that
 * nothing uses any more is deleted (docs/adr/0001-folders-by-capability.md).
 */
const arrows: Record<string, string[]> = {
  'src/core': [],
  workflows: ['src/core'],
  'src/platform': ['src/core'],
  'src/channels': ['src/core', 'src/platform'],
  'src/ledger': ['src/core', 'src/platform'],
  'src/record': ['src/core', 'src/platform', 'src/channels', 'src/ledger'],
  'src/templates': ['src/core', 'src/platform', 'src/channels', 'src/record'],
  'src/signals': ['src/core', 'src/platform', 'src/record', 'src/templates', 'workflows'],
  'src/features/booking': [...beneath, 'src/features/opt-in'],
  'src/features/codec': [...beneath],
  'src/features/consents': [...beneath],
  'src/features/contacts': [...beneath, 'src/features/evidence', 'src/features/opt-in'],
  'src/features/events': [...beneath, 'src/channels'],
  'src/features/evidence': [...beneath],
  'src/features/keys': [...beneath],
  'src/features/messages': [...beneath, 'src/features/templates'],
  'src/features/notices': [...beneath, 'src/features/opt-in'],
  'src/features/opt-in': [...beneath],
  'src/features/practice': [...beneath],
  'src/features/preferences': [...beneath, 'src/features/opt-in'],
  'src/features/replies': [...beneath],
  'src/features/statistics': [...beneath],
  'src/features/templates': [...beneath, 'src/features/opt-in'],
  'src/features/unsubscribe': [...beneath, 'src/features/opt-in'],
  'src/delivery': [
    'src/core',
    'src/platform',
    'src/record',
    'src/templates',
    'src/signals',
    'src/channels',
    'src/features',
  ],
  // Staff press what the API offers; the console keeps nothing but its sessions.
  'src/console': ['src/core', 'src/platform', 'src/record', 'src/signals'],
  activities: [
    'src/core',
    'src/channels',
    'src/platform',
    'src/record',
    'src/signals',
    'src/features',
    'src/delivery',
  ],
  'src/main': [
    'src/core',
    'src/platform',
    'src/record',
    'src/templates',
    'src/signals',
    'src/channels',
    'src/features',
    'src/delivery',
    'src/console',
    'activities',
  ],
  // The sandbox believes what the providers' documentation says, never what the service says.
  'packages/sandbox': ['src/main/role.ts', 'src/platform/arguments.ts', 'src/platform/config'],
  'packages/local-stack': ['src/main', 'src/platform'],
  'packages/demo': ['src/platform', 'packages/local-stack'],
  'packages/soak': ['src/platform', 'packages/demo', 'packages/local-stack'],
  'packages/bench': ['src', 'packages/demo', 'packages/local-stack', 'test/harness'],
  // An auditor reads it alone.
  'packages/verify-evidence': [],
};

const root = fileURLToPath(new URL('../..', import.meta.url));

function files(folder: string): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = join(folder, name);
    if (path === 'src/platform/db/generated' || name === 'node_modules') return [];
    if (statSync(join(root, path)).isDirectory()) return files(path);
    return /\.(tsx?|mjs)$/.test(name) ? [path] : [];
  });
}

/** Every text in quotes that is the path of a file: imports, also dynamic ones and those of types, and URLs. */
function imports(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return (
    [...text.matchAll(/(['"`])(\.{1,2}\/[^'"`\s]*)\1/g)]
      .map(([, , path]) => relative(root, resolve(root, dirname(file), path!)))
      .filter((path) => !path.startsWith('..') && existsSync(join(root, path)))
      // A folder that the file is in: an address of a page such as `../..`.
      .filter((path) => path !== '' && !file.startsWith(`${path}/`))
  );
}

const isIn = (folder: string) => (path: string) => path === folder || path.startsWith(`${folder}/`);

it.each(Object.entries(arrows))('%s uses only what is listed for it', (folder, allowed) => {
  const found = files(folder);
  expect(found.length).toBeGreaterThan(0);
  const wrong = found.flatMap((file) =>
    imports(file)
      .filter((path) => ![folder, ...allowed].some((ok) => isIn(ok)(path)))
      .map((path) => `${file} → ${path}`),
  );
  expect(wrong).toEqual([]);
});

it('every arrow is used', () => {
  const unused = Object.entries(arrows).flatMap(([folder, allowed]) => {
    const used = files(folder).flatMap(imports);
    return allowed
      .filter((target) => !beneath.includes(target) || !folder.startsWith('src/features/'))
      .filter((target) => !used.some(isIn(target)))
      .map((target) => `${folder} → ${target}`);
  });
  expect(unused).toEqual([]);
});

it('every folder has its arrows written down', () => {
  const foldersIn = (path: string): string[] =>
    readdirSync(join(root, path))
      .map((name) => `${path}/${name}`)
      .filter((name) => statSync(join(root, name)).isDirectory());
  const folders = [
    ...foldersIn('src').filter((name) => name !== 'src/features'),
    ...foldersIn('src/features'),
    ...foldersIn('packages'),
  ];
  expect(folders.filter((name) => !(name in arrows))).toEqual([]);
});

it('no two sources become one file when they are built', () => {
  const built = ['src', 'workflows', 'activities']
    .flatMap(files)
    .map((file) => file.replace(/\.tsx?$/, '.js'));
  expect(built.filter((file, n) => built.indexOf(file) !== n)).toEqual([]);
});

it('a file can be read in one go: at most 300 lines after its imports', () => {
  const lines = (file: string): number =>
    readFileSync(join(root, file), 'utf8')
      .replaceAll(/^import [^;]*;\n/gm, '')
      .split('\n').length;
  const long = Object.keys(arrows)
    .flatMap(files)
    .filter((file) => !file.endsWith('.mjs') && lines(file) > 301);
  expect(long).toEqual([]);
});

it('only programs read the environment', () => {
  const readers = Object.keys(arrows)
    .filter((folder) => folder !== 'src/main' && !folder.startsWith('packages/'))
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
  const own = ['src/platform/db/transaction.ts'];
  const raw = Object.keys(arrows)
    .flatMap(files)
    .filter((file) => !own.includes(file))
    .filter((file) => /\.\$transaction\b/.test(readFileSync(join(root, file), 'utf8')));
  expect(raw).toEqual([]);
});

it('what is signalled with start is watched: one place signals, and what it can name is looked at where it is woken', () => {
  const all = files('src');
  const text = (file: string) => readFileSync(join(root, file), 'utf8');
  const signalling = all.filter((file) => text(file).includes('.signalWithStart'));
  expect(signalling).toEqual(['src/signals/workflow-client.ts']);

  const named = [...text('src/core/signals/signalled-run.ts').matchAll(/^export function (\w+)/gm)];
  const loops = ['src/delivery/sweeper.ts', 'src/features/events/event-waker.ts'].map(text);
  expect(loops.every((loop) => loop.includes('watchRuns('))).toBe(true);
  const unwatched = named.filter(([, name]) => !loops.some((loop) => loop.includes(name!)));
  expect(named).toHaveLength(3);
  expect(unwatched).toEqual([]);
});

/** Where `createMany` is called, how often, and why its rows are few; all others are for `insertRows`. */
const boundedLists: Record<string, [calls: number, why: string]> = {
  'src/record/replies/answer-store.ts': [1, 'one answer'],
  'src/record/links/booking-store.ts': [1, 'one booking'],
  'src/platform/http/idempotency-store.ts': [1, 'one key'],
  'src/record/practices/installation.ts': [1, 'one row in all'],
  'src/features/keys/key-roll.ts': [1, 'the keys of ENCRYPTION_KEYS, when a process starts'],
  'src/platform/db/ledger-keys.ts': [1, 'one key'],
  'src/platform/db/lookup-keys.ts': [1, 'one key'],
  'src/features/opt-in/opt-in-store.ts': [1, 'one opt-in'],
  'src/record/practices/practice-store.ts': [3, 'one practice, its dispatcher, one key'],
  'src/record/links/preference-link-store.ts': [
    1,
    'the contacts of one provider call: limits.emailBatch',
  ],
  'src/signals/rejected-signals.ts': [1, 'one signal'],
  'src/signals/restarted-runs.ts': [1, 'one run'],
  'src/record/practices/sender-store.ts': [1, 'one sender of each kind, of a new practice'],
  'src/signals/unbound-signals.ts': [1, 'one signal'],
  'src/delivery/webhook-routes.ts': [1, 'one event'],
};

it('no test names a further practice by itself: all stacks share one Temporal namespace', () => {
  const own = files('test')
    .filter((file) => file !== 'test/harness/service.ts')
    .filter((file) =>
      /createPractice\([^,]+,\s*\{\s*id: ['`]/.test(readFileSync(join(root, file), 'utf8')),
    );
  expect(own).toEqual([]);
});

it('beneath the features no channel is picked by comparing its name: a new one would pass as another', () => {
  const comparing = Object.keys(arrows)
    .filter((folder) => !/^(src\/(features|console|main)|packages|scripts|test)\b/.test(folder))
    .flatMap(files)
    .filter((file) =>
      /\bmethod (?:===|!==) '(?:email|sms|fax)'|\[ ?'(?:email|sms)', ?'(?:sms|email|fax)'/.test(
        readFileSync(join(root, file), 'utf8'),
      ),
    );
  expect(comparing).toEqual([]);
});

it('as many rows as a caller brings are written by `insertRows`, never in one piece of work', () => {
  const calls = Object.keys(arrows)
    .flatMap(files)
    .map((file) => [file, readFileSync(join(root, file), 'utf8')] as const)
    .map(([file, text]) => [file, text.match(/\.createMany/g)?.length ?? 0] as const)
    .filter(([, count]) => count > 0);
  const bounded = Object.entries(boundedLists).map(([file, [count]]) => [file, count]);
  expect(Object.fromEntries(calls)).toEqual(Object.fromEntries(bounded));
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
    imports(file).some((path) =>
      /^(src\/(platform\/(db|http|temporal)|record|ledger|signals|delivery|main)|packages\/local-stack)\//.test(
        path,
      ),
    ),
  );
  expect(servers).toEqual([]);
});
