import pg from 'pg';
import { ConfigError, type Config } from '../config/config.ts';
import type { Database } from './database.ts';

/**
 * The roles that processes connect with (docs/tenancy.md). Their rights come from two groups that the migrations make:
 * `optgate_service` works for one practice at a time, `optgate_across` also for all at once.
 */
export const logins = {
  /** Finds the practice of a key, a link or a webhook, then works for that one. */
  api: ['optgate_service', 'optgate_across'],
  /** Each activity works for the practice of its workflow. */
  worker: ['optgate_service'],
  /** The worker's loops, which look for what was left undone in all practices. */
  sweeper: ['optgate_service', 'optgate_across'],
} as const;

export type Login = keyof typeof logins;

/**
 * Makes the login, or gives it this password and these groups, as the owner of `url`; returns its own URL. For servers
 * that are ours alone: elsewhere the operator makes them.
 */
export async function ensureLogin(url: string, login: Login, password: string): Promise<string> {
  const name = `optgate_${login}`;
  const client = new pg.Client({ connectionString: url, application_name: 'optgate-roles' });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
    await client.query(
      `${rowCount === 0 ? 'CREATE' : 'ALTER'} ROLE ${name} LOGIN PASSWORD ${pg.escapeLiteral(password)}`,
    );
    await client.query(`GRANT ${logins[login].join(', ')} TO ${name}`);
    const database = client.escapeIdentifier(client.database!);
    await client.query(`GRANT CONNECT ON DATABASE ${database} TO ${name}`);
  } finally {
    await client.end();
  }
  const own = new URL(url);
  own.username = name;
  own.password = password;
  return own.href;
}

/**
 * Throws a {@link ConfigError} where the role that a process connected with has rights that it must not have in a live
 * service, or lacks those that it works with.
 */
export async function checkRole(
  { prisma }: Database,
  login: Login,
  mode: Config['mode'],
): Promise<void> {
  const [role] = await prisma.$queryRaw<{ name: string; held: boolean; groups: string[] }[]>`
    SELECT current_user::text AS name, row_security_active('contacts') AS held,
      ARRAY(SELECT rolname::text FROM pg_roles
        WHERE rolname = ANY(${[...logins[login]]}) AND pg_has_role(oid, 'usage')) AS groups`;
  const { name, held, groups } = role!;
  if (!held && mode === 'live')
    throw new ConfigError([
      `the database does not hold the role "${name}" to one practice at a time: it is a superuser or owns the tables. Give the ${login} a role of its own (docs/going-live.md, "Database roles")`,
    ]);
  const missing = logins[login].filter((group) => !groups.includes(group));
  if (held && missing.length > 0)
    throw new ConfigError([
      `the ${login} connects as "${name}", which is no member of ${missing.join(' and ')} (docs/going-live.md, "Database roles")`,
    ]);
}
