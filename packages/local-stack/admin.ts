import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError, type LocalDatabase } from '../../src/main/admin/admin-command.ts';
import { runAdmin } from '../../src/main/admin/commands.ts';
import { tryLock } from './lock.ts';
import { startPostgres } from './postgres.ts';
import { endLeftRun, findRunning } from './run-state.ts';

/** `npm run admin -- …`: on the database of the environment, or of `npm start` on this machine. */

const local: LocalDatabase = {
  running: findRunning,
  async whileStopped({ dataDir, port }, use) {
    if (!existsSync(join(dataDir, 'postgres')))
      throw new UsageError('there is no database: set DATABASE_URL or DATA_DIR');
    const lock = tryLock(join(dataDir, 'run.lock'), { api: 'npm run admin -- replace-lookup-key' });
    if (!lock.taken)
      throw new UsageError(
        `nothing was replaced: stop Optgate on ${dataDir} first (pid ${lock.holder.pid}); its database is started by this command`,
      );
    const tell = (text: string): void => console.log(text);
    try {
      await endLeftRun(dataDir, tell);
      const server = await startPostgres({
        dataDir,
        ...(port === undefined ? {} : { port }),
        onNotice: tell,
      });
      try {
        await use(server.url);
      } finally {
        await server.stop();
      }
    } finally {
      lock.release();
    }
  },
};

await runAdmin(local);
