import type { TSchema } from 'typebox';
import { cleanText, tooLong, type TextKind } from './incoming-text.ts';
import { limits } from './limits.ts';

/**
 * JSON as it comes in, before its schema judges it: every text cleaned or refused (src/core/incoming-text.ts), and
 * `null` taken as absence, because Pydantic, Jackson and System.Text.Json write absent fields so. Where a schema gives
 * `null` a meaning (a setting that is off, a field that a PATCH removes) it keeps it.
 */

export type IncomingProblem = { path: (string | number)[]; message: string };

export type Incoming = { value: unknown; problems: IncomingProblem[] };

/** Fields of prose, wherever they stand; all others are codes. A new one that is forgotten here takes no line break. */
const kindOf: ReadonlyMap<string, TextKind> = new Map([
  ...(['body', 'text', 'html', 'evidence', 'reason', 'postalAddress'] as const).map(
    (name) => [name, 'text'] as const,
  ),
  ...(
    [
      'subject',
      'name',
      'about',
      'label',
      'displayName',
      'supportPhone',
      'version',
      'address',
      'email',
      'phone',
      'fax',
      'replyTo',
      'smsFrom',
    ] as const
  ).map((name) => [name, 'line'] as const),
]);

/** Characters of a text whose schema names no limit. */
const usualLongest: Record<TextKind, number> = {
  text: limits.emailBytes,
  line: limits.subjectCharacters,
  value: limits.templateValueCharacters,
  code: limits.webhookUrlCharacters,
};

type Json = Readonly<Record<string, unknown>>;
type Look = {
  problems: IncomingProblem[];
  /** A PATCH: `null` in the outermost object says "remove", also where the schema then refuses that. */
  patch: boolean;
};

/** `schema`: of the expected JSON; undefined: unknown, and then every `null` stays. */
export function readIncoming(
  schema: TSchema | undefined,
  given: unknown,
  { patch = false }: { patch?: boolean } = {},
): Incoming {
  const look: Look = { problems: [], patch };
  const value = read(schema as Json | undefined, given, 'code', [], look);
  return { value, problems: look.problems };
}

/**
 * The same, with `await turn()` before each entry of an array: cleaning 16 MB of accents takes seconds, and nobody else
 * is to wait for all of it.
 */
export async function readIncomingInTurns(
  schema: TSchema | undefined,
  given: unknown,
  { patch = false, turn }: { patch?: boolean; turn: () => Promise<void> },
): Promise<Incoming> {
  if (!Array.isArray(given)) return readIncoming(schema, given, { patch });
  const look: Look = { problems: [], patch };
  const { entries, shape } = entriesOf(schema as Json | undefined, given, [], look);
  const value: unknown[] = [];
  for (const [index, entry] of entries.entries()) {
    await turn();
    value.push(read(shape, entry, 'code', [index], look));
  }
  return { value, problems: look.problems };
}

function read(
  schema: Json | undefined,
  given: unknown,
  kind: TextKind,
  path: (string | number)[],
  look: Look,
): unknown {
  if (typeof given === 'string') {
    const most = longestOf(schema) ?? usualLongest[kind];
    const clean =
      given.length > limits.emailBytes ? tooLong(limits.emailBytes) : cleanText(given, kind, most);
    if (clean.ok) return clean.text;
    look.problems.push({ path, message: clean.problem });
    // No later step looks at a text of any length.
    return given.length > most ? '' : given;
  }
  if (typeof given !== 'object' || given === null) return given;
  if (path.length >= limits.jsonDepth) {
    look.problems.push({ path: path.slice(0, 1), message: 'is nested too deeply' });
    return null;
  }
  if (look.problems.length >= limits.problemsNamed) return null;
  if (Array.isArray(given)) {
    const { entries, shape } = entriesOf(schema, given, path, look);
    return entries.map((item, index) => read(shape, item, kind, [...path, index], look));
  }
  const shape = shapeFor(schema, 'object');
  const keep = look.patch && path.length === 0;
  const cleaned: [string, unknown][] = [];
  const fields = Object.entries(given);
  if (fields.length > limits.jsonFields) {
    look.problems.push({ path, message: `has ${fields.length} fields` });
    return {};
  }
  for (const [name, inner] of fields) {
    const field = fieldOf(shape, name);
    if (inner === null && shape !== undefined && field !== undefined && !keep && !takesNull(field))
      continue;
    const innerKind = kind === 'value' || name === 'data' ? 'value' : (kindOf.get(name) ?? 'code');
    cleaned.push([name, read(field, inner, innerKind, [...path, name], look)]);
  }
  return Object.fromEntries(cleaned);
}

/** The entries of an array and their schema; none of them, and a problem, where they are too many. */
function entriesOf(
  schema: Json | undefined,
  given: readonly unknown[],
  path: (string | number)[],
  look: Look,
): { entries: readonly unknown[]; shape: Json | undefined } {
  const list = shapeFor(schema, 'array');
  const shape = list?.items as Json | undefined;
  // Before anything looks at the entries: the cost of judging them may grow with the square of their number.
  const most = (list?.maxItems as number | undefined) ?? limits.arrayEntries;
  if (given.length <= most) return { entries: given, shape };
  look.problems.push({ path, message: `has ${given.length} entries, at most ${most}` });
  return { entries: [], shape };
}

/** The part of a schema (of a union, or of several that hold together) that describes an object or array. */
function shapeFor(schema: Json | undefined, type: 'object' | 'array'): Json | undefined {
  if (schema === undefined || schema.type === type) return schema;
  const shapes = partsOf(schema)
    .map((part) => shapeFor(part, type))
    .filter((shape) => shape !== undefined);
  if (shapes.length < 2) return shapes[0];
  const properties: Json = Object.assign({}, ...shapes.map((shape) => shape.properties as Json));
  return { type, properties, items: shapes.find(({ items }) => items !== undefined)?.items };
}

/** Characters that a text may have by its schema; undefined: it names no limit. */
function longestOf(schema: Json | undefined): number | undefined {
  if (schema === undefined) return undefined;
  if (schema.type === 'string') return schema.maxLength as number | undefined;
  const longest = partsOf(schema).flatMap((part) => longestOf(part) ?? []);
  return longest.length === 0 ? undefined : Math.max(...longest);
}

function partsOf(schema: Json): readonly Json[] {
  return (schema.anyOf ?? schema.allOf ?? []) as readonly Json[];
}

function fieldOf(shape: Json | undefined, name: string): Json | undefined {
  const properties = shape?.properties as Readonly<Record<string, Json>> | undefined;
  if (properties && Object.hasOwn(properties, name)) return properties[name];
  const patterns = shape?.patternProperties as Readonly<Record<string, Json>> | undefined;
  return Object.entries(patterns ?? {}).find(([pattern]) =>
    new RegExp(pattern, 'u').test(name),
  )?.[1];
}

function takesNull(field: Json): boolean {
  if (field.type === 'null') return true;
  if (Array.isArray(field.enum)) return field.enum.includes(null);
  return partsOf(field).some(takesNull);
}
