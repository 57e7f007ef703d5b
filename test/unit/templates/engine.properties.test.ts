import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile, type Values } from '../../../src/templates/engine.ts';
import { RenderTimeSpent } from '../../../src/templates/render-time.ts';
import { defaultTemplate } from '../../../src/templates/defaults.ts';
import { renderOptIn, renderOptInPage } from '../../../src/features/opt-in/render-opt-in.ts';
import { sampleOptIn } from '../../../src/features/opt-in/opt-in-values.ts';
import { locales } from '../../../src/core/locale.ts';
import { countSegments } from '../../../src/core/sms-segments.ts';
import type { TemplateBody } from '../../../src/templates/template.ts';
import { cases } from '../generated.ts';

/** Strings that a person, or somebody who means harm, could put into a name, an address or a field of data. */
const nasty = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom(
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='x",
    '{{ code }}',
    '{% if true %}x{% endif %}',
    '{{ link }}',
    '{%- comment -%}',
    '&lt;b&gt;',
    'javascript:alert(1)',
    '$&',
    '$1',
    '\u0000\u001b[31m',
    '</title></head>',
    'Law, rights, risks: unencrypted',
  ),
);

const line = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

function render(body: TemplateBody, values: Values) {
  const compiled = compile(body);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return compiled.compiled.render(values);
}

/** On Node.js 20 a rendering's time counts what this process's other threads do while its own waits for a processor. */
function unhurried(check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof RenderTimeSpent)) throw error;
    check();
  }
}

describe('a value in a template', () => {
  it('is shown as it is in text, and as text in HTML: it is never read as a template or as markup', () => {
    fc.assert(
      fc.property(nasty, (value) =>
        unhurried(() => {
          const rendering = render(
            { subject: '{{ a }}', text: '[{{ a }}]', html: '<p title="{{ a }}">{{ a }}</p>' },
            { a: value },
          );
          expect(rendering.ok).toBe(true);
          if (!rendering.ok) return;
          const { subject, text, html } = rendering.content;
          expect(subject).toBe(line(value));
          expect(text.replaceAll(/\s/g, '')).toBe(`[${value}]`.replaceAll(/\s/g, ''));
          const inner = html!.slice('<p title="'.length, -'</p>'.length);
          const [attribute, ...rest] = inner.split('">');
          expect(rest).toHaveLength(1);
          for (const part of [attribute!, rest[0]!]) expect(part).not.toMatch(/[<>"']/);
        }),
      ),
      cases(1_000),
    );
  });

  it('of every field of an opt-in is shown as text, in the message, its HTML and the page, and takes no statement away', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...locales),
        fc.record({ practice: nasty, supportPhone: nasty, postalAddress: nasty }),
        fc.boolean(),
        fc.boolean(),
        (locale, given, emailToo, linkOnly) =>
          unhurried(() => {
            const values = { ...sampleOptIn, ...given, emailToo, linkOnly };
            const full = defaultTemplate({ name: 'opt_in', method: 'email', locale });
            const brief = defaultTemplate({ name: 'opt_in', method: 'sms', locale });
            const [email, sms, page] = [
              renderOptIn(full, values),
              renderOptIn(brief, values),
              renderOptInPage(full, values),
            ];
            expect([email.ok, sms.ok, page.ok]).toEqual([true, true, true]);
            if (!email.ok || !sms.ok || !page.ok) return;
            const marks = /[\uE000\uE001]/g;
            for (const { text } of [email.shown, sms.shown, page.shown]) {
              expect(text).toContain(line(given.practice.replaceAll(marks, '')));
              expect(text).not.toMatch(marks);
            }
            // Nothing in the HTML is markup but what we wrote.
            const tags = email.shown.html!.replaceAll(
              /<\/?(html|head|meta|body|p|a|br)( [a-z]+="[^"<>]*")*>/g,
              '',
            );
            expect(tags.replace('<!doctype html>', '')).not.toMatch(/[<>]/);
            expect(email.shown.html).not.toContain('\n<script');
            expect(email.shown.html!.match(/href="([^"]*)"/g)).toEqual(
              ['yes', 'no'].map((answer) => `href="${values.link}#${answer}"`),
            );
          }),
      ),
      cases(1_000),
    );
  });
});

describe('the language', () => {
  it.each([
    '{% include "x" %}',
    '{% render "/etc/passwd" %}',
    '{% layout "x" %}',
    '{% for i in (1..1000000) %}x{% endfor %}',
    '{% tablerow i in (1..9) %}x{% endtablerow %}',
    '{% assign a = 1 %}',
    '{% capture a %}x{% endcapture %}',
    '{% liquid echo a %}',
    '{% echo a %}',
    '{{ a | raw }}',
    '{{ a | append: "x" }}',
    '{{ a | date: "%s" }}',
    '{{ a',
    '{% if a %}',
  ])('has no %s', (source) => {
    const compiled = compile({ text: source });
    expect(compiled).toMatchObject({ ok: false, problems: [{ field: 'text' }] });
  });

  it.each(['constructor', 'a.constructor', '__proto__', 'a.toString', 'process', 'globalThis'])(
    'cannot reach %s',
    (name) => {
      expect(render({ text: `{{ ${name} }}` }, { a: 'x' })).toMatchObject({ ok: false });
    },
  );

  it('names every value that is missing, and none that is optional', () => {
    const body = {
      subject: '{{ first }}',
      text: '{% if maybe %}{{ unused }}{% endif %}{{ second }} {{ other | default: "x" }} {{ first }}',
      html: '<b>{{ third }}</b>',
    };
    expect(render(body, {})).toEqual({ ok: false, missing: ['first', 'second', 'third'] });
    expect(render(body, { first: '1', second: 0, third: false })).toMatchObject({
      ok: true,
      content: { subject: '1', text: '0 x 1', html: '<b>false</b>' },
    });
  });
});

describe('the shipped SMS', () => {
  it.each(locales)(
    'in %s fits two segments of the GSM alphabet, with everything in it',
    (locale) => {
      const template = defaultTemplate({ name: 'opt_in', method: 'sms', locale });
      const rendering = renderOptIn(template, sampleOptIn);
      expect(rendering.ok && countSegments(rendering.shown.text)).toMatchObject({
        encoding: 'GSM-7',
      });
      expect(rendering.ok && countSegments(rendering.shown.text).count).toBeLessThanOrEqual(2);
    },
  );

  it('asks for the code also where a practice forgot it', () => {
    const template = defaultTemplate({ name: 'opt_in', method: 'sms', locale: 'en' });
    const text =
      '{{ practice }}: may we text you? Unencrypted, others may read it. STOP to refuse. {{ link }}';
    const own = { ...template, body: { text } };
    const rendering = renderOptIn(own, { ...sampleOptIn, code: '4711' });
    expect(rendering.ok && rendering.shown.text).toMatch(/ Reply YES 4711 or NO\.$/);
    const { code: _code, ...unshared } = sampleOptIn;
    expect(JSON.stringify(renderOptIn(own, unshared))).not.toContain('YES');
  });
});
