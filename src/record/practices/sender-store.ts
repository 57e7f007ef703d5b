import {
  isSameName,
  notAllotted,
  senderKinds,
  type Allotment,
  type SenderKind,
} from '../../core/allotment.ts';
import type { Senders } from '../../core/sender.ts';
import type { Sender, Settings } from '../../core/settings.ts';
import { lockPractice } from '../consent/contact-lock.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import { insertRows } from '../../platform/db/insert-rows.ts';
import { lookAgain } from './practice-looks.ts';
import { transaction } from '../../platform/db/transaction.ts';

/**
 * The senders that the operator allotted to each practice. A practice's own sender is always among them: settings are
 * checked against them under the practice's lock, and a withdrawn one leaves the settings in the same transaction.
 */

export async function readAllotment(sql: Sql, practiceId: string): Promise<Allotment> {
  const rows = await sql.practiceSender.findMany({
    where: { practiceId },
    orderBy: [{ kind: 'asc' }, { value: 'asc' }],
  });
  const of = (kind: SenderKind, shared = false): string[] =>
    rows.filter((row) => row.kind === kind && row.shared === shared).map(({ value }) => value);
  return {
    displayName: of('displayName'),
    emailFrom: of('emailFrom'),
    smsFrom: of('smsFrom'),
    sharedSmsFrom: of('smsFrom', true),
    faxGateway: of('faxGateway'),
  };
}

export type Allotted =
  | {
      status: 'allotted';
      allotment: Allotment;
      /** The senders that the practice's settings lost by it. */
      withdrawn: SenderKind[];
    }
  /** Numbers that another practice has, and that are not shared by both. */
  | { status: 'taken'; numbers: string[] }
  | { status: 'unknown' };

/** Replaces the practice's whole allotment by the result of `change`. All values are normalised. */
export async function allotSenders(
  db: Database,
  practiceId: string,
  change: (before: Allotment) => Allotment,
): Promise<Allotted> {
  return transaction(db, async (sql) => {
    // Two practices that are allotted one number at once would not see each other.
    await sql.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('practice_senders'))`;
    await lockPractice(sql, practiceId);
    const practice = await sql.practice.findFirst({ where: { id: practiceId } });
    if (!practice) return { status: 'unknown' };
    const before = await readAllotment(sql, practiceId);
    const wanted = change(before);
    const numbers = await takenNumbers(sql, practiceId, wanted);
    if (numbers.length > 0) return { status: 'taken', numbers };
    await replace(sql, practiceId, wanted, db.clock.now());

    const { sender = {}, ...settings } = practice.settings as Partial<Settings>;
    const { displayName = '' } = sender;
    // A sandbox's practice may use any name: only one that was allotted can be withdrawn.
    const hadName = before.displayName.some((name) => isSameName(name, displayName));
    const withdrawn = notAllotted(sender, wanted, practice.name).filter(
      (kind) => kind !== 'displayName' || hadName,
    );
    const allotment = await readAllotment(sql, practiceId);
    if (withdrawn.length === 0) return { status: 'allotted', allotment, withdrawn };
    const kept = Object.fromEntries(
      Object.entries(sender).filter(([field]) => !withdrawn.includes(field as SenderKind)),
    );
    await sql.practice.update({
      where: { id: practiceId },
      data: { settings: { ...settings, sender: kept } },
    });
    await lookAgain(sql, practiceId, db.clock.now());
    return { status: 'allotted', allotment, withdrawn };
  });
}

/** Allots a new practice the senders that its creator names. */
export async function allotOwn(
  sql: Sql,
  practiceId: string,
  sender: Sender,
  at: Date,
): Promise<void> {
  const data = senderKinds.flatMap((kind) => {
    const value = sender[kind];
    return value === undefined ? [] : [{ practiceId, kind, value, allottedAt: at }];
  });
  await sql.practiceSender.createMany({ data, skipDuplicates: true });
}

/** Whether several practices may send from a number, today or later: it is lent to any, or allotted as shared. */
export async function mayBeShared(
  sql: Sql,
  number: string,
  { smsFrom }: Senders,
): Promise<boolean> {
  if (number === smsFrom) return true;
  const shared = { kind: 'smsFrom', value: number, shared: true };
  return (await sql.practiceSender.findFirst({ where: shared, select: { value: true } })) !== null;
}

async function takenNumbers(
  sql: Sql,
  practiceId: string,
  { smsFrom, sharedSmsFrom }: Allotment,
): Promise<string[]> {
  const others = await sql.practiceSender.findMany({
    where: {
      practiceId: { not: practiceId },
      kind: 'smsFrom',
      OR: [{ value: { in: smsFrom } }, { value: { in: sharedSmsFrom }, shared: false }],
    },
    select: { value: true },
  });
  return [...new Set(others.map(({ value }) => value))];
}

async function replace(
  sql: Sql,
  practiceId: string,
  { sharedSmsFrom, ...own }: Allotment,
  at: Date,
): Promise<void> {
  const rows = [
    ...senderKinds.flatMap((kind) => own[kind].map((value) => ({ kind, value, shared: false }))),
    ...sharedSmsFrom.map((value) => ({ kind: 'smsFrom', value, shared: true })),
  ];
  const before = await sql.practiceSender.findMany({ where: { practiceId } });
  const allottedAt = new Map(before.map((row) => [`${row.kind} ${row.value}`, row.allottedAt]));
  await sql.practiceSender.deleteMany({ where: { practiceId } });
  await insertRows(
    sql,
    'practice_senders',
    rows.map((row) => ({
      ...row,
      practiceId,
      allottedAt: allottedAt.get(`${row.kind} ${row.value}`) ?? at,
    })),
    { skipTaken: true },
  );
}
