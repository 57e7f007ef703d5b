import { sandboxCredentials } from '../../src/platform/config/sandbox-credentials.ts';
import { runRole } from '../../src/main/role.ts';
import { startSandbox } from './server.ts';

await runRole('sandbox', async (config) => {
  const sandbox = await startSandbox({
    port: config.sandbox.port,
    webhookBaseUrl: config.http.publicUrl,
    credentials: sandboxCredentials,
  });
  process.stdout.write(`sandbox: mailbox and phone at ${sandbox.url}\n`);
  return sandbox;
});
