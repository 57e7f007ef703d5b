import { spawn } from 'node:child_process';
import { once } from 'node:events';
import pg from 'pg';
import { findPgbouncer, preparePgbouncer } from '../../packages/soak/apart/pgbouncer.ts';
import { choosePorts } from '../../src/platform/free-ports.ts';
import { until } from './until.ts';

/** The real PgBouncer, in transaction mode, before a database of this run. */

export { findPgbouncer };

/** `connections`: of each role to PostgreSQL: fewer than clients, so that they really share them. */
export async function startPgbouncer(
  program: NonNullable<Awaited<ReturnType<typeof findPgbouncer>>>,
  ownerUrl: string,
  logins: readonly string[],
  connections: number,
) {
  const [port = 0] = await choosePorts(1);
  const prepared = preparePgbouncer(program, { ownerUrl, logins, port, connections });
  const { command, args, env, through, removeFiles } = prepared;
  const child = spawn(command, args, { env, stdio: 'ignore' });
  await until('PgBouncer answers', async () => {
    const client = new pg.Client({ connectionString: through(ownerUrl) });
    client.on('error', () => undefined);
    return client.connect().then(
      () => client.end().then(() => true),
      () => false,
    );
  });
  return {
    through,
    async stop() {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
      removeFiles();
    },
  };
}
