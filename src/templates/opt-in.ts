import type { Locale } from '../domain/locale.ts';
import type { ConsentMethod } from '../domain/method.ts';
import {
  missingStatements,
  practiceMark,
  statementCodes,
  statementNames,
  type OptInPlace,
  type StatementCode,
} from '../domain/opt-in-lint.ts';
import { optInHtml, withoutLink } from '../domain/opt-in-text.ts';
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
  /** The person is asked by email as well. */
  emailToo: boolean;
  /** A reply is no answer, only the page's form is: who the person is will be checked there. */
  linkOnly: boolean;
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
  };
}

/** The statements that some rendering of a template lacks, whichever of the optional values are there. */
export function missingEver(template: Template): StatementCode[] {
  const compiled = compileUnmarked(template.body);
  if (!compiled.ok) return [];
  const lacks = new Set<StatementCode>();
  for (const values of everyCase()) {
    const rendering = compiled.compiled.render(optInScope(values));
    if (!rendering.ok) continue;
    const { text } = rendering.content;
    const places: [OptInPlace, string][] =
      template.method === 'sms'
        ? [['sms', text]]
        : [
            ['email', text],
            // A statement beside the link is not on the page.
            ['page', withoutLink(text, values.link)],
          ];
    for (const [place, shown] of places)
      for (const code of missingIn(place, template.locale, shown, values.link)) lacks.add(code);
  }
  return statementCodes.filter((code) => lacks.has(code));
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
};

function everyCase(): OptInValues[] {
  const { supportPhone, postalAddress, code, ...always } = sampleOptIn;
  const both = [true, false];
  return both.flatMap((phone) =>
    both.flatMap((address) =>
      both.flatMap((coded) =>
        both.flatMap((emailToo) =>
          both.map((linkOnly) => ({
            ...always,
            emailToo,
            linkOnly,
            ...(phone && supportPhone !== undefined ? { supportPhone } : {}),
            ...(address && postalAddress !== undefined ? { postalAddress } : {}),
            ...(coded && code !== undefined ? { code } : {}),
          })),
        ),
      ),
    ),
  );
}

/** The statements that a rendered text lacks. */
function missingIn(
  place: OptInPlace,
  locale: Locale,
  marked: string,
  link: string,
): StatementCode[] {
  const text = marked.replaceAll(/\uE000[^\uE001]*\uE001/g, ` ${practiceMark} `);
  return missingStatements(place, locale, { text, link });
}

/** A value is a word in somebody's sentence, not a paragraph of its own. */
export function oneLine(value: string): string {
  return value.replaceAll(/\s+/g, ' ').trim();
}

/** Where a number is shared an answer needs the code: a template that forgot it would leave the person without one. */
function withCode(locale: Locale, text: string, { code, link, linkOnly }: OptInValues): string {
  const told = text.replaceAll(link, ' ');
  if (code === undefined || linkOnly || told.includes(code)) return text;
  return `${text} ${locale === 'es' ? `Responda SI ${code} para aceptar.` : `Reply YES ${code} to agree.`}`;
}

function lacking(
  place: OptInPlace,
  locale: Locale,
  marked: string,
  link: string,
): string | undefined {
  const lacks = missingIn(place, locale, marked, link);
  if (lacks.length === 0) return undefined;
  return `template lacks ${lacks.map((code) => statementNames[code]).join(', ')}`;
}
