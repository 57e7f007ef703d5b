import type { Config } from '../../platform/config/config.ts';
import type { Database } from '../../platform/db/database.ts';

/** Common parts of the commands of `npm run admin`. */

/** Said by one line and exit code 2: the command was not given as it must be. */
export class UsageError extends Error {}

export const adminOptions = {
  id: { type: 'string' },
  name: { type: 'string' },
  practice: { type: 'string' },
  label: { type: 'string' },
  key: { type: 'string' },
  reason: { type: 'string' },
  contact: { type: 'string' },
  out: { type: 'string' },
  witness: { type: 'string', multiple: true },
  'display-name': { type: 'string', multiple: true },
  email: { type: 'string', multiple: true },
  sms: { type: 'string', multiple: true },
  'shared-sms': { type: 'string', multiple: true },
  fax: { type: 'string', multiple: true },
  withdraw: { type: 'string', multiple: true },
} as const;

export type Values = {
  [K in keyof typeof adminOptions]?: (typeof adminOptions)[K] extends { multiple: true }
    ? string[]
    : string;
};
export type Command = (db: Database, values: Values, config: Config) => Promise<void>;

/** The database that `npm start` brings, where the environment names none. */
export type LocalDatabase = {
  /** What runs on the data folder now; undefined: nothing. */
  running(
    dataDir: string,
  ): { databaseUrl: string; temporal: { address: string; namespace: string } } | undefined;
  /** Starts the database of a stopped service for as long as `use` takes. Throws a `UsageError` while the service runs. */
  whileStopped(
    place: { dataDir: string; port?: number },
    use: (url: string) => Promise<void>,
  ): Promise<void>;
};

/** Options that are given once. */
type Single = {
  [Name in keyof Values]-?: string extends Values[Name] ? Name : never;
}[keyof Values];

export function needed(values: Values, name: Single): string {
  const value = values[name];
  if (value === undefined || value === '') throw new UsageError(`--${name} is missing`);
  return value;
}
