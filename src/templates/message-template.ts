import { cleanText, isBlank } from '../core/incoming-text.ts';
import { limits } from '../core/limits.ts';
import { localeOf } from '../core/locale.ts';
import { checkMessage, type MessageInput, type Problem } from '../core/message/message-schema.ts';
import type { MessageContent, MessageKind } from '../core/message/message.ts';
import { methods, type Method } from '../core/method.ts';
import { displayName } from '../core/settings.ts';
import { compile, type Compiled, type Values } from './engine.ts';
import { giveWay } from '../platform/event-loop.ts';
import { oneLine } from './one-line.ts';
import { RenderTime } from './render-time.ts';
import type { TemplateBody } from './template.ts';
import { practiceView, type PracticeView } from '../record/consent/contact-lock.ts';
import type { Database, Sql } from '../platform/db/database.ts';
import type { MessageEntry } from '../record/messages/message-store.ts';
import { storedRepeats } from '../record/messages/stored-repeats.ts';
import { currentTemplates } from './template-store.ts';

/**
 * A message may name a template and bring `data`. It is rendered when it is stored, not when it leaves: the caller sees
 * missing values at once, segments and bytes are counted on the final text, and a later change of the template does not
 * alter messages already accepted (and perhaps reviewed) for tomorrow.
 */

export type { RenderTime };

/** For all messages of one call, or of one batch of signals. */
export function timeToRender(): RenderTime {
  return new RenderTime(limits.callRenderMs);
}

export type IndexedProblem = Problem & { index: number };

/**
 * The entries with their texts in place, in the order given, and all problems with them. One that is unfit is not
 * rendered: what its values make of a template would only be reported twice.
 */
async function resolveTemplates(
  sql: Sql,
  practiceId: string,
  entries: readonly MessageEntry[],
  unfit: readonly IndexedProblem[],
  time: RenderTime,
): Promise<{ entries: MessageEntry[]; problems: IndexedProblem[] }> {
  const problems = [...unfit];
  const refused = new Set(unfit.map(({ index }) => index));
  const concerned = entries.filter(({ input }) => input.template ?? input.data);
  if (concerned.length === 0) return { entries: [...entries], problems };
  const render = await rendererFor(sql, practiceId, concerned, time);
  const resolved: MessageEntry[] = [];
  let bytes = 0;
  for (const [index, entry] of entries.entries()) {
    await giveWay();
    const { input } = entry;
    let result =
      (input.template === undefined && input.data === undefined) || refused.has(index)
        ? undefined
        : await render(entry);
    if (result?.ok) {
      bytes += Buffer.byteLength(JSON.stringify(result.content));
      // A template makes much of a little data: what becomes of one call is bound as the call itself is.
      if (bytes > limits.callRenderBytes) result = { ok: false, problems: [tooMuch] };
    }
    if (result?.ok === false)
      problems.push(...result.problems.map((problem) => ({ ...problem, index })));
    if (result?.ok !== true) resolved.push(entry);
    else {
      const { template: _template, data: _data, ...rest } = input;
      resolved.push({ ...entry, input: { ...rest, content: result.content }, written: input });
    }
  }
  return { entries: resolved, problems };
}

/**
 * Renders templates, and checks what a schema cannot express. `assigned`: the methods of each contact. A message that
 * is already stored is not judged again by today's rules (another template, other methods, a character that is now
 * refused). `unfit`: earlier problems of an entry. `time`: for rendering all of them; a message that it does not suffice
 * for has the problem `rendering_too_long`.
 */
export async function prepareMessages(
  db: Database,
  sql: Sql,
  practiceId: string,
  written: readonly MessageEntry[],
  assigned: (contactId: string) => readonly Method[],
  unfit: readonly IndexedProblem[] = [],
  time = timeToRender(),
): Promise<{ entries: MessageEntry[]; problems: IndexedProblem[] }> {
  const { entries, problems } = await resolveTemplates(sql, practiceId, written, unfit, time);
  const unresolved = new Set(problems.map(({ index }) => index));
  for (const [index, { contactId, input }] of entries.entries()) {
    await giveWay();
    if (!unresolved.has(index))
      problems.push(
        ...checkMessage(input, assigned(contactId)).map((problem) => ({ ...problem, index })),
      );
  }
  if (problems.length === 0) return { entries, problems };
  const stored = await storedRepeats(
    db,
    sql,
    practiceId,
    written,
    new Set(problems.map(({ index }) => index)),
  );
  return {
    entries: entries.map((entry, index) => stored.get(index) ?? entry),
    problems: problems
      .filter(({ index }) => !stored.has(index))
      .toSorted((one, other) => one.index - other.index),
  };
}

type Rendered =
  | { ok: true; content: NonNullable<MessageContent['content']> }
  | { ok: false; problems: Problem[] };

async function rendererFor(
  sql: Sql,
  practiceId: string,
  entries: readonly MessageEntry[],
  time: RenderTime,
): Promise<(entry: MessageEntry) => Promise<Rendered>> {
  const names = [...new Set(entries.flatMap(({ input }) => input.template ?? []))];
  const templates = await currentTemplates(sql, practiceId, names);
  const contacts = await sql.contact.findMany({
    where: { practiceId, id: { in: [...new Set(entries.map(({ contactId }) => contactId))] } },
    select: { id: true, locale: true },
  });
  const practice = await sql.practice.findFirst({ where: { id: practiceId } });
  const known = practice ? practiceValues(practiceView(practiceId, practice)) : {};
  const localesOf = new Map(contacts.map(({ id, locale }) => [id, localeOf(locale)]));
  const compiled = new Map<string, Compiled>();
  for (const { name, method, locale, body } of templates) {
    await giveWay();
    const result = compile(body);
    if (result.ok) compiled.set([name, method, locale].join('/'), result.compiled);
  }
  return async ({ contactId, input }) => {
    const { template } = input;
    const mixed = mixedFields(input);
    if (template === undefined || mixed.length > 0) return { ok: false, problems: mixed };
    const locale = localesOf.get(contactId) ?? 'en';
    const wanted = (input.methods ?? methods).map(
      (method) => [method, compiled.get([template, method, locale].join('/'))] as const,
    );
    return renderAll(template, wanted, { ...known, ...input.data }, time);
  };
}

/** A message says it in its own words, or by a template: not both. */
function mixedFields(input: MessageInput): Problem[] {
  if (input.template === undefined)
    return [{ code: 'validation_failed', path: '/template', message: 'is missing beside `data`' }];
  return (['subject', 'body', 'content'] as const)
    .filter((name) => input[name] !== undefined)
    .map((name) => ({
      code: 'validation_failed',
      path: `/${name}`,
      message: 'cannot stand beside `template`',
    }));
}

const tooLong: Problem = {
  code: 'rendering_too_long',
  path: '/template',
  message: 'takes too long to render, with those before it in the call',
};

const tooMuch: Problem = {
  code: 'rendering_too_long',
  path: '/template',
  message: `is more than ${limits.callRenderBytes} bytes when rendered, with those before it in the call`,
};

async function renderAll(
  template: MessageKind,
  compiled: readonly (readonly [Method, Compiled | undefined])[],
  values: Values,
  all: RenderTime,
): Promise<Rendered> {
  if (all.left <= 0) return { ok: false, problems: [tooLong] };
  const time = new RenderTime(limits.templateRenderMs, all);
  const content: Record<string, object> = {};
  const missing = new Set<string>();
  const wrong: string[] = [];
  for (const [method, one] of compiled) {
    await giveWay();
    const rendering = one && tryRender(one, values, time);
    if (!rendering) wrong.push(`the template for ${method} cannot be rendered with this data`);
    else if (!rendering.ok) for (const name of rendering.missing) missing.add(name);
    else {
      const { said, problems } = asReceived(rendering.content);
      wrong.push(...problems.map((problem) => `the template for ${method} ${problem}`));
      const { subject } = said;
      if ((subject?.length ?? 0) > limits.subjectCharacters)
        wrong.push(`the subject for ${method} is too long`);
      content[method] = said;
    }
  }
  if (missing.size === 0 && wrong.length === 0) return { ok: true, content };
  if (all.left <= 0) return { ok: false, problems: [tooLong] };
  const problem = (path: string, message: string): Problem => ({
    code: 'validation_failed',
    path,
    message,
  });
  return {
    ok: false,
    problems: [
      ...[...missing].map((name) =>
        problem(`/data/${name}`, `is missing: the template ${template} needs it`),
      ),
      ...wrong.map((message) => problem('/template', message)),
    ],
  };
}

/**
 * What a template becomes is judged, and brought into shape, as what a caller sends. A value may begin with an accent that
 * belongs to the letter before it.
 */
function asReceived(content: TemplateBody): { said: TemplateBody; problems: string[] } {
  const said = { ...content };
  const problems = new Set<string>();
  for (const [field, kind] of [
    ['subject', 'line'],
    ['text', 'text'],
    ['html', 'text'],
  ] as const) {
    const given = content[field];
    if (given === undefined || given === '') continue;
    const clean = cleanText(given, kind, limits.templateOutput);
    if (clean.ok) said[field] = clean.text;
    else problems.add(isBlank(given) ? 'says nothing' : clean.problem);
  }
  if (content.subject === '' || content.text === '') problems.add('says nothing');
  return { said, problems: [...problems] };
}

/** Undefined: a limit of the engine was reached. */
function tryRender(
  compiled: Compiled,
  values: Values,
  time: RenderTime,
): ReturnType<Compiled['render']> | undefined {
  try {
    return compiled.render(values, time);
  } catch {
    return undefined;
  }
}

/** The practice's values, known to every template; absent values are null, so that `{% if … %}` can ask for them. */
export function practiceValues({ settings, name }: Pick<PracticeView, 'settings' | 'name'>) {
  const { supportPhone, postalAddress } = settings.sender;
  return {
    practice: oneLine(displayName(settings, name)),
    supportPhone: supportPhone === undefined ? null : oneLine(supportPhone),
    postalAddress: postalAddress === undefined ? null : oneLine(postalAddress),
  };
}
