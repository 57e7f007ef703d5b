import {
  Context,
  defaultOperators,
  Liquid,
  type Operators,
  type Template as Parsed,
} from 'liquidjs';
import { unfitToSpell } from '../core/incoming-text.ts';
import { limits } from '../core/limits.ts';
import { misusedIn, type AnswerKey } from './answer-keys.ts';
import { whyTooInvolved } from './involved.ts';
import { countLinesOnce } from './lines-of-source.ts';
import { quotedIn } from './quotations.ts';
import { hasRange } from './ranges.ts';
import { RenderTime } from './render-time.ts';
import type { TemplateBody } from './template.ts';

/**
 * Templates are data that practices write, never code: conditions and values, no loops, no files, no access to anything
 * but the values given. Anything not in the lists below does not exist for a template.
 */

const tags = ['if', 'unless', 'case', 'comment', '#'];
/** `raw` is not among them: it would switch the escaping of HTML off. */
const filters = ['default', 'upcase', 'downcase', 'capitalize', 'strip'];

/** Null: known, and absent. */
export type Values = Readonly<Record<string, string | number | boolean | null>>;

export type Rendering =
  | { ok: true; content: TemplateBody }
  /** Names the template needs and was not given, in the order met. */
  | { ok: false; missing: string[] };

export type Compiled = {
  /** All names that the template refers to, in full: `place`, `place.street`. */
  variables: string[];
  /** What an opt-in may not do with the values that it is answered with. */
  misused: { field: keyof TemplateBody; key: AnswerKey }[];
  /** All fields together take `limits.templateRenderMs` at most, and no more than is left of `time`. */
  render(values: Values, time?: RenderTime): Rendering;
};

countLinesOnce();

export type SyntaxProblem = { field: keyof TemplateBody; message: string };

/** Compiles all fields; a problem names its place, never a value. */
export function compile(
  body: TemplateBody,
): { ok: true; compiled: Compiled } | { ok: false; problems: SyntaxProblem[] } {
  const fields: { field: keyof TemplateBody; parsed: Parsed[] }[] = [];
  const variables = new Set<string>();
  const problems: SyntaxProblem[] = [];
  const misused: Compiled['misused'] = [];
  for (const field of ['subject', 'text', 'html'] as const) {
    const source = body[field];
    if (source === undefined) continue;
    const reason = whyTooInvolved(source);
    if (reason !== undefined) {
      problems.push({ field, message: reason });
      continue;
    }
    try {
      const engine = engineOf(field);
      const parsed = engine.parse(source);
      if (hasRange(parsed)) {
        problems.push({ field, message: 'has a range, and templates have none' });
        continue;
      }
      const unfit = quotedIn(parsed).flatMap((words) => unfitToSpell(words) ?? []);
      if (unfit[0] !== undefined) {
        problems.push({ field, message: `has a quotation that ${unfit[0]}` });
        continue;
      }
      const { globals, variables: mentions } = engine.analyzeSync(parsed);
      for (const name of Object.values(globals).flat()) variables.add(String(name));
      const keys = misusedIn(field, parsed, mentions);
      misused.push(...keys.map((key) => ({ field, key })));
      fields.push({ field, parsed });
    } catch (error) {
      // The first is the cause; the closing tag that is then unknown as well tells nobody anything.
      problems.push({ field, message: firstLine(collected(error)[0]) });
    }
  }
  if (variables.size > limits.templateNames)
    problems.push({
      field: 'text',
      message: `refers to ${variables.size} names, at most ${limits.templateNames} are allowed`,
    });
  if (problems.length > 0) return { ok: false, problems };
  const compiled = {
    variables: [...variables],
    misused,
    render: (values: Values, time?: RenderTime) =>
      render(fields, values, new RenderTime(limits.templateRenderMs, time)),
  };
  return { ok: true, compiled };
}

function render(
  fields: readonly { field: keyof TemplateBody; parsed: Parsed[] }[],
  values: Values,
  time: RenderTime,
): Rendering {
  const content: TemplateBody = { text: '' };
  const missing = new Set<string>();
  for (const { field, parsed } of fields) {
    try {
      const output = renderField(engineOf(field), parsed, values, time);
      if (output.length > limits.templateOutput) throw new Error('the text is too long');
      content[field] = tidy[field](output);
    } catch (error) {
      for (const name of missingNames(error)) missing.add(name);
    }
  }
  return missing.size > 0 ? { ok: false, missing: [...missing] } : { ok: true, content };
}

function renderField(engine: Liquid, parsed: Parsed[], values: Values, time: RenderTime): string {
  return time.within((look) => {
    // The engine's own watch counts from the beginning of a field, and looks only between tags.
    const renderLimit = { check: look } as unknown as Context['renderLimit'];
    const context = new Context(
      values,
      engine.options,
      { sync: true },
      { renderLimit, liquid: engine },
    );
    return String(engine.renderSync(parsed, context));
  });
}

/** Conditions that do not hold leave blank lines and double spaces behind. */
const tidy: Record<keyof TemplateBody, (text: string) => string> = {
  subject: (text) => text.replaceAll(/\s+/g, ' ').trim(),
  text: (text) =>
    text
      .split('\n')
      .map((line) => line.trimEnd())
      .join('\n')
      .replaceAll(/\n{3,}/g, '\n\n')
      .trim(),
  html: (text) => text,
};

function createEngine(options: { escape: boolean }): Liquid {
  const engine = new Liquid({
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    // `{% if place %}` and `{{ place | default: "…" }}` make a value optional.
    lenientIf: true,
    // One rendering finds every name that is missing.
    catchAllErrors: true,
    // No file is ever looked up: even if a tag could ask for one, there are none.
    templates: {},
    operators: watchedOperators,
    parseLimit: limits.templateCharacters,
    memoryLimit: limits.templateMemory,
    ...(options.escape ? { outputEscape: 'escape' as const } : {}),
  });
  for (const name of Object.keys(engine.tags)) if (!tags.includes(name)) delete engine.tags[name];
  for (const name of Object.keys(engine.filters))
    if (!filters.includes(name)) delete engine.filters[name];
  return engine;
}

/**
 * One tag holds dozens of conditions, so each looks at the clock. `contains` takes the product of both lengths where
 * they are nearly alike: what it looks for is short.
 */
const watchedOperators = Object.fromEntries(
  Object.entries(defaultOperators).map(([name, operator]) => [
    name,
    (...operands: unknown[]) => {
      const context = operands.at(-1) as Context;
      context.renderLimit.check(0);
      const sought = name === 'contains' ? operands[1] : undefined;
      if (typeof sought === 'string' && sought.length > limits.templateSought)
        throw new Error(`\`contains\` looks for at most ${limits.templateSought} characters`);
      return (operator as (...all: unknown[]) => unknown)(...operands);
    },
  ]),
) as Operators;

const plain = createEngine({ escape: false });
const escaping = createEngine({ escape: true });

function engineOf(field: keyof TemplateBody): Liquid {
  return field === 'html' ? escaping : plain;
}

/** Names allowed in `data` too; never `__proto__`. */
export function isName(name: string): boolean {
  return /^[A-Za-z]\w{0,63}$/.test(name);
}

/** The engine goes on after the first error, and throws all in one. */
function collected(error: unknown): unknown[] {
  // The class of it is not exported.
  const { errors, originalError } = error as {
    errors?: unknown[];
    originalError?: { errors?: unknown[] };
  };
  return (errors ?? originalError?.errors)?.flatMap(collected) ?? [error];
}

/** Anything but a missing name (a limit of the engine) is thrown. */
function missingNames(error: unknown): string[] {
  return collected(error).map((one) => {
    const { originalError } = one as { originalError?: { variableName?: unknown } };
    if (typeof originalError?.variableName !== 'string') throw one;
    return originalError.variableName;
  });
}

function firstLine(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'cannot be read';
}
