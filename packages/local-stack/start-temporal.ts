import { choosePorts } from '../../src/platform/free-ports.ts';
import type { RunningServer } from './running-server.ts';
import { findTemporal } from './temporal-program.ts';
import { startTemporalUi } from './temporal-ui.ts';
import { startTemporalServer } from './temporal.ts';

type RunningTemporal = RunningServer & { uiUrl?: string };

/**
 * Finds or makes a Temporal server (see temporal-program.ts) and starts it with its UI on 127.0.0.1, the data in
 * `dataDir`. Ports by default: any free ones. It stops when this process ends, however it ends.
 */
export async function startTemporal(options: {
  dataDir: string;
  env: NodeJS.ProcessEnv;
  port?: number;
  uiPort?: number;
  ui?: boolean;
  namespace?: string;
  codecEndpoint?: string;
  orphanGraceMs?: number;
  onNotice?: (text: string) => void;
  onProgress?: (text: string) => void;
}): Promise<RunningTemporal> {
  const { uiPort, port, namespace, env, ui: wanted = true, codecEndpoint, ...rest } = options;
  const { onProgress, ...common } = rest;
  const [freePort = 0, freeUiPort = 0] = await choosePorts(2);
  const ui = wanted
    ? { port: uiPort ?? freeUiPort, ...(codecEndpoint ? { codecEndpoint } : {}) }
    : undefined;
  const program = await findTemporal({ ui: wanted, env, onProgress, onNotice: options.onNotice });
  const server = await startTemporalServer({
    ...common,
    program,
    port: port ?? freePort,
    ...(ui ? { ui } : {}),
  });
  if (!ui) return server;
  const uiUrl = `http://127.0.0.1:${ui.port}`;
  if (program.kind === 'cli') return { ...server, uiUrl };
  const uiServer = await startTemporalUi({
    ...common,
    ...ui,
    program,
    address: server.address,
    namespace: namespace ?? 'default',
  });
  return {
    ...server,
    uiUrl,
    async stop(hurry) {
      await server.stop(hurry);
      await uiServer.stop(hurry);
    },
  };
}
