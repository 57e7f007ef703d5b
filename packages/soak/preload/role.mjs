// Loaded first by every role of the service that the soak disturbs (NODE_OPTIONS), so that what cannot be told to a running
// supervisor can be told to the processes which it starts again: other encryption keys, and a clock that is off.
// JavaScript, for it runs before anything can read TypeScript.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';

const role = /[/\\]src[/\\](api|worker)\.ts$/.exec(process.argv[1] ?? '')?.[1];
const { DATA_DIR: folder, SOAK_CLOCK_MS: clockMs } = process.env;

if (role && folder && isMainThread) {
  Object.assign(process.env, readJson(join(folder, 'soak-environment.json')));
  // A further worker begins with the environment of this one, database logins included.
  if (clockMs === undefined)
    writeFileSync(join(folder, `soak-${role}.json`), JSON.stringify(process.env), { mode: 0o600 });
}
// In its threads too: a machine has one clock.
if (role && clockMs !== undefined) globalThis.Date = movedBy(Number(clockMs));

/** @param {number} ms */
function movedBy(ms) {
  const now = () => Real.now() + ms;
  const Real = Date;
  return new Proxy(Real, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: (target) => new target(now()).toString(),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
}

/** @param {string} path */
function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return {};
  }
}
