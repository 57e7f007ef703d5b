import { locales } from '../core/locale.ts';
import { defaultTemplate } from './defaults.ts';
import {
  methodsOf,
  templateNames,
  type Template,
  type TemplateBody,
  type TemplateKey,
  type TemplateName,
} from './template.ts';
import type { Template as Row } from '../platform/db/generated/client.ts';
import { lockPractice } from '../record/consent/contact-lock.ts';
import type { Database, Sql } from '../platform/db/database.ts';
import { transaction } from '../platform/db/transaction.ts';

/**
 * A practice's own templates. A save adds a row and changes none: the ledger names the version that was shown, and it
 * can still be read. The newest row counts; one without a body means the shipped words.
 */

export type SavedTemplate = Template & { savedAt?: Date };

/** The version in use today. */
export async function currentTemplate(
  sql: Sql,
  practiceId: string,
  key: TemplateKey,
): Promise<SavedTemplate> {
  const row = await sql.template.findFirst({
    where: { practiceId, ...only(key) },
    orderBy: { version: 'desc' },
  });
  return templateOf(key, row);
}

/** Several names of one practice in one look, in all languages; the shipped words where it has none of its own. */
export async function currentTemplates(
  sql: Sql,
  practiceId: string,
  names: readonly TemplateName[] = templateNames,
): Promise<SavedTemplate[]> {
  const rows = await sql.template.findMany({
    where: { practiceId, name: { in: [...names] } },
    orderBy: { version: 'desc' },
    distinct: ['name', 'method', 'locale'],
  });
  const saved = new Map(rows.map((row) => [idOf(row), row]));
  return keysOf(names).map((key) => templateOf(key, saved.get(idOf(key)) ?? null));
}

/** A version as it was saved; undefined when there is no such one. */
export async function templateVersion(
  sql: Sql,
  practiceId: string,
  key: TemplateKey,
  version: string,
): Promise<SavedTemplate | undefined> {
  const shipped = defaultTemplate(key);
  if (version === shipped.version) return shipped;
  const number = /^v(\d{1,9})$/.exec(version)?.[1];
  if (number === undefined) return undefined;
  const row = await sql.template.findFirst({
    where: { practiceId, ...only(key), version: Number(number), body: { not: null } },
  });
  return row ? templateOf(key, row) : undefined;
}

/** `body` undefined: back to the shipped words. */
export async function saveTemplate(
  db: Database,
  practiceId: string,
  key: TemplateKey,
  body: TemplateBody | undefined,
): Promise<SavedTemplate> {
  return transaction(db, async (sql) => {
    // One save at a time, so that versions are counted; does not hold up rows that refer to the practice.
    await lockPractice(sql, practiceId);
    const last = await sql.template.findFirst({
      where: { practiceId, ...only(key) },
      orderBy: { version: 'desc' },
      select: { version: true },
    });
    const row = await sql.template.create({
      data: {
        practiceId,
        ...only(key),
        version: (last?.version ?? 0) + 1,
        subject: body?.subject ?? null,
        body: body?.text ?? null,
        html: body?.html ?? null,
        savedAt: db.clock.now(),
      },
    });
    return templateOf(key, row);
  });
}

function templateOf(key: TemplateKey, row: Row | null): SavedTemplate {
  if (row?.body == null) return defaultTemplate(key);
  return {
    ...only(key),
    version: `v${row.version}`,
    body: {
      ...(row.subject === null ? {} : { subject: row.subject }),
      text: row.body,
      ...(row.html === null ? {} : { html: row.html }),
    },
    savedAt: row.savedAt,
  };
}

function keysOf(names: readonly TemplateName[]): TemplateKey[] {
  return names.flatMap((name) =>
    methodsOf(name).flatMap((method) => locales.map((locale) => ({ name, method, locale }))),
  );
}

function only({ name, method, locale }: TemplateKey): TemplateKey {
  return { name, method, locale };
}

function idOf({ name, method, locale }: Record<keyof TemplateKey, string>): string {
  return [name, method, locale].join('/');
}
