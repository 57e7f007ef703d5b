import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { EncryptionKey } from '../../platform/config/config.ts';
import { beat, leave } from './key-roll.ts';
import type { Database } from '../../platform/db/database.ts';
import { acrossPractices } from '../../platform/db/practice-scope.ts';
import { keyLimits } from '../../core/limits/key-limits.ts';
import type { SealingKey } from '../../core/sealing-key.ts';
import { repeat, type Loop } from '../../platform/repeat.ts';

/**
 * Keeps a process at the key that all processes seal with, for as long as it runs. Resolves after the first look; rejects
 * with a `ConfigError` where it must not run with these keys.
 */
export async function watchKeys(options: {
  db: Database;
  /** What its operator knows the process by. */
  name: string;
  keys: readonly EncryptionKey[];
  sealing: SealingKey;
  logger: Logger;
  everyMs?: number;
}): Promise<Loop> {
  const { db, name, keys, sealing, logger, everyMs = keyLimits.beatEveryMs } = options;
  const holder = { id: randomUUID(), name, keys };
  const look = async (): Promise<void> => {
    const before = sealing.id;
    await acrossPractices(() => beat(db, holder, sealing));
    if (sealing.id !== before) logger.info({ key: sealing.id }, 'seals with another key');
  };
  await look();
  const loop = repeat(look, everyMs, (error) =>
    logger.warn({ type: error.name }, 'could not ask which key seals; will try again'),
  );
  return {
    async stop() {
      await loop.stop();
      await acrossPractices(() => leave(db, holder)).catch(() => undefined);
    },
  };
}
