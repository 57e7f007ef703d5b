import { describe, expect, it } from 'vitest';
import { locales, type Locale } from '../../../src/core/locale.ts';
import { missingRecommended } from '../../../src/features/opt-in/opt-in-lint.ts';
import { countSegments } from '../../../src/core/sms-segments.ts';
import { warnTemplate } from '../../../src/features/templates/check.ts';
import { codeEmail, codeSms } from '../../../src/features/booking/render-code.ts';
import { defaultTemplate } from '../../../src/templates/defaults.ts';
import { renderOptIn, renderOptInPage } from '../../../src/features/opt-in/render-opt-in.ts';
import { sampleFor, type OptInValues } from '../../../src/features/opt-in/opt-in-values.ts';

/** A token is 24 random bytes. */
const realistic = {
  practice: 'Bright Smile Family Dental',
  supportPhone: '(202) 555-0199',
  postalAddress: '1 Example Street, Springfield, IL 62701',
  link: `https://messages.brightsmile-dental.com/o/${'Ab3_'.repeat(8)}`,
};

function message(locale: Locale, method: 'email' | 'sms', given: Partial<OptInValues> = {}) {
  const { code: _code, ...values } = { ...sampleFor(method), ...realistic };
  const template = defaultTemplate({ name: 'opt_in', method, locale });
  const rendering = renderOptIn(template, { ...values, ...given });
  if (!rendering.ok) throw new Error(rendering.reason);
  return rendering.shown;
}

function page(locale: Locale, given: Partial<OptInValues>): string {
  const template = defaultTemplate({ name: 'opt_in', method: 'email', locale });
  const rendering = renderOptInPage(template, { ...sampleFor('email'), ...realistic, ...given });
  if (!rendering.ok) throw new Error(rendering.reason);
  return rendering.shown.text;
}

const first = (text: string): string => text.split('\n\n')[0]!;

describe.each(locales)('the shipped opt-in in %s', (locale) => {
  it.each([
    ['alone on the number', {}],
    ['with the code of a shared number', { code: '4711' }],
    ['answered at the link only', { linkOnly: true }],
    ['with an email on its way', { emailToo: true }],
  ])('as a text, %s, is two segments of the GSM alphabet', (_case, given) => {
    const { text } = message(locale, 'sms', given);
    expect(countSegments(text)).toMatchObject({ encoding: 'GSM-7', count: 2 });
  });

  it('as a text says how often, what it costs, YES or NO, STOP and HELP', () => {
    const { text, version } = message(locale, 'sms');
    expect(text).toMatch(locale === 'en' ? /Reply YES or NO\./ : /Responda SI o NO\./);
    expect(text).toMatch(/\bSTOP\b/);
    expect(text).toMatch(locale === 'en' ? /\bHELP\b/ : /\bAYUDA\b/);
    const { link } = realistic;
    expect(missingRecommended('sms', locale, { text, link, byText: true })).toEqual([]);
    expect(version).toBe(`opt_in/sms/${locale}/default-3`);
  });

  it('promises no email beside the text, whether or not there is one', () => {
    for (const emailToo of [true, false])
      expect(message(locale, 'sms', { emailToo }).text).not.toMatch(/e-?mail|correo/i);
  });

  it('has nothing to warn of', () => {
    for (const method of ['email', 'sms'] as const) {
      const template = defaultTemplate({ name: 'opt_in', method, locale });
      expect(warnTemplate(template, template.body)).toEqual([]);
    }
  });

  it('names its one channel in the first sentence', () => {
    const byEmail = /email|correo/;
    const byText = /\btext|mensajes? de texto/;
    expect(first(message(locale, 'email').text)).toMatch(byEmail);
    expect(first(message(locale, 'email').text)).not.toMatch(byText);
    const texts = first(page(locale, { byEmail: false, byText: true }));
    expect(texts).toMatch(byText);
    expect(texts).not.toMatch(byEmail);
  });

  it('speaks of both only where the page asks for both', () => {
    const both = page(locale, { byText: true });
    expect(first(both)).toMatch(/text/);
    expect(both).toMatch(/STOP/);
    expect(page(locale, {})).not.toMatch(/STOP/);
  });

  it('on the page of a booking speaks of no message that came', () => {
    const booking = page(locale, { byText: true, booking: true });
    expect(booking).not.toMatch(/gave us|nos dio|ignore|not you/);
    expect(first(booking)).toMatch(/permission|permiso/);
  });

  it('gives the answer before the full text, and the sender at the end', () => {
    const { text, html, subject } = message(locale, 'email');
    expect(subject).toMatch(/\?$/);
    expect(text.indexOf(realistic.link)).toBeLessThan(450);
    expect(text.endsWith(`${realistic.practice}, ${realistic.postalAddress}`)).toBe(true);
    expect(text).toContain(realistic.supportPhone);
    expect(html).toContain(`href="${realistic.link}#yes"`);
    expect(html).toContain(`href="${realistic.link}#no"`);
    expect(html!.indexOf('#yes')).toBeLessThan(html!.indexOf('HIPAA'));
    expect(html).toContain('name="color-scheme" content="light dark"');
  });

  it('names the link that emails have', () => {
    const { text } = message(locale, 'email');
    expect(text).toContain(locale === 'en' ? 'Stop these emails' : 'No quiero más correos');
  });
});

describe('the texts of codes', () => {
  it.each(locales)('in %s are two segments of the GSM alphabet at most', (locale) => {
    const values = { practice: realistic.practice, code: '123456', minutes: 10 };
    const segments = countSegments(codeSms(locale, values));
    expect(segments.encoding).toBe('GSM-7');
    expect(segments.count).toBeLessThanOrEqual(2);
    expect(codeSms(locale, values).startsWith(realistic.practice)).toBe(true);
    expect(codeEmail(locale, values).text).toContain('123456');
  });
});

describe('a practice’s own words', () => {
  it('from before the recommendations may be saved and sent, and are warned of', () => {
    const key = { name: 'opt_in', method: 'sms', locale: 'en' } as const;
    const text =
      '{{ practice }}: may we text you? Unencrypted, others may read it. STOP to refuse. {{ link }}';
    expect(warnTemplate(key, { text }).map(({ code }) => code)).toEqual(['frequency', 'rates']);
    expect(renderOptIn({ ...key, version: 'v1', body: { text } }, sampleFor('sms')).ok).toBe(true);
  });
});
