import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { UsageError, needed, type Command, type Values } from './admin-command.ts';
import type { Database } from '../../platform/db/database.ts';
import { adoptUnsigned } from '../../features/evidence/adopt.ts';
import { bundleEvidence } from '../../features/evidence/bundle.ts';
import { verifyLedger } from '../../features/evidence/verify.ts';
import { appendToWitness, exportRoots, readWitness } from '../../features/evidence/witness.ts';
import type { KeyStatement } from '../../core/ledger/keys.ts';
import { emptyWitness, type Witness } from '../../core/ledger/witness.ts';

/** The part of `npm run admin` that is about the ledger (docs/operations.md, "Prove the ledger"). */

export const ledgerUsage = `  verify-ledger [--practice ID] [--witness FILE …]   exit 1 when something does not verify
  ledger export [--out FILE]                  appends the signed roots that the file lacks; without it, prints all
  ledger evidence --practice ID --contact ID [--out FILE]   one person's, for packages/verify-evidence
  ledger keys                                 the public keys, for auditors
  ledger adopt [--practice ID]                takes over, as unproven, unsigned entries of older processes`;

async function practiceIds(db: Database, { practice }: Values): Promise<string[]> {
  const found = await db.prisma.practice.findMany({
    where: practice === undefined ? {} : { id: practice },
    select: { id: true },
  });
  if (practice !== undefined && found.length === 0)
    throw new UsageError(`there is no practice "${practice}"`);
  return found.map(({ id }) => id);
}

async function readWitnesses(files: readonly string[]): Promise<Witness> {
  const together = emptyWitness();
  for (const file of files)
    await readWitness(file, together).catch((error: Error) => {
      throw new UsageError(`--witness: ${error.message}`);
    });
  return together;
}

async function deliver(pieces: AsyncIterable<string>, file: string | undefined): Promise<void> {
  const line = async function* (): AsyncGenerator<string> {
    yield* pieces;
    yield '\n';
  };
  // It names a person: for its owner only.
  if (file !== undefined) await pipeline(line, createWriteStream(file, { mode: 0o600 }));
  else await pipeline(line, process.stdout, { end: false });
}

export const ledgerCommands: Record<string, Command> = {
  'verify-ledger': async (db, values) => {
    const ids = await practiceIds(db, values);
    const witness = values.witness ? await readWitnesses(values.witness) : undefined;
    const fail = (problem: string): void => {
      console.log(`  ${problem}`);
      process.exitCode = 1;
    };
    for (const id of ids) {
      const report = await verifyLedger(db, id, witness);
      const { contacts, roots, witnessed, unsigned, problems } = report;
      console.log(
        `${id}: ${contacts} chains, ${roots} roots${witness ? ` (${witnessed} witnessed)` : ''}, ${problems.length} problems`,
      );
      if (unsigned > 0)
        console.log(
          `  ${unsigned} entries are from before signing: nothing proves them before their root`,
        );
      problems.forEach(fail);
    }
    for (const line of witness?.unreadable ?? []) fail(`witness, line ${line}: it cannot be read`);
    for (const id of witness?.roots.keys() ?? [])
      if (values.practice === undefined && !ids.includes(id))
        fail(`witness: the practice ${id} is not in the database any more`);
  },
  'ledger export': async (db, { out }) => {
    const { roots, differing, failure } =
      out === undefined
        ? await exportRoots(db, emptyWitness(), (lines) => {
            for (const line of lines) console.log(line);
          })
        : await appendToWitness(db, out);
    if (out !== undefined) console.log(`${roots} roots added`);
    for (const id of differing)
      console.log(`${id}: the last root in the file is not in the database; nothing was added`);
    if (differing.length > 0) process.exitCode = 1;
    // The others' are out.
    if (failure !== undefined) throw failure;
  },
  'ledger evidence': async (db, values) => {
    const ref = { practiceId: needed(values, 'practice'), contactId: needed(values, 'contact') };
    const bundle = await bundleEvidence(db, ref);
    if (bundle === 'none') throw new UsageError('there is no evidence about such a contact');
    if (bundle === 'altered') {
      console.log('the evidence does not verify, so nothing is signed about it: run verify-ledger');
      process.exitCode = 1;
      return;
    }
    if (bundle === 'key_replaced')
      throw new UsageError(
        'ENCRYPTION_KEYS begins with a key that was replaced: put the newest first',
      );
    await deliver(bundle, values.out);
  },
  'ledger keys': async (db) => {
    for (const { statement } of await db.ledgerKeys.records()) {
      const { number, publicKey, at } = JSON.parse(statement) as KeyStatement;
      console.log(`${number} ${publicKey} since ${at}`);
    }
  },
  'ledger adopt': async (db, values) => {
    for (const id of await practiceIds(db, values)) {
      const adopted = await adoptUnsigned(db, id);
      if (adopted === 'roots_missing') {
        console.log(`${id}: its roots are not all there; nothing was adopted: run verify-ledger`);
        process.exitCode = 1;
      } else console.log(`${id}: ${adopted} entries adopted`);
    }
  },
};
