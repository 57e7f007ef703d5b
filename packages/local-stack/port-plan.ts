import type { Config } from '../../src/platform/config/config.ts';
import { isPortFreeEverywhere } from '../../src/platform/free-ports.ts';
import { portHolder } from './port-holder.ts';

type PlannedPort = { variable: string; purpose: string; port: number };

/** The ports that a start needs as they are configured, each with the variable that moves it. */
function plannedPorts(config: Config): PlannedPort[] {
  const { http, sandbox, temporal, database } = config;
  return [
    { variable: 'PORT', purpose: 'the API', port: http.port },
    ...(config.mode === 'sandbox'
      ? [{ variable: 'SANDBOX_PORT', purpose: 'the sandbox', port: sandbox.port }]
      : []),
    ...(temporal.kind === 'embedded'
      ? [
          { variable: 'TEMPORAL_PORT', purpose: 'Temporal', port: temporal.port },
          { variable: 'TEMPORAL_UI_PORT', purpose: 'the Temporal UI', port: temporal.uiPort },
        ]
      : []),
    ...(database.kind === 'embedded' && database.port !== undefined
      ? [{ variable: 'POSTGRES_PORT', purpose: 'PostgreSQL', port: database.port }]
      : []),
  ];
}

/** A sentence for each port that two parts want or that is in use; empty when all are free. */
export async function portProblems(config: Config): Promise<string[]> {
  const problems: string[] = [];
  const planned = plannedPorts(config);
  for (const [index, { variable, purpose, port }] of planned.entries()) {
    const twin = planned.slice(0, index).find((other) => other.port === port);
    if (twin) {
      problems.push(`${variable} and ${twin.variable} are both ${port}`);
    } else if (!(await isPortFreeEverywhere(port))) {
      const holder = portHolder(port) ?? 'another program';
      problems.push(`port ${port} for ${purpose} is in use by ${holder}; ${variable} moves it`);
    }
  }
  return problems;
}
