import { sandboxCredentials } from './sandbox-credentials.ts';
import { runRole } from './role.ts';
import { startSandbox } from './sandbox/server.ts';

await runRole('sandbox', async (config) => {
  const sandbox = await startSandbox({
    port: config.sandbox.port,
    webhookBaseUrl: config.http.publicUrl,
    credentials: sandboxCredentials,
  });
  process.stdout.write(`sandbox: mailbox and phone at ${sandbox.url}\n`);
  return sandbox;
});
