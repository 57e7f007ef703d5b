import { fileURLToPath } from 'node:url';
import { defaultPayloadConverter } from '@temporalio/common';
import type { temporal } from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import type { EncryptionKey } from '../../src/platform/config/config.ts';
import { parseEncryptionKeys } from '../../src/platform/config/encryption-keys.ts';
import { createDataConverter } from '../../src/platform/temporal/data-converter.ts';
import { historyFiles, readHistory } from '../harness/histories.ts';
import { testKey } from '../harness/service.ts';

/**
 * A worker that lacks the key of a history must not go on with it: it would look different to it than to others. The
 * task fails, for as long as that is so, and the next worker that has the key takes it up where it was.
 */

const [known] = parseEncryptionKeys([testKey], []);
const other: EncryptionKey = { id: 'other', key: Buffer.alloc(32, 9) };

/** `test` with other bytes: as where two keys were given one name. */
const namesake = { ...known!, key: Buffer.alloc(32, 9) };

async function replay(
  name: string,
  keys: EncryptionKey[],
  change: (history: temporal.api.history.v1.IHistory) => void = () => undefined,
): Promise<string> {
  const { history, workflowId } = readHistory(name);
  change(history);
  try {
    await Worker.runReplayHistory(
      {
        workflowsPath: fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)),
        dataConverter: createDataConverter(keys),
      },
      history,
      workflowId,
    );
    return 'replayed';
  } catch (error) {
    return (error as Error).message;
  }
}

describe.each(historyFiles)('%s', (name) => {
  it('is not replayed without its key, nor with another one of its name', async () => {
    for (const keys of [[other], [namesake]]) {
      const problem = await replay(name, keys);
      // The task fails by our own word, before any command differs from the history.
      expect(problem).toContain('Workflow activation completion failed');
      expect(problem).not.toMatch(/TMPRL1100|determinis/i);
    }
  });

  it('is not replayed with an outcome of an activity that came in the clear', async () => {
    const problem = await replay(name, [known!], (history) => {
      const outcome = history.events!.find((event) => event.activityTaskCompletedEventAttributes);
      const { result } = outcome!.activityTaskCompletedEventAttributes!;
      result!.payloads = [defaultPayloadConverter.toPayload({ upTo: 10 })];
    });
    expect(problem).toContain('Workflow activation completion failed');
    expect(problem).not.toMatch(/TMPRL1100|determinis/i);
  });

  it('is replayed by a worker that has it too', async () => {
    expect(await replay(name, [other, known!])).toBe('replayed');
  });
});
