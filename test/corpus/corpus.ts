import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readReply } from '../../src/features/replies/read-reply.ts';
import { verdictKinds, type Verdict } from '../../src/features/replies/verdict.ts';

/** The labelled replies of this folder (README.md says what the labels mean), and how they are read. */

export type VerdictKind = Verdict['kind'];
export type Labelled = { verdict: VerdictKind; kind: string; locale: string; text: string };

const folder = import.meta.dirname;

export function loadCorpus(file?: string): Labelled[] {
  const files =
    file === undefined
      ? readdirSync(folder)
          .filter((name) => name.endsWith('.tsv'))
          .map((name) => join(folder, name))
      : [file];
  return files.flatMap((path) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .slice(1)
      .filter((line) => line !== '')
      .map((line) => parse(line, path)),
  );
}

function parse(line: string, path: string): Labelled {
  const [verdict, kind, locale, escaped] = line.split('\t');
  const label = verdictKinds.find((name) => name === verdict);
  if (!label || !kind || !locale || escaped === undefined) throw new Error(`${path}: ${line}`);
  return { verdict: label, kind, locale, text: unescaped(escaped) };
}

function unescaped(text: string): string {
  return text.replaceAll(
    /\\([nt\\])/g,
    (_, letter: string) => ({ n: '\n', t: '\t' })[letter] ?? '\\',
  );
}

export type Reading = Labelled & { read: Verdict };

export function readAll(replies: readonly Labelled[]): Reading[] {
  return replies.map((reply) => ({ ...reply, read: readReply({ text: reply.text }) }));
}

/** Rows: what it is. Columns: what it was read as. */
export function confusion(readings: readonly Reading[]): string {
  const shown = readings.filter(({ verdict }) => verdict);
  const width = 14;
  const cell = (text: string | number): string => String(text).padStart(width);
  const rows = verdictKinds.map((label) => {
    const ofLabel = shown.filter(({ verdict }) => verdict === label);
    const counts = verdictKinds.map((as) => ofLabel.filter(({ read }) => read.kind === as).length);
    return [
      label.padEnd(width),
      ...counts.map((count) => cell(count || '·')),
      cell(ofLabel.length),
    ].join('');
  });
  return [
    ['is \\ read as'.padEnd(width), ...verdictKinds.map(cell), cell('all')].join(''),
    ...rows,
  ].join('\n');
}

export function misread(readings: readonly Reading[]): Reading[] {
  return readings.filter(({ verdict, read }) => verdict !== read.kind);
}

/** What is misread, one line each, in the order of the corpus: as `misread.txt` has it. */
export function misreadings(readings: readonly Reading[]): string[] {
  return misread(readings).map(
    ({ verdict, read, text }) =>
      `${verdict} → ${read.kind} (${read.rule}): ${JSON.stringify(text)}`,
  );
}

const knownFile = join(folder, 'misread.txt');

export function knownMisreadings(): string[] {
  return readFileSync(knownFile, 'utf8').trimEnd().split('\n');
}

export function keepMisreadings(readings: readonly Reading[]): void {
  writeFileSync(knownFile, `${misreadings(readings).join('\n')}\n`);
}
