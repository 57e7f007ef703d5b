import { parseArgs, type ParseArgsConfig } from 'node:util';

/** The arguments of a program, read before anything starts: help is only printed, and a slip of the hand starts nothing. */

type Options = NonNullable<ParseArgsConfig['options']>;

type Values<O extends Options> = ReturnType<
  typeof parseArgs<{ options: O; strict: true; allowPositionals: false }>
>['values'];

export type Program<O extends Options> = {
  /** As it is typed. */
  command: string;
  does: string;
  options?: O;
  /** By the option as it is typed, what it means. */
  meaning?: { [Typed in string]: string };
  /** The main variables of its environment, and what they mean. */
  environment: { [Name in string]: string };
};

/** As `npm run admin` ends where it was not given as it must be. */
const wrongUse = 2;

/** Ends the process on `--help` (0), and on an argument that the program does not have (2, one line on stderr). */
export function readArguments<const O extends Options>(
  program: Program<O>,
  args: readonly string[] = process.argv.slice(2),
): Values<O> {
  if (args.includes('--help')) {
    process.stdout.write(helpOf(program));
    process.exit(0);
  }
  try {
    const options = program.options ?? ({} as O);
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    process.stderr.write(
      `${firstSentence(error)}\n${program.command} -- --help says what there is.\n`,
    );
    process.exit(wrongUse);
  }
}

export function helpOf({ command, does, meaning = {}, environment }: Program<Options>): string {
  const variables = Object.entries(environment);
  return [
    `${command}${Object.keys(meaning).length === 0 ? '' : ' -- [options]'}`,
    does,
    ...section('Options', Object.entries(meaning)),
    ...section('Environment', variables),
    ...(variables.length === 0 ? [] : ['', 'All variables: docs/configuration.md']),
    '',
  ].join('\n');
}

function section(title: string, entries: readonly (readonly [string, string])[]): string[] {
  if (entries.length === 0) return [];
  const width = Math.max(...entries.map(([name]) => name.length));
  return ['', title, ...entries.map(([name, means]) => `  ${name.padEnd(width)}  ${means}`)];
}

/** Node.js goes on with how to pass what looks like an option; no program here takes such a thing. */
function firstSentence(error: unknown): string {
  return (error as Error).message.split(/\. |\n/)[0]!.replace(/\.?$/, '.');
}
