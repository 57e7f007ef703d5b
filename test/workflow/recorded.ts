import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils.js';

/**
 * Histories that were recorded on a real server, of every type of workflow: `test/histories`, and in `scripted` those
 * whose activities answered as a script says (scripted-lives.ts). Replays need no server.
 */

const folder = fileURLToPath(new URL('../histories/', import.meta.url));

/** The workflows whose histories are recorded; the ids are part of what a workflow reads. */
export const recordedIds = {
  contact: 'contact/p-recorded/c-recorded',
  dispatch: 'dispatch/p-recorded',
  webhookEndpoint: 'webhook/p-recorded/00000000-0000-4000-8000-000000000000',
} as const;
export type Type = keyof typeof recordedIds;

/** A key that replays have, and that the worker of the recorded lives did not have. */
export const lateKey = { id: 'late', key: Buffer.alloc(32, 8) };

export type Recorded = { name: string; type: Type; workflowId: string; history: History };

export function recordedHistories(): Recorded[] {
  return ['', 'webhook/', 'scripted/'].flatMap((part) =>
    (existsSync(folder + part) ? readdirSync(folder + part) : [])
      .filter((name) => /\.json(\.gz)?$/.test(name))
      .map((name) => read(part + name)),
  );
}

function read(name: string): Recorded {
  const bytes = readFileSync(folder + name);
  const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
  const history = historyFromJSON(JSON.parse(text));
  const began = history.events![0]!.workflowExecutionStartedEventAttributes!;
  const type = began.workflowType!.name as Type;
  // What is sealed for its workflow opens in no other.
  const named = /"workflow-id": ?"([^"]+)"/.exec(text)?.[1];
  const workflowId = named ? Buffer.from(named, 'base64').toString() : recordedIds[type];
  return { name, type, workflowId, history };
}

/** Adds a history; the old ones stay. */
export function keepHistory(name: string, history: History): void {
  mkdirSync(`${folder}scripted`, { recursive: true });
  writeFileSync(
    `${folder}scripted/${name}.json.gz`,
    gzipSync(historyToJSON(history), { level: 9 }),
  );
}
