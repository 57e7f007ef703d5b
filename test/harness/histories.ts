import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';

/** Histories of contacts that were committed, so that tomorrow's code has to follow them. */

export const historiesFolder = fileURLToPath(new URL('../histories/', import.meta.url));

export const historyFiles = readdirSync(historiesFolder).filter((name) => name.endsWith('.json'));

/**
 * A history knows its run and not its workflow. Payloads are bound to the workflow, and name it; those from before they
 * were bound open for any.
 */
export function readHistory(file: string) {
  const text = readFileSync(`${historiesFolder}${file}`, 'utf8');
  const named = /"workflow-id": ?"([^"]+)"/.exec(text)?.[1];
  const workflowId = named
    ? Buffer.from(named, 'base64').toString()
    : 'contact/p-recorded/c-recorded';
  return { history: historyFromJSON(JSON.parse(text)), workflowId };
}
