/**
 * The rules of Prometheus' own linter (promlint) for the text format, as far as they concern us: each number has a help
 * and a type, names say what they are, units are base units, histograms are whole. Returns what breaks one.
 */
export function problemsOf(text: string): string[] {
  const problems: string[] = [];
  const types = new Map<string, string>();
  const helps = new Set<string>();
  const samples = new Map<string, string[]>();
  const seen = new Set<string>();
  if (!text.endsWith('\n')) problems.push('the last line does not end');
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [, kind, about, rest] = /^# (HELP|TYPE) (\S+)(?: (.*))?$/.exec(line) ?? [];
    if (kind === 'TYPE') {
      if (types.has(about!)) problems.push(`${about}: two types`);
      types.set(about!, rest ?? '');
      continue;
    }
    if (kind === 'HELP') {
      if (helps.has(about!)) problems.push(`${about}: two helps`);
      if (rest) helps.add(about!);
      continue;
    }
    const sample = samplePattern.exec(line);
    if (!sample) {
      problems.push(`not a line of the format: ${line.slice(0, 80)}`);
      continue;
    }
    const [, name, labels = ''] = sample;
    if (seen.has(`${name}${labels}`)) problems.push(`${name}${labels}: twice`);
    seen.add(`${name}${labels}`);
    samples.set(name!, [...(samples.get(name!) ?? []), labels]);
  }
  for (const [name, labels] of samples) {
    const family = types.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '');
    const type = types.get(family);
    if (type === undefined) problems.push(`${name}: no type`);
    if (!helps.has(family)) problems.push(`${family}: no help`);
    if (type === 'counter' && !name.endsWith('_total'))
      problems.push(`${name}: a counter, no _total`);
    if (type !== 'counter' && name.endsWith('_total')) problems.push(`${name}: _total, no counter`);
    if (/_(milliseconds|ms|minutes|hours|kilobytes|megabytes)(_|$)/.test(name))
      problems.push(`${name}: not in base units`);
    if (/[A-Z]/.test(name)) problems.push(`${name}: capital letters`);
    if (
      type === 'histogram' &&
      name.endsWith('_bucket') &&
      !labels.some((one) => one.includes('le="+Inf"'))
    )
      problems.push(`${family}: no last bucket`);
  }
  return problems;
}

const label = String.raw`[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"`;
const samplePattern = new RegExp(
  String.raw`^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:${label}(?:,${label})*)?,?\})? (?:[+-]?(?:\d+\.?\d*(?:e[+-]?\d+)?|\.\d+)|NaN|[+-]Inf)$`,
  'i',
);
