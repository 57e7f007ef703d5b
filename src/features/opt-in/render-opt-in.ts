import type { Locale } from '../../core/locale.ts';
import { oneLine } from '../../templates/one-line.ts';
import type { ConsentMethod } from '../../core/method.ts';
import { limits } from '../../core/limits.ts';
import {
  createFinder,
  missingRecommended,
  missingStatements,
  practiceMark,
  recommendedCodes,
  statementCodes,
  statementNames,
  type Finder,
  type OptInPlace,
  type RecommendedCode,
  type StatementCode,
} from './opt-in-lint.ts';
import { optInHtml, withoutLink } from './opt-in-text.ts';
import {
  gluedIn,
  keyMarks,
  keyRule,
  withKeys,
  withoutKeys,
  type AnswerKey,
} from '../../templates/answer-keys.ts';
import { codeHint, defaultTemplate } from '../../templates/defaults.ts';
import { compile, type Values } from '../../templates/engine.ts';
import { partsOf } from '../../templates/involved.ts';
import { RenderTime } from '../../templates/render-time.ts';
import { everyCase, type OptInValues } from './opt-in-values.ts';
import { versionLabel, type Template, type TemplateBody } from '../../templates/template.ts';

/**
 * Renders an opt-in template for the person. The email's text is the full text; the page shows the same, without the
 * invitation to open the page. Whatever is rendered is linted again as it is shown: a text changed outside the API, or
 * a value that swallows a statement, is not sent.
 */

export type Shown = { version: string; text: string };

export type OptInRendering<T> = { ok: true; shown: T } | { ok: false; reason: string };

/**
 * The message that leaves, and in `kept` the same text for the record and its readers, who must not be able to answer
 * for the person. A template that does more with the link or the code than placing them gives way to the shipped words.
 */
export function renderOptIn(
  template: Template,
  values: OptInValues,
): OptInRendering<Shown & TemplateBody & { kept: string }> {
  const { locale } = template;
  const method = template.method as ConsentMethod;
  const rendered = renderBody(template, values);
  if (!rendered.ok) return rendered;
  const { used, content } = rendered;
  const { subject, text: written } = content;
  const marked = method === 'sms' ? withCode(locale, written, values) : written;
  const reason = lacking(method, locale, marked);
  if (reason !== undefined) return { ok: false, reason };
  const version = versionLabel(used);
  const kept = unmark(withoutKeys(marked, values));
  const text = unmark(withKeys(marked, values));
  if (method === 'sms') return { ok: true, shown: { version, text, kept } };
  const html = optInHtml(locale, text, values.link);
  const head = subject === undefined ? {} : { subject: unmark(subject) };
  return { ok: true, shown: { version, ...head, text, html, kept } };
}

/** The full text as the page shows it, from the email's template. It has buttons, and needs neither link nor code. */
export function renderOptInPage(
  template: Template,
  { code: _code, ...values }: OptInValues,
): OptInRendering<Shown> {
  const rendered = renderBody(template, values);
  if (!rendered.ok) return rendered;
  const marked = withoutLink(rendered.content.text, keyMarks.link);
  const reason = lacking('page', template.locale, marked);
  if (reason !== undefined) return { ok: false, reason };
  return { ok: true, shown: { version: versionLabel(rendered.used), text: unmark(marked) } };
}

function renderBody(
  template: Template,
  values: OptInValues,
): { ok: true; used: Template; content: TemplateBody } | { ok: false; reason: string } {
  const compiled = compileUnmarked(template.body);
  if (!compiled.ok) return { ok: false, reason: 'template cannot be read' };
  const { misused } = compiled.compiled;
  try {
    const rendering = misused.length > 0 ? undefined : compiled.compiled.render(optInScope(values));
    if (rendering?.ok === false)
      return { ok: false, reason: `template refers to ${rendering.missing.join(', ')}` };
    if (rendering && gluedIn(rendering.content, template).length === 0)
      return { ok: true, used: template, content: rendering.content };
  } catch {
    return { ok: false, reason: 'template cannot be rendered' };
  }
  const shipped = defaultTemplate(template);
  if (shipped.version === template.version) throw new Error('the shipped opt-in breaks the rule');
  return renderBody(shipped, values);
}

/** What a template does with the link and the code beyond placing them, in some rendering of it. */
export function misusedEver(template: Template): { field: keyof TemplateBody; rule: string }[] {
  const compiled = compileUnmarked(template.body);
  if (!compiled.ok) return [];
  const found = new Map<AnswerKey, keyof TemplateBody>();
  const { variables, misused } = compiled.compiled;
  const time = new RenderTime(limits.casesRenderMs);
  for (const values of everyCase(template.method, variables)) {
    const rendering = compiled.compiled.render(optInScope(values), time);
    if (!rendering.ok) continue;
    for (const key of gluedIn(rendering.content, template)) found.set(key, 'text');
  }
  for (const { key, field } of misused) found.set(key, field);
  return [...found].map(([key, field]) => ({ field, rule: keyRule[key] }));
}

/** Around the practice's name while a text is linted; see `practiceMark`. */
const markEnd = '\uE001';
const marks = /[\uE000-\uE003]/g;

function unmark(marked: string): string {
  return marked.replaceAll(marks, '');
}

/** Nobody may write the marks of the name, the link and the code, nor have Liquid write them (`{{ "\uE002" }}`). */
function compileUnmarked({ subject, text }: TemplateBody): ReturnType<typeof compile> {
  const unmarked = (source: string): string =>
    unmark(source).replaceAll(/\\(?=u[eE]00[0-3])/g, '\\ ');
  return compile({
    ...(subject === undefined ? {} : { subject: unmarked(subject) }),
    text: unmarked(text),
  });
}

/** All names an opt-in may refer to; absent ones are null, so that `{% if … %}` can ask for them. */
function optInScope(values: OptInValues): Values {
  const line = (value: string | undefined): string | null =>
    value === undefined ? null : oneLine(value).replaceAll(marks, '');
  return {
    practice: `${practiceMark}${line(values.practice)}${markEnd}`,
    link: keyMarks.link,
    supportPhone: line(values.supportPhone),
    postalAddress: line(values.postalAddress),
    code: values.code === undefined ? null : keyMarks.code,
    emailToo: values.emailToo,
    linkOnly: values.linkOnly,
    byEmail: values.byEmail,
    byText: values.byText,
    booking: values.booking,
  };
}

/** The statements that some rendering of a template lacks, whichever of the optional values are there. */
export function missingEver(template: Template): StatementCode[] {
  return lackingEver(template, missingStatements, statementCodes);
}

/**
 * Further statements that carriers and careful readers look for. Older templates may lack them: saving one returns a
 * warning.
 */
export function recommendedEver(template: Template): RecommendedCode[] {
  return lackingEver(template, missingRecommended, recommendedCodes);
}

type Lint<Code> = (
  place: OptInPlace,
  locale: Locale,
  shown: { text: string; link: string; byText: boolean },
  says: Finder,
) => Code[];

function lackingEver<Code extends string>(
  template: Template,
  lint: Lint<Code>,
  order: readonly Code[],
): Code[] {
  const compiled = compileUnmarked(template.body);
  if (!compiled.ok) return [];
  const { text: source } = template.body;
  if (partsOf(source) > limits.optInParts)
    throw new Error(`has more than ${limits.optInParts} lines, values and conditions`);
  const says = createFinder();
  const lacks = new Set<Code>();
  // Most values change nothing in most templates: equal texts are checked once.
  const seen = new Set<string>();
  const time = new RenderTime(limits.casesRenderMs);
  for (const values of everyCase(template.method, compiled.compiled.variables)) {
    const rendering = compiled.compiled.render(optInScope(values), time);
    if (!rendering.ok) continue;
    const { text } = rendering.content;
    if (seen.has(`${values.byText}${text}`)) continue;
    seen.add(`${values.byText}${text}`);
    const places: [OptInPlace, string][] =
      template.method === 'sms'
        ? [['sms', text]]
        : [
            // A person who books reads the page, and no email.
            ...(values.booking ? [] : [['email', text] as [OptInPlace, string]]),
            // A statement beside the link is not on the page.
            ['page', withoutLink(text, keyMarks.link)],
          ];
    const { byText } = values;
    const { link } = keyMarks;
    for (const [place, shown] of places)
      for (const code of lint(
        place,
        template.locale,
        { text: nameMarked(shown), link, byText },
        says,
      ))
        lacks.add(code);
  }
  return order.filter((code) => lacks.has(code));
}

/** The name as one mark, whatever it says. */
function nameMarked(marked: string): string {
  return marked.replaceAll(/\uE000[^\uE001]*\uE001/g, ` ${practiceMark} `);
}

/** Where a number is shared an answer needs the code: a template that forgot it would leave the person without one. */
function withCode(locale: Locale, text: string, { code, linkOnly }: OptInValues): string {
  if (code === undefined || linkOnly || text.includes(keyMarks.code)) return text;
  return `${text} ${codeHint(locale, keyMarks.code)}`;
}

function lacking(place: OptInPlace, locale: Locale, marked: string): string | undefined {
  const { link } = keyMarks;
  const lacks = missingStatements(place, locale, { text: nameMarked(marked), link });
  if (lacks.length === 0) return undefined;
  return `template lacks ${lacks.map((code) => statementNames[code]).join(', ')}`;
}
