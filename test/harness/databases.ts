import pg from 'pg';
import { migrate } from '../../src/platform/db/migrate.ts';
import { ensureLogin, logins, type Login } from '../../src/platform/db/roles.ts';

/** The databases of a test run: one server, and a copy of one template for each service. */

const template = 'service_template';

/**
 * Once for a PostgreSQL server: a database with today's schema, which each service's is a copy of, and the logins of
 * the processes.
 */
export async function prepareDatabases(server: string): Promise<void> {
  const url = await newDatabase(server, template, 'template1');
  await migrate(url);
  for (const login of Object.keys(logins) as Login[])
    await ensureLogin(url, login, passwordOf(login));
}

/** Returns its superuser's URL. */
export async function newDatabase(server: string, name: string, of = template): Promise<string> {
  const url = new URL(server);
  const admin = new pg.Client({ connectionString: url.href });
  await admin.connect();
  await admin.query(
    `CREATE DATABASE ${pg.escapeIdentifier(name)} TEMPLATE ${pg.escapeIdentifier(of)}`,
  );
  await admin.end();
  url.pathname = `/${name}`;
  return url.href;
}

/** As a process of the service connects. */
export function serviceUrl(databaseUrl: string, login: Login): string {
  const url = new URL(databaseUrl);
  url.username = `optgate_${login}`;
  url.password = passwordOf(login);
  return url.href;
}

const passwordOf = (login: Login): string => `test-${login}`;
