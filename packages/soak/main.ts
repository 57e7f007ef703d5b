import { setMaxListeners } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Apart } from './apart/apart.ts';
import { Calls, ofReading } from './calls.ts';
import { check } from './checker.ts';
import { Journal } from './journal.ts';
import { live, planLife } from './lives.ts';
import { Mailbox } from './mailbox.ts';
import { observe } from './observe.ts';
import { readOptions, type Options } from './options.ts';
import { populate } from './people.ts';
import { printReport, writeResult } from './report.ts';
import type { World } from './scene.ts';
import { kindOf, partKinds, type Installation } from './installation.ts';
import { Service } from './service.ts';
import { cause } from './trouble.ts';
import { readClaims } from './upheavals/claims.ts';
import { putToSleep } from './upheavals/sleeper.ts';

/**
 * `npm run soak -- --seed N`: random lives by the public interfaces, while everything around them is killed, frozen and
 * answered wrongly; then the checker's verdict. Exit code 0 only if nothing was lost, doubled, early or out of order.
 *
 * A seed fixes the plan: the people, their acts, the kills, the faults, and the times. The outcome also depends on how
 * the processes are scheduled: two runs of one seed are alike, not bit-identical.
 */

const root = fileURLToPath(new URL('../..', import.meta.url));
const progressMs = 10_000;
/** Mean time between two steps of one person, in ms, at least. */
const personPaceMs = 3_000;

const interrupted = new AbortController();
// Every simulated person and every wait listens to it.
setMaxListeners(0, interrupted.signal);
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(name, () => interrupted.abort(new Error('interrupted')));

async function main(): Promise<boolean> {
  const options = readOptions(process.argv.slice(2), root);
  console.log(`soak: seed ${options.seed}; starting the service ...`);
  const service = await start(options);
  try {
    console.log(`soak: ${service.api}, data in ${service.dataDir}`);
    return await run(options, service);
  } finally {
    console.log('soak: stopping the service ...');
    await service.stop();
  }
}

function start({ serviceRoot: root, keep, apart }: Options): Promise<Installation> {
  const { signal } = interrupted;
  if (!apart) return Service.start({ root, keep, signal });
  return Apart.start({ root, keep, signal, tell: (text) => console.log(`soak: ${text}`) });
}

async function run(options: Options, service: Installation): Promise<boolean> {
  const { seed, durationMs } = options;
  const journal = new Journal();
  const calls = new Calls(service, journal, interrupted.signal);
  const reader = new Calls(service, journal, interrupted.signal, ofReading);
  const mailbox = new Mailbox(calls);
  const time = new AbortController();
  const over = AbortSignal.any([time.signal, interrupted.signal]);
  setMaxListeners(0, over);
  const people = populate(seed, options.contacts);
  const rare = { complaints: 2, bounces: 2 };
  const world: World = {
    calls,
    journal,
    mailbox,
    people,
    over,
    interrupted: interrupted.signal,
    rare,
  };
  const following = new AbortController();
  const followed = mailbox.follow(AbortSignal.any([following.signal, interrupted.signal]));

  const start = Date.now();
  const say = (text: string): void => {
    const { data } = journal;
    const done = data.messages.filter(({ ended }) => ended !== undefined).length;
    const killed = partKinds.map(
      (kind) =>
        `${kind.slice(0, 2)}${data.kills.filter(({ part }) => kindOf(part) === kind).length}`,
    );
    const upheaval = data.upheavals.findLast(
      ({ name, until }) => name !== 'slowEndpoints' && until === undefined,
    );
    console.log(
      `${Math.round((Date.now() - start) / 1_000)} s: ${done} acknowledged, ${mailbox.contents} arrived, kills ${killed.join(' ')}, freezes ${data.freezes.length}, faults ${data.faults.length}, retries ${data.retries}, webhooks pending ${mailbox.webhooksPending}, surprises ${data.surprises.length}${upheaval ? `, ${upheaval.name}` : ''}${text}`,
    );
  };
  const progress = setInterval(() => say(''), progressMs);
  const timer = setTimeout(() => time.abort(), durationMs);
  try {
    const pace = Math.max(options.paceMs * people.length, personPaceMs);
    const lives = people.map((person) =>
      live(world, person, planLife({ seed, person, durationMs, paceMs: pace })),
    );
    const sleeper = options.upheavals
      ? putToSleep(world).catch((error: unknown) => {
          journal.surprise(`the sleeper was not put to sleep: ${String(error)}`);
          return undefined;
        })
      : undefined;
    await Promise.all([...lives, ...cause(options, service, world)]);
    interrupted.signal.throwIfAborted();
    await calls.sandbox('DELETE', '/faults');
    const wake = await sleeper;
    await wake?.();
    const { registrations, messages } = journal.data;
    const acknowledged = new Map(
      [...registrations, ...messages].map(({ contactId }) => [contactId, new Set<string>()]),
    );
    for (const { id, contactId, ended } of messages)
      if (ended !== undefined) acknowledged.get(contactId)?.add(id);
    const observed = await observe(
      reader,
      mailbox,
      () => readClaims(service),
      acknowledged,
      (text) => say(`, ${text}`),
    );
    if (options.keep)
      writeFileSync(
        join(service.dataDir, 'soak.json'),
        JSON.stringify({ journal: journal.data, observed }),
      );
    const verdict = check(journal.data, observed);
    printReport(options, verdict, journal.data);
    const file = options.out ?? join(root, 'soak', 'results', `seed-${seed}.json`);
    writeResult(file, options, verdict, journal.data);
    console.log(`soak: the result is in ${file}`);
    return verdict.passed;
  } finally {
    clearInterval(progress);
    clearTimeout(timer);
    time.abort();
    following.abort();
    await Promise.race([followed, sleep(1_000)]);
    await Promise.all([calls.close(), reader.close()]);
  }
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  console.error(`soak: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
