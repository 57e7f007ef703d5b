import { randomBytes } from 'node:crypto';
import { v7 as newId } from 'uuid';
import { notAllotted, type SenderKind } from '../../core/allotment.ts';
import { addressIn } from '../../core/sender.ts';
import { defaultSettings, type Sender, type Settings } from '../../core/settings.ts';
import { mayOpenLanes } from '../../core/consent/switches.ts';
import { lookAgain } from './practice-looks.ts';
import type { SwitchCheck } from './practice-switches.ts';
import { lockPractice, practiceView, type PracticeView } from '../consent/contact-lock.ts';
import { hashToken } from '../../platform/db/cipher.ts';
import { beginRoots } from '../evidence/root.ts';
import type { Database } from '../../platform/db/database.ts';
import { countAgain } from './event-days.ts';
import { placeOf } from '../../platform/db/sealed-columns.ts';
import { retentionStart } from './retention.ts';
import { allotOwn, readAllotment } from './sender-store.ts';
import { transaction } from '../../platform/db/transaction.ts';

/** Practices and their API keys. A key is shown once, when it is made; only its hash is stored. */

/** Allots it the senders of its first settings. False: there is one with this id. */
export async function createPractice(
  db: Database,
  practice: { id: string; name: string; settings?: Partial<Settings> },
): Promise<boolean> {
  const now = db.clock.now();
  const { id, name, settings = {} } = practice;
  return transaction(db, async (sql) => {
    const { count } = await sql.practice.createMany({
      data: [
        {
          id,
          name,
          settings,
          createdAt: now,
          retentionAt: retentionStart(settings.retention ?? defaultSettings.retention, now),
        },
      ],
      skipDuplicates: true,
    });
    await sql.dispatcher.createMany({ data: [{ practiceId: id }], skipDuplicates: true });
    if (count === 1 && settings.sender) await allotOwn(sql, id, settings.sender, now);
    if (count === 1) await beginRoots(db, sql, id);
    return count === 1;
  });
}

/** `key`: only for the demo practice, whose key is public. */
export async function createKey(
  db: Database,
  practiceId: string,
  label: string,
  key = `og_${randomBytes(24).toString('base64url')}`,
): Promise<{ id: string; key: string }> {
  const id = newId();
  await db.prisma.apiKey.createMany({
    data: [
      {
        id,
        practiceId,
        label: '',
        labelEnc: db.cipher.seal(label, placeOf('api_keys.label', practiceId, id)),
        keyHash: hashToken(key),
        createdAt: db.clock.now(),
      },
    ],
    skipDuplicates: true,
  });
  return { id, key };
}

/** False: no such key in this practice, or revoked already. */
export async function revokeKey(db: Database, practiceId: string, id: string): Promise<boolean> {
  const { count } = await db.prisma.apiKey.updateMany({
    where: { practiceId, id, revokedAt: null },
    data: { revokedAt: db.clock.now() },
  });
  return count === 1;
}

export async function readPractice(db: Database, id: string): Promise<PracticeView | undefined> {
  const row = await db.prisma.practice.findFirst({ where: { id } });
  return row ? practiceView(id, row) : undefined;
}

/**
 * Merges; `sender` is merged field by field. `refused`: senders that the operator did not allot; nothing was changed.
 * `anyName`: of a sandbox, which reaches nobody who could take one practice for another.
 */
export async function changeSettings(
  db: Database,
  practiceId: string,
  patch: Partial<Settings>,
  check: SwitchCheck,
  { anyName }: { anyName: boolean },
): Promise<{ settings: Settings } | { refused: SenderKind[] }> {
  return transaction(db, async (sql) => {
    await lockPractice(sql, practiceId);
    const row = await sql.practice.findFirstOrThrow({ where: { id: practiceId } });
    const stored = row.settings as Partial<Settings>;
    const sender: Sender = Object.fromEntries(
      Object.entries({ ...stored.sender, ...patch.sender }).filter(([, value]) => value !== null),
    );
    const refused = notAllotted(sender, await readAllotment(sql, practiceId), row.name).filter(
      (kind) => kind !== 'displayName' || !anyName,
    );
    if (refused.length > 0) return { refused };
    const retention = { ...defaultSettings.retention, ...stored.retention, ...patch.retention };
    const settings = { ...stored, ...patch, retention, sender };
    const changed = await sql.practice.update({ where: { id: practiceId }, data: { settings } });
    const after = practiceView(practiceId, changed);
    const before = practiceView(practiceId, row);
    await check(sql, before, after);
    if (mayOpenLanes(before.settings, after.settings))
      await lookAgain(sql, practiceId, db.clock.now());
    if (before.settings.timeZone !== after.settings.timeZone) await countAgain(sql, practiceId);
    if (JSON.stringify(before.settings.retention) !== JSON.stringify(after.settings.retention))
      await sql.practice.update({
        where: { id: practiceId },
        data: {
          retentionAt: retentionStart(after.settings.retention, db.clock.now()),
          retentionAfter: '',
        },
      });
    return { settings: after.settings };
  });
}

/** The practice of the sandbox: its key is public, its quiet hours are off so that a demo works at night. */
/** Printed in the README: it opens a sandbox's database and no other (installation.ts). */
export const demoKey = 'demo-key';

export async function ensureDemoPractice(
  db: Database,
  sender: { emailFrom?: string; smsFrom?: string },
): Promise<void> {
  const { smsFrom } = sender;
  const emailFrom = addressIn(sender.emailFrom);
  await createPractice(db, {
    id: 'demo',
    name: 'Demo Practice',
    settings: {
      quietHours: null,
      sender: {
        displayName: 'Demo Practice',
        supportPhone: '+1 202 555 0199',
        postalAddress: '1 Example Street, Springfield, IL 62701',
        faxGateway: 'fax.example',
        ...(emailFrom === undefined ? {} : { emailFrom }),
        ...(smsFrom === undefined ? {} : { smsFrom }),
      },
    },
  });
  await createKey(db, 'demo', 'demo', demoKey);
}
