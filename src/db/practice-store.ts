import { randomBytes } from 'node:crypto';
import { v7 as newId } from 'uuid';
import type { Settings } from '../domain/settings.ts';
import type { ContactRef } from '../domain/ids.ts';
import { lookAtEverything, type SwitchCheck } from './practice-switches.ts';
import { lockPractice, practiceView, type PracticeView } from './contact-lock.ts';
import { hashToken } from './cipher.ts';
import { beginRoots } from './ledger-root.ts';
import { Prisma, type Database } from './database.ts';

/** Practices and their API keys. A key is shown once, when it is made; only its hash is stored. */

export async function createPractice(
  db: Database,
  practice: { id: string; name: string; settings?: Partial<Settings> },
): Promise<boolean> {
  return db.prisma.$transaction(async (sql) => {
    const { count } = await sql.practice.createMany({
      data: [
        {
          id: practice.id,
          name: practice.name,
          settings: practice.settings ?? {},
          createdAt: db.clock.now(),
        },
      ],
      skipDuplicates: true,
    });
    await sql.dispatcher.createMany({
      data: [{ practiceId: practice.id }],
      skipDuplicates: true,
    });
    if (count === 1) await beginRoots(db, sql, practice.id);
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
    data: [{ id, practiceId, label, keyHash: hashToken(key), createdAt: db.clock.now() }],
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
  const row = await db.prisma.practice.findUnique({ where: { id } });
  return row ? practiceView(id, row) : undefined;
}

/** Merges; `sender` is merged field by field. `taken`: another practice already sends from this number. */
export async function changeSettings(
  db: Database,
  practiceId: string,
  patch: Partial<Settings>,
  check: SwitchCheck,
): Promise<{ settings: Settings; tell: ContactRef[] } | 'taken'> {
  try {
    return await db.prisma.$transaction(async (sql) => {
      await lockPractice(sql, practiceId);
      const row = await sql.practice.findUniqueOrThrow({ where: { id: practiceId } });
      const stored = row.settings as Partial<Settings>;
      const sender = Object.fromEntries(
        Object.entries({ ...stored.sender, ...patch.sender }).filter(([, value]) => value !== null),
      );
      const settings = { ...stored, ...patch, sender };
      const changed = await sql.practice.update({ where: { id: practiceId }, data: { settings } });
      const after = practiceView(practiceId, changed);
      await check(sql, practiceView(practiceId, row), after);
      const asks = after.settings.optInEnabled;
      const tell = await lookAtEverything(sql, practiceId, db.clock.now(), { asks });
      return { settings: after.settings, tell };
    });
  } catch (error) {
    if (isUniqueViolation(error)) return 'taken';
    throw error;
  }
}

function isUniqueViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
}

/** The practice of the sandbox: its key is public, its quiet hours are off so that a demo works at night. */
export async function ensureDemoPractice(
  db: Database,
  sender: { emailFrom?: string; smsFrom?: string },
): Promise<void> {
  const { emailFrom, smsFrom } = sender;
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
  await createKey(db, 'demo', 'demo', 'demo-key');
}
