import type { Config } from './config.ts';
import type { Database } from './db/database.ts';

/** What the commands of `npm run admin` have in common. */

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
} as const;

export type Values = {
  [K in keyof typeof adminOptions]?: (typeof adminOptions)[K] extends { multiple: true }
    ? string[]
    : string;
};
export type Command = (db: Database, values: Values, config: Config) => Promise<void>;

export function needed(values: Values, name: Exclude<keyof Values, 'witness'>): string {
  const value = values[name];
  if (value === undefined || value === '') throw new UsageError(`--${name} is missing`);
  return value;
}
