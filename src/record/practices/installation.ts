import { ConfigError, type Config } from '../../platform/config/config.ts';
import { hashToken } from '../../platform/db/cipher.ts';
import type { Database } from '../../platform/db/database.ts';
import { demoKey } from './practice-store.ts';

/**
 * The first start makes a database the sandbox's or the live service's, for good: contacts, consents, keys and queued
 * messages of a sandbox must never reach people, and a live service that lost its provider keys must not begin to send
 * its people's messages to a mailbox that anybody can read.
 *
 * Throws a {@link ConfigError} where the database is the other mode's.
 */
export async function claimDatabase(db: Database, mode: Config['mode']): Promise<void> {
  const { prisma, clock } = db;
  await prisma.installation.createMany({
    data: [{ id: 1, mode, claimedAt: clock.now() }],
    skipDuplicates: true,
  });
  const { mode: found } = await prisma.installation.findFirstOrThrow({ where: { id: 1 } });
  if (found !== mode)
    throw new ConfigError([
      mode === 'live'
        ? "this database was the sandbox's: nothing in it is real, and none of it may be sent. Give the live service a database of its own (DATABASE_URL, or another DATA_DIR)"
        : 'this database is a live service’s, and no provider key is set: set RESEND_API_KEY and PLIVO_AUTH_ID, or give the sandbox a database of its own',
    ]);
  if (mode === 'live') await voidDemoKey(db);
}

/** A database from before databases were claimed may have been a sandbox's once; the README prints its key. */
async function voidDemoKey({ prisma, clock }: Database): Promise<void> {
  await prisma.apiKey.updateMany({
    where: { keyHash: hashToken(demoKey), revokedAt: null },
    data: { revokedAt: clock.now() },
  });
}
