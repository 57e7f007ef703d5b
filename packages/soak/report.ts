import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { JournalData } from './journal.ts';
import type { Options } from './options.ts';
import { faultNames, type Verdict } from './verdict.ts';

/** The outcome for people (a table and the first cases) and for programs (a file). */

const casesShown = 5;

export function printReport(options: Options, verdict: Verdict, journal: JournalData): void {
  const rows: [string, string | number][] = [
    ...Object.entries(verdict.counts),
    ...Object.entries(verdict.apart).map(
      ([name, value]) => [`apart: ${name}`, value] as [string, number],
    ),
    ...faultNames.map((name) => [`FAULT ${name}`, verdict.faults[name].length] as [string, number]),
  ];
  console.log(`\nsoak, seed ${options.seed}, ${options.durationMs / 60_000} minutes\n`);
  for (const [name, value] of rows) console.log(`  ${name.padEnd(28)}${String(value).padStart(8)}`);
  for (const name of faultNames) {
    const cases = verdict.faults[name];
    for (const one of cases.slice(0, casesShown)) console.log(`\n${name}: ${JSON.stringify(one)}`);
    if (cases.length > casesShown) console.log(`  … and ${cases.length - casesShown} more`);
  }
  for (const { at, what } of journal.surprises.slice(0, 10))
    console.log(`\nsurprise at ${new Date(at).toISOString()}: ${what}`);
  console.log(`\n${verdict.passed ? 'PASSED' : 'FAILED'}`);
}

/** Without the texts of the outbox: ids, times and states suffice to find a case in the data folder. */
export function writeResult(
  file: string,
  options: Options,
  verdict: Verdict,
  journal: JournalData,
): void {
  mkdirSync(dirname(file), { recursive: true });
  const { kills, freezes, faults, upheavals, stops, surprises, steps } = journal;
  const { seed, durationMs, contacts, apart: isApart } = options;
  const result = {
    seed,
    minutes: durationMs / 60_000,
    contacts,
    arrangement: isApart ? 'apart' : 'start',
    finishedAt: new Date().toISOString(),
    ...verdict,
    steps,
    disturbances: { kills, freezes, faults, upheavals, stops },
    surprises,
  };
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
}
