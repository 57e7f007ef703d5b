/**
 * What the database's errors mean for somebody who may try again. They come in several shapes: of PostgreSQL (a SQLSTATE),
 * of Prisma (a code that begins with P), of Node (a socket's), and of the pool (words only).
 */

/** The database lost a transaction to another one again and again; nothing was changed. */
export class DatabaseBusyError extends Error {
  override readonly name = 'DatabaseBusyError';

  constructor(cause: unknown) {
    super('the transaction lost against others again and again', { cause });
  }
}

/** A stop is still on its way to the contacts that have an address; in seconds it has reached them. */
export class StillSpreadingError extends Error {
  override readonly name = 'StillSpreadingError';
  constructor() {
    super('a stop of this address has not reached all of its contacts yet');
  }
}

type Shape = {
  code?: unknown;
  originalCode?: unknown;
  name?: unknown;
  message?: unknown;
  cause?: unknown;
  meta?: { driverAdapterError?: unknown };
};

/** The error, and whatever it was made of. */
function layersOf(error: unknown): Shape[] {
  const layers: Shape[] = [];
  for (let next = error; typeof next === 'object' && next !== null && layers.length < 8;) {
    const layer: Shape = next;
    layers.push(layer);
    next = layer.meta?.driverAdapterError ?? layer.cause;
  }
  return layers;
}

/** Five digits and letters; codes of Prisma look alike, words of Node have no digit. */
const sqlState = /^(?!P[123]\d{3}$)(?=.*\d)[0-9A-Z]{5}$/;

/** What PostgreSQL said; undefined: it said nothing, or the error is not the database's. */
export function sqlStateOf(error: unknown): string | undefined {
  for (const { originalCode, code } of layersOf(error))
    for (const state of [originalCode, code])
      if (typeof state === 'string' && sqlState.test(state)) return state;
  return undefined;
}

function codesOf(error: unknown): unknown[] {
  return layersOf(error).map(({ code }) => code);
}

function says(error: unknown, words: RegExp): boolean {
  return layersOf(error).some(({ message }) => typeof message === 'string' && words.test(message));
}

/**
 * Lost against another transaction (40001, 40P01), waited too long for its lock (55P03), or sent to a server that only
 * reads (25006; its connection is dropped, practice-pool.ts).
 */
const rolledBack = /^(40001|40P01|55P03|25006)$/;

/** Another transaction held a lock for longer than this one waits. */
export function isLockTimeout(error: unknown): boolean {
  return sqlStateOf(error) === '55P03';
}

/** Said where a practice's calls have all the connections that they may have (practice-pool.ts). */
export const noConnection = 'no connection to the database was free in time';

/** The transaction never began: no connection was free in time. */
const notBegun =
  /Unable to start a transaction in the given time|timeout exceeded when trying to connect/;

/** Certainly nothing was written, and the same transaction may succeed at once. */
export function mayRepeat(error: unknown): boolean {
  if (error instanceof DatabaseBusyError) return false;
  const state = sqlStateOf(error);
  if (state !== undefined) return rolledBack.test(state);
  return codesOf(error).includes('P2034') || says(error, notBegun);
}

/**
 * A key was taken (23505), by another transaction since the look that found it free; the next look finds it.
 */
export function isKeyTaken(error: unknown): boolean {
  return sqlStateOf(error) === '23505' || codesOf(error).includes('P2002');
}

/**
 * SQLSTATE classes of a server that is away, full, being switched over, or too busy: connections (08), transactions that
 * lost (40), resources (53), an operator's or a limit's intervention (57), locks (55P03), its disk (58); read-only
 * (25006), closed to connections for now (55000), a transaction that was idle for too long (25P03), and the look-up
 * key being replaced (OG001, lookup-guard.ts).
 */
const passing = /^(08|40|53|57|58)|^(25006|25P03|55000|55P03|OG001)$/;

/** Prisma's "cannot reach", "timed out", "connection closed"; Node's connection errors. */
const passingCodes = new Set<unknown>([
  'P1001',
  'P1002',
  'P1008',
  'P1017',
  'P2024',
  'P2028',
  'P2034',
  'P2037',
  'P2039',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** What `pg` says of a connection that is gone, and has no code for. */
const connectionGone =
  /no connection to the database was free|Connection terminated|is not queryable|timeout exceeded when trying to connect|Connection ended|Server has closed the connection/;

/**
 * The database cannot do it now, and may later. Whether it was done is not known where the connection broke: what is tried
 * again must be harmless twice.
 */
export function isPassing(error: unknown): boolean {
  if (error instanceof DatabaseBusyError || error instanceof StillSpreadingError) return true;
  const state = sqlStateOf(error);
  if (state !== undefined) return passing.test(state);
  return (
    codesOf(error).some((code) => passingCodes.has(code)) ||
    layersOf(error).some(({ name }) => name === 'PrismaClientInitializationError') ||
    says(error, connectionGone)
  );
}

/** Of the database, or of the way there, in whatever shape: not of our own code. */
export function isDatabaseError(error: unknown): boolean {
  return (
    isPassing(error) ||
    sqlStateOf(error) !== undefined ||
    codesOf(error).some((code) => typeof code === 'string' && /^P\d{4}$/.test(code)) ||
    layersOf(error).some(
      ({ name }) =>
        typeof name === 'string' && /^(PrismaClient|DriverAdapterError|DatabaseError)/.test(name),
    )
  );
}

/** The name of an error, and what PostgreSQL calls it: never its message, which may quote a value. */
export function nameOfError(error: unknown): string {
  const { name = 'Error' } = error as { name?: string };
  const state = sqlStateOf(error);
  return state === undefined ? name : `database error ${state}`;
}
