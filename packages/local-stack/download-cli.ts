import { Runtime, DefaultLogger } from '@temporalio/worker';
import { TestWorkflowEnvironment } from '@temporalio/testing';

/** Program: `download-cli VERSION FOLDER`. The SDK downloads the CLI on the way to starting it; we stop it at once. */
const [version, folder] = process.argv.slice(2);
if (!version || !folder) throw new Error('usage: download-cli VERSION FOLDER');

process.once('disconnect', () => process.exit(1));
Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined) });
try {
  const environment = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'cached-download', version, downloadDir: folder, ttl: '3650 days' },
    },
  });
  await environment.teardown();
  process.exit(0);
} catch (error) {
  const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
  process.stderr.write(`${reason}\n`);
  process.exit(1);
}
