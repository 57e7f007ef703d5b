import { sandboxCredentials } from '../../src/platform/config/sandbox-credentials.ts';
import { runRole } from '../../src/main/role.ts';
import { readArguments } from '../../src/platform/arguments.ts';
import { startSandbox } from './server.ts';

readArguments({
  command: 'npm run sandbox',
  does: 'Speaks as Resend and Plivo do, and shows the mailbox and the phone, until Ctrl-C.',
  environment: {
    SANDBOX_PORT: 'where it listens (3001)',
    'PORT, PUBLIC_URL': 'where it sends its webhooks (http://localhost:3000)',
  },
});

await runRole('sandbox', async (config) => {
  const sandbox = await startSandbox({
    port: config.sandbox.port,
    webhookBaseUrl: config.http.publicUrl,
    credentials: sandboxCredentials,
  });
  process.stdout.write(`sandbox: mailbox and phone at ${sandbox.url}\n`);
  return sandbox;
});
