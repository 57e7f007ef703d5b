import type { TSchema } from 'typebox';
import { cleanText, type TextKind } from './incoming-text.ts';
import { limits } from './limits.ts';

/**
 * JSON as it comes in, before its schema judges it: every text cleaned or refused (src/domain/incoming-text.ts), and
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
      'emailFrom',
      'replyTo',
      'smsFrom',
    ] as const
  ).map((name) => [name, 'line'] as const),
]);

type Json = Readonly<Record<string, unknown>>;
type Look = {
  problems: IncomingProblem[];
  /** A PATCH: `null` in the outermost object says "remove", also where the schema then refuses that. */
  patch: boolean;
};

/** `schema`: what the JSON should be; undefined: unknown, and then every `null` stays. */
export function readIncoming(
  schema: TSchema | undefined,
  given: unknown,
  { patch = false }: { patch?: boolean } = {},
): Incoming {
  const look: Look = { problems: [], patch };
  const value = read(schema as Json | undefined, given, 'code', [], look);
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
    const clean = cleanText(given, kind);
    if (clean.ok) return clean.text;
    look.problems.push({ path, message: clean.problem });
    return given;
  }
  if (typeof given !== 'object' || given === null) return given;
  if (path.length >= limits.jsonDepth) {
    look.problems.push({ path: path.slice(0, 1), message: 'is nested too deeply' });
    return null;
  }
  if (Array.isArray(given)) {
    const items = shapeFor(schema, 'array')?.items as Json | undefined;
    return given.map((item, index) => read(items, item, kind, [...path, index], look));
  }
  const shape = shapeFor(schema, 'object');
  const keep = look.patch && path.length === 0;
  const cleaned: [string, unknown][] = [];
  for (const [name, inner] of Object.entries(given)) {
    const field = fieldOf(shape, name);
    if (inner === null && shape !== undefined && field !== undefined && !keep && !takesNull(field))
      continue;
    const innerKind = kind === 'value' || name === 'data' ? 'value' : (kindOf.get(name) ?? 'code');
    cleaned.push([name, read(field, inner, innerKind, [...path, name], look)]);
  }
  return Object.fromEntries(cleaned);
}

/** The part of a schema (of a union, or of several that hold together) that says what an object or array is like. */
function shapeFor(schema: Json | undefined, type: 'object' | 'array'): Json | undefined {
  if (schema === undefined || schema.type === type) return schema;
  const shapes = partsOf(schema)
    .map((part) => shapeFor(part, type))
    .filter((shape) => shape !== undefined);
  if (shapes.length < 2) return shapes[0];
  const properties: Json = Object.assign({}, ...shapes.map((shape) => shape.properties as Json));
  return { type, properties, items: shapes.find(({ items }) => items !== undefined)?.items };
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
