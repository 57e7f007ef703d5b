// Brings a checkout to where the other programs run: dependencies installed, database client generated. Runs before each
// npm script, so it does nothing, fast, when there is nothing to do. No dependencies: it runs before there are any.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampFile = join(root, 'node_modules', '.optgate-setup.json');
const generated = join(root, 'src', 'platform', 'db', 'generated', 'client.ts');
const neededNode = [20, 19];

/** A holder touches its lock this often; one that was not touched for longer belongs to nobody. */
const lockBeatMs = 1_000;
const lockStaleMs = 10_000;

/** @type {import('node:child_process').ChildProcess | undefined} */
let running;

requireNode();
if (!isDone()) await withLock(setUp);

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [neededMajor = 0, neededMinor = 0] = neededNode;
  if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) return;
  fail(`Node ${neededNode.join('.')} or newer is needed; this is ${process.versions.node}.`);
}

function isDone() {
  const stamp = readJson(stampFile);
  return (
    stamp?.lock === hash('package-lock.json') &&
    stamp.schema === schemaHash() &&
    fs.existsSync(generated)
  );
}

async function setUp() {
  // Another process may have done it while we waited.
  if (isDone()) return;
  if (readJson(stampFile)?.lock !== hash('package-lock.json') && !isInstalled()) {
    say('Installing dependencies (npm ci) ...');
    const seconds = stopwatch();
    const npm = process.env['npm_execpath'];
    const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
    if (npm?.endsWith('.js')) await run(process.execPath, [npm, ...args]);
    else await run('npm', args);
    say(`Installed in ${seconds()} s.`);
  }
  say('Generating the database client ...');
  await run(
    process.execPath,
    [
      join(root, 'node_modules', 'prisma', 'build', 'index.js'),
      'generate',
      '--schema',
      'prisma/schema.prisma',
    ],
    {
      // Only migrations use this engine; any program in its place saves its download.
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    },
    'quiet',
  );
  fs.writeFileSync(
    stampFile,
    JSON.stringify({ lock: hash('package-lock.json'), schema: schemaHash() }),
  );
}

/** A manual install counts too: npm records it in a lock file of its own. */
function isInstalled() {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages ?? {};
  const present = readJson(join(root, 'node_modules', '.package-lock.json'))?.packages;
  if (!present) return false;
  return Object.entries(wanted).every(([path, { version, optional, link }]) => {
    // Our own packages lie in the checkout; nothing imports them by name.
    if (link || !path.startsWith('node_modules/')) return true;
    const found = present[path];
    return found ? found.version === version : optional === true;
  });
}

/** The generated client depends on the schema and on Prisma's version, which is in the other hash. */
function schemaHash() {
  return hash(join('prisma', 'schema.prisma'));
}

/** @param {string} path */
function hash(path) {
  return createHash('sha256')
    .update(fs.readFileSync(join(root, path)))
    .digest('hex');
}

/** @param {string} path */
function readJson(path) {
  try {
    return JSON.parse(fs.readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * One process at a time for each checkout. Not inside it: npm ci empties node_modules, and git would see it elsewhere.
 * @param {() => Promise<void>} action
 */
async function withLock(action) {
  const name = createHash('sha256')
    .update(`${root}\n${userInfo().username}`)
    .digest('hex')
    .slice(0, 16);
  const path = join(tmpdir(), `optgate-setup-${name}.lock`);
  for (let told = false; !takeLock(path); told = true) {
    if (!told) say('Waiting for another process that sets up this checkout ...');
    await sleep(lockBeatMs / 4);
  }
  const beat = setInterval(() => fs.utimesSync(path, new Date(), new Date()), lockBeatMs);
  process.once('exit', () => {
    running?.kill();
    fs.rmSync(path, { force: true });
  });
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
  await action();
  clearInterval(beat);
}

/** @param {string} path */
function takeLock(path) {
  try {
    fs.writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
  }
  const touched = fs.statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  if (touched !== undefined && Date.now() - touched > lockStaleMs) fs.rmSync(path, { force: true });
  return false;
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 * @param {'quiet'} [quiet] its output is shown only when it fails
 */
async function run(command, args, env = {}, quiet) {
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
  });
  running = child;
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => (output += chunk));
  const result = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(signal ?? code));
  });
  if (result !== 0) fail(`${output}\n${[command, ...args].join(' ')} failed (${result}).`);
}

function stopwatch() {
  const started = Date.now();
  return () => Math.round((Date.now() - started) / 1000);
}

/** @param {string} text */
function say(text) {
  process.stdout.write(`${text}\n`);
}

/**
 * @param {string} text
 * @returns {never}
 */
function fail(text) {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}
