import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { locales } from '../../../src/core/locale.ts';
import { checkTemplate } from '../../../src/features/templates/check.ts';
import { defaultTemplate } from '../../../src/templates/defaults.ts';
import { renderOptIn, renderOptInPage } from '../../../src/features/opt-in/render-opt-in.ts';
import { sampleFor } from '../../../src/features/opt-in/opt-in-values.ts';
import type { Template } from '../../../src/templates/template.ts';
import { cases } from '../generated.ts';

const email = defaultTemplate({ name: 'opt_in', method: 'email', locale: 'en' });
const sms = defaultTemplate({ name: 'opt_in', method: 'sms', locale: 'en' });
const own = (template: Template, more: string, subject = template.body.subject): Template => ({
  ...template,
  version: 'v1',
  body: {
    ...(subject === undefined ? {} : { subject }),
    text: template.body.text + more,
  },
});
const codes = (template: Template): string[] =>
  checkTemplate(template, template.body).map(({ code }) => code);

/** What a practice could write to learn of the link or the code, or to lead them elsewhere. */
const misuses = [
  '\n\n{{ link | downcase }}',
  '\n\n{{ link | upcase | strip }}',
  '\n\n{{ link.size }}',
  '\n\n{{ link[3] }}',
  '\n\n{{ ["link"] | downcase }}',
  '\n\n{{ practice[link] }}',
  '\n\n{{ practice | default: link }}',
  '\n\n{% if link %}a{% endif %}',
  '\n\n{% if link contains "a" %}a{% endif %}',
  '\n\n{% unless link contains "a" %}a{% endunless %}',
  '\n\n{% if practice %}{% elsif link contains "a" %}a{% endif %}',
  '\n\n{% if practice and link contains "a" %}a{% endif %}',
  '\n\n{% case link %}{% when "a" %}a{% endcase %}',
  '\n\n{% case practice %}{% when link %}a{% endcase %}',
  '\n\nhttps://evil.example/?l={{ link }}',
  '\n\nhttps://evil.example/?l={{- link }}',
  '\n\nhttps://evil.example/?l=\n{{- link }}',
  '\n\nhttps://evil.example/?l={% if practice %}{{ link }}{% endif %}',
  '\n\nhttps://evil.example/?l={% comment %} {% endcomment %}{{ link }}',
  '\n\nhttps://evil.example/?l=\uFEFF{{ link }}',
  '\n\n{{ link }}.evil.example',
  '\n\n{{ link }}{{ link }}',
  ' {{ code | default: "x" }}',
  ' {{ code.size }}',
  ' {% if code == "0000" %}a{% endif %}',
  ' {% if code contains "1" %}a{% endif %}',
  ' {% if supportPhone contains code %}a{% endif %}',
  ' {% case code %}{% when "1234" %}a{% endcase %}',
  ' https://evil.example/?c={{ code }}',
  ' {{ code }}{{ code }}',
];

describe.each([email, sms])('in an opt-in by $method the link and the code', (template) => {
  it.each(misuses)('are only placed: %j cannot be saved', (more) => {
    // A path is a name that no opt-in may refer to.
    expect(codes(own(template, more)).join()).toMatch(/answer_key_misused|personal_field/);
  });

  it.each(misuses)('are only placed: with %j the shipped words leave', (more) => {
    const values = { ...sampleFor(template.method), code: '4711' };
    const kept = { ...values, link: 'https://optgate.example/o/Zz9' };
    for (const given of [values, kept]) {
      const rendering = renderOptIn(own(template, more), given);
      expect(rendering).toEqual(renderOptIn(template, given));
      expect(rendering.ok).toBe(true);
    }
  });

  it('may stand where the shipped words have them, and once more', () => {
    expect(codes(own(template, '\n\nAgain:\n{{ link }}\n\nBye'))).toEqual([]);
    expect(codes(own(template, '{% if code %} Code: {{ code }}.{% endif %}'))).toEqual([]);
  });
});

it('nobody can write the sign that the link takes the place of', () => {
  for (const sign of ['\uE002', '{{ "\\uE002" }}', '{{ "\\u\uE001E002" }}', '{{ "\\\\uE002" }}']) {
    const rendering = renderOptIn(
      own(email, `\n\nhttps://evil.example/?l=${sign}`),
      sampleFor('email'),
    );
    if (!rendering.ok) throw new Error(rendering.reason);
    expect(rendering.shown.text).not.toMatch(/evil\S+\/o\//);
  }
});

it('a subject holds neither link nor code', () => {
  for (const subject of ['{{ link }}', 'Hello {{ code }}'])
    expect(codes(own(email, '', subject))).toContain('answer_key_misused');
});

describe('the text that is kept', () => {
  it.each([email, sms])('by $method is the one that leaves, without link and code', (template) => {
    const rendering = renderOptIn(template, {
      ...sampleFor(template.method),
      link: 'https://optgate.example/o/TOKEN',
      code: '4711',
    });
    if (!rendering.ok) throw new Error(rendering.reason);
    const { text, kept } = rendering.shown;
    expect(kept).toBe(text.replaceAll('TOKEN', '…').replaceAll('4711', '…'));
    expect(kept).not.toBe(text);
  });

  it('is the same whatever the link and the code are, in any template', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9_-]{4,40}$/);
    const part = fc.oneof(
      fc.constantFrom(
        ...misuses,
        '\n\n{{ link }}\n',
        ' {{ code }} ',
        '{% if code %}',
        '{% endif %}',
      ),
      fc.string({ maxLength: 20 }),
    );
    const templates = locales.flatMap((locale) =>
      (['email', 'sms'] as const).map((method) =>
        defaultTemplate({ name: 'opt_in', method, locale }),
      ),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...templates),
        fc.array(part, { maxLength: 6 }),
        fc.tuple(word, word),
        fc.tuple(word, word),
        (template, parts, one, other) => {
          const shown = [one, other].map(([token, code]) => {
            const values = { ...sampleFor(template.method), link: `https://x/o/${token}`, code };
            const message = renderOptIn(own(template, parts.join('')), values);
            const page = renderOptInPage(own(template, parts.join('')), values);
            return [message.ok ? message.shown.kept : message, page];
          });
          expect(shown[0]).toEqual(shown[1]);
        },
      ),
      cases(200),
    );
  });
});
