import type { Locale } from '../domain/locale.ts';
import type { ConsentMethod, Method } from '../domain/method.ts';
import {
  missingRecommended,
  missingStatements,
  practiceMark,
  recommendedCodes,
  statementCodes,
  statementNames,
  type OptInPlace,
  type RecommendedCode,
  type StatementCode,
} from '../domain/opt-in-lint.ts';
import { optInHtml, withoutLink } from '../domain/opt-in-text.ts';
import { codeHint } from './defaults.ts';
import { compile, type Values } from './engine.ts';
import { versionLabel, type Template, type TemplateBody } from './template.ts';

/**
 * From an opt-in template to what the person reads. The email's text is the full text; the page shows the same, without
 * the invitation to open the page. Whatever is rendered is linted again as it is shown: a text that was changed behind
 * the API's back, or a value that swallows a statement, is not sent.
 */

export type OptInValues = {
  practice: string;
  supportPhone?: string;
  postalAddress?: string;
  /** Where the answer is given; SMS: where the full text is, too. */
  link: string;
  /** Only where a number is shared: the reply needs it to say whose yes it is. */
  code?: string;
  /** The person was asked by email as well, a short while ago. */
  emailToo: boolean;
  /** A reply is no answer, only the page's form is: who the person is will be checked there. */
  linkOnly: boolean;
  /** What a yes here is about; both only where one page asks for both. */
  byEmail: boolean;
  byText: boolean;
  /** Shown to somebody who is booking: they came by themselves, and no message did. */
  booking: boolean;
};

export type Shown = { version: string; text: string };

export type OptInRendering<T> = { ok: true; shown: T } | { ok: false; reason: string };

/** The message that leaves. */
export function renderOptIn(
  template: Template,
  values: OptInValues,
): OptInRendering<Shown & TemplateBody> {
  const { locale } = template;
  const method = template.method as ConsentMethod;
  const rendered = renderBody(template, values);
  if (!rendered.ok) return rendered;
  const { subject, text: written } = rendered.content;
  const marked = method === 'sms' ? withCode(locale, written, values) : written;
  const reason = lacking(method, locale, marked, values.link);
  if (reason !== undefined) return { ok: false, reason };
  const version = versionLabel(template);
  const text = unmark(marked);
  if (method === 'sms') return { ok: true, shown: { version, text } };
  const html = optInHtml(locale, text, values.link);
  const head = subject === undefined ? {} : { subject: unmark(subject) };
  return { ok: true, shown: { version, ...head, text, html } };
}

/** The full text as the page shows it, from the email's template. */
export function renderOptInPage(template: Template, values: OptInValues): OptInRendering<Shown> {
  const rendered = renderBody(template, values);
  if (!rendered.ok) return rendered;
  const marked = withoutLink(rendered.content.text, values.link);
  const reason = lacking('page', template.locale, marked, values.link);
  if (reason !== undefined) return { ok: false, reason };
  return { ok: true, shown: { version: versionLabel(template), text: unmark(marked) } };
}

function renderBody(
  { body }: Template,
  values: OptInValues,
): { ok: true; content: TemplateBody } | { ok: false; reason: string } {
  const compiled = compileUnmarked(body);
  if (!compiled.ok) return { ok: false, reason: 'template cannot be read' };
  try {
    const rendering = compiled.compiled.render(optInScope(values));
    if (rendering.ok) return rendering;
    return { ok: false, reason: `template refers to ${rendering.missing.join(', ')}` };
  } catch {
    return { ok: false, reason: 'template cannot be rendered' };
  }
}

/** Around the practice's name while a text is linted; see `practiceMark`. */
const markEnd = '\uE001';
const marks = /[\uE000\uE001]/g;

function unmark(marked: string): string {
  return marked.replaceAll(marks, '');
}

/** What marks the practice's name may not be written by anybody. */
function compileUnmarked({ subject, text }: TemplateBody): ReturnType<typeof compile> {
  return compile({
    ...(subject === undefined ? {} : { subject: unmark(subject) }),
    text: unmark(text),
  });
}

/** All names an opt-in may refer to; absent ones are null, so that `{% if … %}` can ask for them. */
function optInScope(values: OptInValues): Values {
  const line = (value: string | undefined): string | null =>
    value === undefined ? null : oneLine(value).replaceAll(marks, '');
  return {
    practice: `${practiceMark}${line(values.practice)}${markEnd}`,
    link: values.link,
    supportPhone: line(values.supportPhone),
    postalAddress: line(values.postalAddress),
    code: values.code ?? null,
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

/** What carriers and careful readers look for as well. Older templates may lack it: said when one is saved. */
export function recommendedEver(template: Template): RecommendedCode[] {
  return lackingEver(template, missingRecommended, recommendedCodes);
}

type Lint<Code> = (
  place: OptInPlace,
  locale: Locale,
  shown: { text: string; link: string; byText: boolean },
) => Code[];

function lackingEver<Code extends string>(
  template: Template,
  lint: Lint<Code>,
  order: readonly Code[],
): Code[] {
  const compiled = compileUnmarked(template.body);
  if (!compiled.ok) return [];
  const lacks = new Set<Code>();
  // Most values change nothing in most templates: what reads the same is looked at once.
  const seen = new Set<string>();
  for (const values of everyCase(template.method, compiled.compiled.variables)) {
    const rendering = compiled.compiled.render(optInScope(values));
    if (!rendering.ok) continue;
    const { text } = rendering.content;
    if (seen.has(`${values.byText}${text}`)) continue;
    seen.add(`${values.byText}${text}`);
    const places: [OptInPlace, string][] =
      template.method === 'sms'
        ? [['sms', text]]
        : [
            // Who books reads the page, and no email.
            ...(values.booking ? [] : [['email', text] as [OptInPlace, string]]),
            // A statement beside the link is not on the page.
            ['page', withoutLink(text, values.link)],
          ];
    const { link, byText } = values;
    for (const [place, shown] of places)
      for (const code of lint(place, template.locale, { text: nameMarked(shown), link, byText }))
        lacks.add(code);
  }
  return order.filter((code) => lacks.has(code));
}

/** Values to try a template with. */
export const sampleOptIn: OptInValues = {
  practice: 'Example Practice',
  supportPhone: '+1 202 555 0199',
  postalAddress: '1 Example Street, Springfield',
  link: 'https://optgate.example/o/0123456789abcdefghijABCDEFGHIJ-_',
  code: '0000',
  emailToo: true,
  linkOnly: false,
  byEmail: true,
  byText: false,
  booking: false,
};

/** The sample of a message by that method. */
export function sampleFor(method: Method): OptInValues {
  return { ...sampleOptIn, byEmail: method !== 'sms', byText: method === 'sms' };
}

/** Every combination of the optional values that a template asks for, on every page that shows it. */
function everyCase(method: Method, variables: readonly string[]): OptInValues[] {
  const channels =
    method === 'sms'
      ? [{ byEmail: false, byText: true }]
      : [
          { byEmail: true, byText: false },
          { byEmail: false, byText: true },
          { byEmail: true, byText: true },
        ];
  let cases: OptInValues[] = channels.map((channel) => ({ ...sampleFor(method), ...channel }));
  for (const name of optionalValues.filter((value) => variables.includes(value)))
    cases = cases.flatMap((values) => [values, without(values, name)]);
  return cases;
}

const optionalValues = [
  'supportPhone',
  'postalAddress',
  'code',
  'emailToo',
  'linkOnly',
  'booking',
] as const;

/** What is there is left out; what is so is not. */
function without(values: OptInValues, name: (typeof optionalValues)[number]): OptInValues {
  if (name === 'emailToo' || name === 'linkOnly' || name === 'booking')
    return { ...values, [name]: !values[name] };
  const { [name]: _left, ...others } = values;
  return others;
}

/** The name as one mark, whatever it says. */
function nameMarked(marked: string): string {
  return marked.replaceAll(/\uE000[^\uE001]*\uE001/g, ` ${practiceMark} `);
}

/** A value is a word in somebody's sentence, not a paragraph of its own. */
export function oneLine(value: string): string {
  return value.replaceAll(/\s+/g, ' ').trim();
}

/** Where a number is shared an answer needs the code: a template that forgot it would leave the person without one. */
function withCode(locale: Locale, text: string, { code, link, linkOnly }: OptInValues): string {
  const told = text.replaceAll(link, ' ');
  if (code === undefined || linkOnly || told.includes(code)) return text;
  return `${text} ${codeHint(locale, code)}`;
}

function lacking(
  place: OptInPlace,
  locale: Locale,
  marked: string,
  link: string,
): string | undefined {
  const lacks = missingStatements(place, locale, { text: nameMarked(marked), link });
  if (lacks.length === 0) return undefined;
  return `template lacks ${lacks.map((code) => statementNames[code]).join(', ')}`;
}
