import { Liquid, type Template as Parsed } from 'liquidjs';
import { limits } from '../domain/limits.ts';
import type { TemplateBody } from './template.ts';

/**
 * Templates are data that practices write, never code: conditions and values, no loops, no files, no access to anything
 * but the values given. What is not in the lists below does not exist for a template.
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
  /** What the template refers to anywhere, in full: `place`, `place.street`. */
  variables: string[];
  render(values: Values): Rendering;
};

export type SyntaxProblem = { field: keyof TemplateBody; message: string };

/** Compiles all fields; a problem names its place, never a value. */
export function compile(
  body: TemplateBody,
): { ok: true; compiled: Compiled } | { ok: false; problems: SyntaxProblem[] } {
  const fields: { field: keyof TemplateBody; parsed: Parsed[] }[] = [];
  const variables = new Set<string>();
  const problems: SyntaxProblem[] = [];
  for (const field of ['subject', 'text', 'html'] as const) {
    const source = body[field];
    if (source === undefined) continue;
    try {
      const engine = engineOf(field);
      const parsed = engine.parse(source);
      for (const name of engine.globalFullVariablesSync(parsed)) variables.add(name);
      fields.push({ field, parsed });
    } catch (error) {
      problems.push({ field, message: firstLine(error) });
    }
  }
  if (problems.length > 0) return { ok: false, problems };
  const compiled = {
    variables: [...variables],
    render: (values: Values) => render(fields, values),
  };
  return { ok: true, compiled };
}

function render(
  fields: readonly { field: keyof TemplateBody; parsed: Parsed[] }[],
  values: Values,
): Rendering {
  const content: TemplateBody = { text: '' };
  const missing: string[] = [];
  // A stand-in for each value that is missing, so that all are found and not only the first.
  const scope: Record<string, unknown> = { ...values };
  for (const { field, parsed } of fields)
    for (;;) {
      try {
        content[field] = tidy[field](String(engineOf(field).renderSync(parsed, scope)));
        break;
      } catch (error) {
        const name = undefinedName(error);
        if (name === undefined) throw error;
        missing.push(name);
        const [root = name] = name.split(/[.[]/);
        // A field of a value that is there, or a name that no value can have: nothing could be put in its place.
        if (Object.hasOwn(scope, root) || !isName(root)) break;
        scope[root] = '';
      }
    }
  return missing.length > 0 ? { ok: false, missing: [...new Set(missing)] } : { ok: true, content };
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
    // No file is ever looked up: even if a tag could ask for one, there are none.
    templates: {},
    parseLimit: limits.templateCharacters,
    renderLimit: limits.templateRenderMs,
    memoryLimit: limits.templateMemory,
    ...(options.escape ? { outputEscape: 'escape' as const } : {}),
  });
  for (const name of Object.keys(engine.tags)) if (!tags.includes(name)) delete engine.tags[name];
  for (const name of Object.keys(engine.filters))
    if (!filters.includes(name)) delete engine.filters[name];
  return engine;
}

const plain = createEngine({ escape: false });
const escaping = createEngine({ escape: true });

function engineOf(field: keyof TemplateBody): Liquid {
  return field === 'html' ? escaping : plain;
}

/** What `data` may be called too; never `__proto__`. */
export function isName(name: string): boolean {
  return /^[A-Za-z]\w{0,63}$/.test(name);
}

function undefinedName(error: unknown): string | undefined {
  const cause = (error as { originalError?: { variableName?: unknown } }).originalError;
  return typeof cause?.variableName === 'string' ? cause.variableName : undefined;
}

function firstLine(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'cannot be read';
}
