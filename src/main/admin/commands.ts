import { parseArgs } from 'node:util';
import {
  adminOptions,
  needed,
  UsageError,
  type Command,
  type LocalDatabase,
} from './admin-command.ts';
import { connectDatabase, withEncryptionKeys } from '../compose.ts';
import { ConfigError, loadConfig } from '../../platform/config/config.ts';
import {
  createKey,
  createPractice,
  readPractice,
  revokeKey,
} from '../../record/practices/practice-store.ts';
import { pauseSending, resumeSending } from '../../record/practices/practice-switches.ts';
import { adoptLinks } from '../../record/links/link-adopt.ts';
import { cleanText } from '../../core/incoming-text.ts';
import { idRule, isId } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import { linesProblem } from '../../core/one-line.ts';
import { keyToSealWith } from '../../features/keys/key-roll.ts';
import { keyCommands, keyUsage, movesKeys } from './key-commands.ts';
import { ledgerCommands, ledgerUsage } from './ledger-commands.ts';
import { lookupCommand, lookupUsage } from './lookup-command.ts';
import { wallClock } from '../../platform/clock.ts';
import { senderCommands, senderUsage } from './sender-commands.ts';

/** `npm run admin -- …`: an operator's manual acts, on the database of the environment or of the running service. */

const usage = `npm run admin -- COMMAND
  practice create --id ID --name NAME
  key create --practice ID [--label TEXT]     prints the key, once
  key revoke --practice ID --key KEYID
${senderUsage}
  pause [--practice ID] --reason TEXT         all sending, of one practice or of all
  resume [--practice ID]                      of all: calls providers again that had asked to wait
${ledgerUsage}
  links adopt                                 seals links from before they were sealed with their rows, as they are
${keyUsage}
${lookupUsage}`;

/** A text that is stored: by the rules of the API's door, whichever way it comes in. */
function textOf(name: string, given: string, most: number): string {
  const clean = cleanText(given, 'line', most);
  if (!clean.ok) throw new UsageError(`--${name} ${clean.problem}`);
  if (clean.text.length > most) throw new UsageError(`--${name} is longer than ${most} characters`);
  const problem = linesProblem(clean.text);
  if (problem !== undefined) throw new UsageError(`--${name} ${problem}`);
  return clean.text;
}

const commands: Record<string, Command> = {
  'practice create': async (db, values) => {
    const id = needed(values, 'id');
    if (!isId(id)) throw new UsageError(`--id ${idRule}`);
    const name = textOf('name', needed(values, 'name'), limits.practiceNameCharacters);
    if (!(await createPractice(db, { id, name })))
      throw new UsageError(`a practice "${id}" already exists`);
    console.log(
      `practice ${id} created\nNext: npm run admin -- key create --practice ${id}, sign in to the console with the key, and fill in who sends. What it writes as beside the installation's own: npm run admin -- practice senders --practice ${id}`,
    );
  },
  'key create': async (db, values) => {
    const practice = needed(values, 'practice');
    if (!(await readPractice(db, practice)))
      throw new UsageError(`there is no practice "${practice}"`);
    const label = textOf('label', values.label ?? 'admin', limits.keyLabelCharacters);
    const { id, key } = await createKey(db, practice, label);
    console.log(`${key}\n(key ${id} of ${practice}; it is not shown again)`);
  },
  'key revoke': async (db, values) => {
    if (!(await revokeKey(db, needed(values, 'practice'), needed(values, 'key'))))
      throw new UsageError('there is no such key, or it is revoked already');
    console.log('revoked');
  },
  pause: async (db, values) => {
    const reason = textOf('reason', needed(values, 'reason'), limits.pauseReasonCharacters);
    const count = await pauseSending(db, reason, values.practice);
    console.log(`${count} paused`);
  },
  resume: async (db, values) => {
    const ids = await resumeSending(db, values.practice);
    console.log(`${ids.length} resumed; what waited goes on within half a minute`);
  },
  ...senderCommands,
  ...ledgerCommands,
  'links adopt': async (db) => console.log(`${await adoptLinks(db)} links sealed with their rows`),
  ...keyCommands,
};

/** Runs the command that the arguments name; a problem in one line, and exit code 2 where it was not given as it must be. */
export async function runAdmin(local?: LocalDatabase): Promise<void> {
  try {
    await run(local);
  } catch (error) {
    const code = (error as { code?: string }).code ?? '';
    if (!(
      error instanceof UsageError ||
      error instanceof ConfigError ||
      code.startsWith('ERR_PARSE')
    ))
      throw error;
    console.error((error as Error).message);
    process.exitCode = 2;
  }
}

async function run(local: LocalDatabase | undefined): Promise<void> {
  if (process.argv.includes('--help')) {
    console.log(usage);
    return;
  }
  const { values, positionals } = parseArgs({ options: adminOptions, allowPositionals: true });
  const name = positionals.join(' ');
  const command = commands[name];
  if (!command && name !== 'replace-lookup-key') throw new UsageError(usage);
  const config = await withEncryptionKeys(loadConfig(process.env, 'operator'));
  if (!command) return lookupCommand(config, local);
  const running = local?.running(config.dataDir);
  const database =
    config.database.kind === 'embedded' && running
      ? { kind: 'external' as const, url: running.databaseUrl }
      : config.database;
  if (database.kind === 'embedded')
    throw new UsageError(
      'there is no database: set DATABASE_URL, or run `npm start` beside this and wait until it says that Optgate is running',
    );
  const temporal =
    config.temporal.kind === 'embedded' && running
      ? { ...config.temporal, ...running.temporal, kind: 'external' as const }
      : config.temporal;
  const moves = movesKeys(name);
  // What binds unbound values has to open them.
  const requireBoundValues = config.requireBoundValues && !moves;
  const db = await connectDatabase({ ...config, database, requireBoundValues }, wallClock, 2);
  try {
    // As the running processes do: they have to open it.
    if (!moves) db.sealing.id = (await keyToSealWith(db, config.encryptionKeys)) ?? db.sealing.id;
    await command(db, values, { ...config, temporal });
  } finally {
    await db.close();
  }
}
