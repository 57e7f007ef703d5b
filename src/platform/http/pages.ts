import { Type, type Static } from 'typebox';
import { instantOf, noInstant } from '../../core/instant.ts';
import { limits } from '../../core/limits.ts';
import type { MessagePlace } from '../../core/message/message.ts';
import { AppError } from '../errors.ts';

/** `limit` and `cursor` of lists. The cursor is opaque to callers: base64url of a JSON array. */
export const pageQuery = {
  limit: Type.Optional(Type.String({ pattern: '^[0-9]{1,4}$' })),
  cursor: Type.Optional(Type.String({ maxLength: 512 })),
};
const pageSchema = Type.Object(pageQuery);

export function pageSize(query: Static<typeof pageSchema>): number {
  return sizeIn(query, 'limit') ?? limits.pageDefault;
}

/** How many entries a query asks for, by the field's name. */
export function sizeIn<Name extends string>(
  query: Partial<Record<Name, string>>,
  name: Name,
): number | undefined {
  const given = query[name];
  if (given === undefined) return undefined;
  const size = Number(given);
  if (size < 1 || size > limits.pageMax)
    throw new AppError('validation_failed', undefined, {
      details: [{ path: `/${name}`, message: `must be 1 to ${limits.pageMax}` }],
    });
  return size;
}

export function writeCursor(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** `parts`: the format of each part of this list's cursor. */
export function readCursor(
  cursor: string | undefined,
  parts: readonly ((part: string) => boolean)[],
): string[] | undefined {
  if (cursor === undefined) return undefined;
  try {
    const value = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown;
    if (
      Array.isArray(value) &&
      value.length === parts.length &&
      value.every((part, index): part is string => typeof part === 'string' && parts[index]!(part))
    )
      return value;
  } catch {
    // Falls through to the one answer for a cursor that is not ours.
  }
  throw new AppError('validation_failed', undefined, {
    details: [{ path: '/cursor', message: 'is not a cursor of this list' }],
  });
}

export function isTime(part: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(part) && instantOf(part) !== undefined;
}

/** A time in a query, by the field's name. 422 `validation_failed`: it is none that can be asked for. */
export function timeIn<Name extends string>(
  query: Partial<Record<Name, string>>,
  name: Name,
): Partial<Record<Name, Date>> {
  const given = query[name];
  if (given === undefined) return {};
  const at = instantOf(given);
  if (at) return { [name]: at } as Record<Name, Date>;
  throw new AppError('validation_failed', undefined, {
    details: [{ path: `/${name}`, message: noInstant }],
  });
}

export function isUuid(part: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(part);
}

/** A whole number that PostgreSQL's `bigint` holds. */
export function isNumber(part: string): boolean {
  return /^\d{1,18}$/.test(part);
}

/** … and one that its `smallint` does. */
export function isSmallNumber(part: string): boolean {
  return /^\d{1,4}$/.test(part);
}

/** Where a list of messages goes on. */
export function readMessageCursor(cursor: string | undefined): MessagePlace | undefined {
  const [at, arrival] = readCursor(cursor, [isTime, isNumber]) ?? [];
  if (at === undefined || arrival === undefined) return undefined;
  return { at: new Date(at), arrival: BigInt(arrival) };
}

export function nextMessages(next: MessagePlace | undefined): { nextCursor?: string } {
  return next ? { nextCursor: writeCursor([next.at.toISOString(), String(next.arrival)]) } : {};
}

/** Of a list by time of receipt, newest first: where the last page ended. */
export function olderThan(cursor: string | undefined) {
  const [at, after] = readCursor(cursor, [isTime, isUuid]) ?? [];
  if (at === undefined || after === undefined) return {};
  const time = new Date(at);
  return { OR: [{ receivedAt: { lt: time } }, { receivedAt: time, id: { lt: after } }] };
}

/** … and where the next one begins. */
export function nextNewest(last: { id: string; receivedAt: Date } | undefined): {
  nextCursor?: string;
} {
  return last ? { nextCursor: writeCursor([last.receivedAt.toISOString(), last.id]) } : {};
}
