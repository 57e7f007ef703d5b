import { Connection } from '@temporalio/client';
import { needed, UsageError, type Command, type Values } from './admin-command.ts';
import type { Config } from '../../platform/config/config.ts';
import type { Database } from '../../platform/db/database.ts';
import { knownKeys, neededKeys, runningProcesses } from '../../features/keys/key-roll.ts';
import { reencrypt } from '../../features/keys/reencrypt.ts';
import { countSealed } from '../../platform/db/sealed-with.ts';
import { keysInUse, type KeyUse } from '../../features/keys/key-use.ts';
import {
  NotRotatedError,
  refuseWithout,
  retire,
  rotateKeys,
  whatNeeds,
} from '../../features/keys/key-rotation.ts';
import { connectOptions } from '../../platform/temporal/connection.ts';
import type { Runs } from '../../signals/renew-runs.ts';
import { createTemporalClient } from '../../signals/workflow-client.ts';

/** What the commands of key-commands.ts do: with Temporal's client, which the other commands need not load. */

export const keySteps = {
  reencrypt: (db, _values, config) => orExit1(() => reencryptCommand(db, config)),
  'keys status': (db, _values, config) =>
    withRuns(config, async (runs) => {
      const { keys, processes } = await keysInUse(db, runs);
      const given = config.encryptionKeys.map(({ id }) => id);
      for (const use of keys) console.log(lineOf(use, given));
      if (processes.length === 0) console.log('no process runs');
      for (const { name, keyIds, sealsWith } of processes)
        console.log(`${name}: has ${keyIds.join(', ')}; seals with ${sealsWith}`);
    }),
  'keys rotate': (db, _values, config) =>
    withRuns(config, (runs) =>
      orExit1(async () => {
        const { encryptionKeys: keys } = config;
        await rotateKeys({ db, keys, runs: orRefuse(runs), say: (line) => console.log(line) });
        console.log(
          `everything is sealed with "${keys[0]!.id}". Next, for each older key: npm run admin -- keys retire --key ID`,
        );
      }),
    ),
  'keys retire': (db, values, config) => retireCommand(db, values, config),
} satisfies Record<string, Command>;

/** Of the database; what is left of a rotation follows where it can. */
async function reencryptCommand(db: Database, config: Config): Promise<void> {
  const { encryptionKeys: keys } = config;
  const current = keys[0]!.id;
  refuseWithout(await runningProcesses(db.prisma), current);
  const { sealed, unopened, held } = await reencrypt(db, current, (column, count) =>
    console.log(
      `${column}: ${count.sealed}${count.unopened > 0 ? `, ${count.unopened} do not open` : ''}`,
    ),
  );
  console.log(`${sealed} values sealed with key "${current}"`);
  const left = sumOfOthers(await countSealed(db), current);
  if (unopened > 0)
    console.log(
      `${unopened} values do not open where they stand, and were left: they were changed or moved, or their key is not given`,
    );
  if (held > 0)
    console.log(`${held} values are in rows that another transaction held: repeat this command`);
  else if (left > 0 && unopened === 0)
    console.log(`${left} values were sealed with another key meanwhile: repeat this command`);
  if (unopened > 0 || held > 0 || left > 0) process.exitCode = 1;
  else await finishRotation(db, config, current);
}

/** Renews the running workflows too, and retires the keys that nothing needs: who knows only `reencrypt` is done then. */
async function finishRotation(db: Database, config: Config, current: string): Promise<void> {
  const others = neededKeys(await knownKeys(db.prisma)).filter(({ id }) => id !== current);
  if (others.length === 0) return;
  await withRuns(config, async (runs) => {
    try {
      if (!runs) throw new NotRotatedError('Temporal does not answer');
      const { encryptionKeys: keys } = config;
      await rotateKeys({ db, keys, runs, say: (line) => console.log(line) });
      for (const { id } of others) {
        await retire({ db, runs }, id);
        console.log(`nothing needs "${id}" any more: it may be taken out of ENCRYPTION_KEYS`);
      }
    } catch (error) {
      if (!(error instanceof NotRotatedError)) throw error;
      console.log(
        `keep the older keys: ${error.message}\nNext: npm run admin -- keys rotate (docs/operations.md)`,
      );
    }
  });
}

function sumOfOthers(counts: ReadonlyMap<string, number>, current: string): number {
  return [...counts].reduce((sum, [id, values]) => sum + (id === current ? 0 : values), 0);
}

async function retireCommand(db: Database, values: Values, config: Config): Promise<void> {
  const id = needed(values, 'key');
  await withRuns(config, (runs) =>
    orExit1(async () => {
      await retire({ db, runs }, id, values.reason);
      console.log(`nothing needs "${id}": take it out of ENCRYPTION_KEYS, everywhere`);
    }),
  );
}

function lineOf(use: KeyUse, given: readonly string[]): string {
  const { key } = use;
  const state = use.seals ? 'seals' : key.retiredAt ? 'retired' : 'opens only';
  const needs = whatNeeds(use);
  const missing = given.includes(key.id) ? '' : '; not among the keys of this command';
  return `${key.id}: ${state}; needed by ${needs.length > 0 ? needs.join(', ') : 'nothing'}${missing}`;
}

/** With Temporal, where it answers; `undefined` where it does not. */
async function withRuns(
  config: Config,
  work: (runs: Runs | undefined) => Promise<void>,
): Promise<void> {
  if (config.temporal.kind !== 'external') return work(undefined);
  const connection = Connection.lazy(connectOptions(config, process.env));
  try {
    const { namespace, taskQueue } = config.temporal;
    const { encryptionKeys } = config;
    const client = createTemporalClient({ connection, namespace, encryptionKeys });
    const answers = await connection.withDeadline(Date.now() + answerMs, () =>
      client.workflow.count('WorkflowType = "contact"').then(
        () => true,
        () => false,
      ),
    );
    await work(answers ? { client, taskQueue } : undefined);
  } finally {
    await connection.close();
  }
}

/** How long to wait for Temporal's first answer, in ms. */
const answerMs = 10_000;

function orRefuse(runs: Runs | undefined): Runs {
  if (runs) return runs;
  throw new UsageError('Temporal does not answer: set TEMPORAL_ADDRESS, and start it');
}

async function orExit1(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof NotRotatedError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
