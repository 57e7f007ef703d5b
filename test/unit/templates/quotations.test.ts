import { describe, expect, it } from 'vitest';
import { checkTemplate } from '../../../src/features/templates/check.ts';
import { defaultTemplate } from '../../../src/templates/defaults.ts';
import { compile } from '../../../src/templates/engine.ts';
import { renderOptIn, renderOptInPage } from '../../../src/features/opt-in/render-opt-in.ts';
import { sampleFor } from '../../../src/features/opt-in/opt-in-values.ts';

/**
 * Liquid's quotations spell any character. What nobody may send as a text, nobody may have a template write: neither
 * what is not seen, nor what turns words around, nor the marks that we work with.
 */

const unseen: [string, string][] = [
  ['NUL', String.raw`\u0000`],
  ['NUL, by an escape without digits', String.raw`\u{e002}`],
  ['NUL in octal', String.raw`\0`],
  ['an escape sequence', String.raw`\u001b[2J`],
  ['a backspace', String.raw`\b`],
  ['a line end of its own kind', String.raw`\u2028`],
  ['a carriage return', String.raw`\r`],
  ['a vertical tab', String.raw`\v`],
  ['a control character of C1', String.raw`\u009b`],
  ['a turn to the left', String.raw`\u202e`],
  ['an isolate', String.raw`\u2067`],
  ['a mark of direction', String.raw`\u200f`],
  ['a private-use character', String.raw`\ue123`],
  ['our own mark', String.raw`\uE002`],
  ['half a character', String.raw`\ud83d`],
  ['no character', String.raw`\uffff`],
];

/** Everywhere that a quotation may stand. */
const notations = (spelt: string): string[] => [
  `{{ "${spelt}" }}`,
  `{{ '${spelt}' }}`,
  `{{- "a${spelt}b" -}}`,
  `{{ place | default: "${spelt}" }}`,
  `{{ "${spelt}" | upcase }}`,
  `{% if place %}{{ "${spelt}" }}{% endif %}`,
  `{% if place %}a{% else %}{{ place | default: '${spelt}' }}{% endif %}`,
  `{% case place %}{% when "a" %}{{ "${spelt}" }}{% endcase %}`,
];

describe.each(unseen)('%s', (_name, spelt) => {
  it('is in no template of a message', () => {
    for (const written of notations(spelt))
      for (const body of [
        { subject: 'a', text: `a ${written}` },
        { subject: `a ${written}`, text: 'a' },
        { subject: 'a', text: 'a', html: `<p>${written}</p>` },
      ]) {
        const problems = checkTemplate({ name: 'ad_hoc', method: 'email', locale: 'en' }, body);
        expect([written, problems.map(({ code }) => code)]).toEqual([written, ['syntax']]);
        expect(problems[0]!.message).toMatch(/^has a quotation that has a /);
        // One that is stored already is not rendered.
        expect(compile(body).ok).toBe(false);
      }
  });

  it.each(['email', 'sms'] as const)('is in no opt-in by %s', (method) => {
    const key = { name: 'opt_in', method, locale: 'en' } as const;
    const shipped = defaultTemplate(key);
    const body = { ...shipped.body, text: `${shipped.body.text}\n\n{{ "${spelt}" }}` };
    expect(checkTemplate(key, body).map(({ code }) => code)).toContain('syntax');
    // One that is stored already never writes it.
    const stored = { ...key, version: 'v1', body };
    for (const rendering of [
      renderOptIn(stored, sampleFor(method)),
      ...(method === 'email' ? [renderOptInPage(stored, sampleFor(method))] : []),
    ])
      expect(rendering.ok ? rendering.shown.text : '').not.toMatch(
        /[\p{Co}\p{Cs}\p{Bidi_Control}\u2028\uffff]|[^\P{Cc}\n]/u,
      );
  });
});

it.each([
  String.raw`{{ "a\nb\tc" }}`,
  String.raw`{{ "caf\u00e9 \u2014 \"so\"" }}`,
  String.raw`{{ "\ud83d\ude00" }}`,
  String.raw`{{ 'C:\\temp' }}`,
  String.raw`C:\u0000 outside of a quotation is text`,
])('what can be read may be spelt: %s', (text) => {
  expect(checkTemplate({ name: 'ad_hoc', method: 'sms', locale: 'en' }, { text })).toEqual([]);
});
