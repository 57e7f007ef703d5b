import { helpOf, readArguments } from '../../src/platform/arguments.ts';
import { plannedNames, type PlannedName } from './upheavals/plan.ts';

export type Options = {
  seed: number;
  /** How long people live, in ms; the wait for quiet and the reading come after. */
  durationMs: number;
  contacts: number;
  /** Mean time between two steps of anybody, in ms. */
  paceMs: number;
  short: boolean;
  /** Keep the data folder, with the logs, for looking into it afterwards. */
  keep: boolean;
  kills: boolean;
  faults: boolean;
  upheavals: boolean;
  /** The upheavals to choose from. */
  only: readonly PlannedName[];
  /** As in production, with a pooler, two APIs and two workers; else what `npm start` starts. */
  apart: boolean;
  /** The service that is put to the test: this checkout, or a copy that was broken on purpose. */
  serviceRoot: string;
  /** Where the result is written; without it `soak/results/seed-N.json`. */
  out: string | undefined;
};

const program = {
  command: 'npm run soak',
  does: 'Random lives by the public interfaces, while everything around them is killed, frozen and answered wrongly; exit code 0 only if nothing was lost, doubled, early or out of order.',
  meaning: {
    '--seed N': 'which plan (1)',
    '--minutes M': 'how long (20; with --short 1.25)',
    '--contacts C': 'how many (320; with --short 30)',
    '--pace MS':
      'mean time between two steps of anybody (80: about as much as two idle cores bear)',
    '--short': 'as in npm test: each part is killed once',
    '--keep': 'keep the data folder and the logs',
    '--only A,B,…': `upheavals to choose from (all: ${plannedNames.join(', ')})`,
    '--no-kills, --no-faults, --no-upheavals': 'leave them out',
    '--apart':
      'two APIs, two workers, PgBouncer between, Temporal over PostgreSQL; else as npm start',
    '--service DIR': 'put another copy of the service to the test',
    '--out FILE': 'where to write the result',
  },
  environment: {},
};
const usage = helpOf(program);

/** Throws a text for people when an argument is wrong. */
export function readOptions(args: string[], root: string): Options {
  const values = readArguments(
    {
      ...program,
      options: {
        seed: { type: 'string', default: '1' },
        minutes: { type: 'string' },
        contacts: { type: 'string' },
        pace: { type: 'string', default: '80' },
        short: { type: 'boolean', default: false },
        keep: { type: 'boolean', default: false },
        'no-kills': { type: 'boolean', default: false },
        'no-faults': { type: 'boolean', default: false },
        'no-upheavals': { type: 'boolean', default: false },
        only: { type: 'string' },
        apart: { type: 'boolean', default: false },
        service: { type: 'string', default: root },
        out: { type: 'string' },
      },
    },
    args,
  );
  const { short } = values;
  const number = (name: string, text: string, low: number, high: number): number => {
    const value = Number(text);
    if (text.trim() !== '' && value >= low && value <= high) return value;
    throw new Error(`--${name} must be a number from ${low} to ${high}.\n\n${usage}`);
  };
  return {
    seed: Math.floor(number('seed', values.seed, 0, 2 ** 31)),
    durationMs: number('minutes', values.minutes ?? (short ? '1.25' : '20'), 0.2, 600) * 60_000,
    contacts: Math.floor(number('contacts', values.contacts ?? (short ? '30' : '320'), 1, 10_000)),
    paceMs: number('pace', values.pace, 1, 60_000),
    short,
    keep: values.keep,
    kills: !values['no-kills'],
    faults: !values['no-faults'],
    upheavals: !values['no-upheavals'],
    only: values.only === undefined ? plannedNames : readNames(values.only),
    apart: values.apart,
    serviceRoot: values.service,
    out: values.out,
  };
}

function readNames(text: string): PlannedName[] {
  const names = text.split(',').map((name) => plannedNames.find((known) => known === name.trim()));
  if (names.includes(undefined))
    throw new Error(`--only: there are ${plannedNames.join(', ')}.\n\n${usage}`);
  return names.filter((name) => name !== undefined);
}
