import { setTimeout as sleep } from 'node:timers/promises';
import { newEncryptionKey } from '../../../src/platform/config/encryption-keys.ts';
import type { Field, Upheaval } from './field.ts';
import { restartAll } from './restarts.ts';

/** The encryption key is rotated by the steps of docs/operations.md, "Rotate the encryption key". */
export const keyRotation: Upheaval = async (field) => {
  const { service } = field;
  const [old = ''] = service.encryptionKeys;
  const oldId = old.slice(0, old.indexOf(':'));
  const next = newEncryptionKey(`soak${Number(oldId.replace(/\D/g, '')) + 1}`);
  service.encryptionKeys = [next, ...service.encryptionKeys];
  await restartRoles(field);
  if (!(await untilDone(field, ['keys', 'rotate']))) return;
  if (!(await untilDone(field, ['keys', 'retire', '--key', oldId]))) return;
  service.encryptionKeys = [next];
  await restartRoles(field);
};

async function restartRoles(field: Field): Promise<void> {
  await restartAll(field, 'worker');
  await restartAll(field, 'api');
}

/**
 * A step refuses while a killed process still counts as running, for a minute, and says so; it may be repeated. In ms:
 * a minute for each of some kills, and the renewal of all workflows.
 */
const stepPatienceMs = 480_000;
const againMs = 3_000;

/** False: the service never let it happen, which the journal has. */
async function untilDone({ service, world }: Field, words: string[]): Promise<boolean> {
  const at = Date.now();
  const deadline = at + stepPatienceMs;
  for (;;) {
    const { code, output } = await service.admin(words);
    if (code === 0) return true;
    if (world.interrupted.aborted) return false;
    if (Date.now() > deadline) {
      world.journal.data.undone.push({ at, what: words.join(' '), said: output.slice(-600) });
      return false;
    }
    await sleep(againMs);
  }
}
