import { describe, expect, it } from 'vitest';
import { locales, type Locale } from '../../../src/core/locale.ts';
import {
  missingStatements,
  practiceMark,
  statementCodes,
  type StatementCode,
} from '../../../src/features/opt-in/opt-in-lint.ts';
import { paragraphsOf } from '../../../src/core/paragraphs.ts';
import { checkTemplate } from '../../../src/features/templates/check.ts';
import { defaultTemplate } from '../../../src/templates/defaults.ts';
import { methodsOf, templateNames, type Template } from '../../../src/templates/template.ts';

const link = 'https://optgate.example/o/token';

/** The shipped paragraph that makes each statement. */
const paragraph: Record<Locale, Record<StatementCode, string>> = {
  en: {
    who_asks: 'Somebody gave us',
    where_stored: 'Where it is kept',
    how_transmitted: 'How it travels',
    risks: 'The risks',
    rights: 'Your rights',
    laws: 'The law',
    how_to_stop: 'To stop later',
    link: 'answer yes or no on this page',
  },
  es: {
    who_asks: 'Alguien nos dio',
    where_stored: 'Dónde se guarda',
    how_transmitted: 'Cómo viaja',
    risks: 'Los riesgos',
    rights: 'Sus derechos',
    laws: 'La ley',
    how_to_stop: 'Para cancelar más adelante',
    link: 'responda sí o no en esta página',
  },
};

const email = (locale: Locale): Template =>
  defaultTemplate({ name: 'opt_in', method: 'email', locale });
const sms = (locale: Locale): Template =>
  defaultTemplate({ name: 'opt_in', method: 'sms', locale });
const codes = (template: Template, text: string): string[] =>
  checkTemplate(template, { ...template.body, text }).map(({ code }) => code);

it('accepts every shipped template', () => {
  for (const name of templateNames)
    for (const method of methodsOf(name))
      for (const locale of locales) {
        const { body } = defaultTemplate({ name, method, locale });
        expect(checkTemplate({ name, method, locale }, body), `${name} ${method}`).toEqual([]);
      }
});

describe.each(locales)('an opt-in email in %s', (locale) => {
  it.each(statementCodes)('without the paragraph on %s lacks exactly that', (code) => {
    const { text } = email(locale).body;
    const parts = text.split('\n\n');
    const others = parts.filter((part) => !part.includes(paragraph[locale][code]));
    expect(others).toHaveLength(parts.length - 1);
    expect(codes(email(locale), others.join('\n\n'))).toEqual([code]);
  });

  it('lacks all of them when it says nothing of them', () => {
    expect(codes(email(locale), 'Hello / Hola')).toEqual([...statementCodes]);
  });

  it('is not complete where a statement stands only under a condition', () => {
    const { text } = email(locale).body;
    const risks = text.split('\n\n').find((part) => part.includes(paragraph[locale].risks))!;
    const sometimes = text.replace(risks, `{% if supportPhone %}${risks}{% endif %}`);
    expect(codes(email(locale), sometimes)).toEqual(['risks']);
    expect(
      codes(email(locale), text.replace(risks, `{% comment %}${risks}{% endcomment %}`)),
    ).toEqual(['risks']);
  });

  it('must make each statement apart from the link, or the page would not show it', () => {
    const { text } = email(locale).body;
    const stop = text.split('\n\n').find((part) => part.includes(paragraph[locale].how_to_stop))!;
    const joined = text.replace(stop, '').replace('{{ link }}', `{{ link }}\n${stop}`);
    expect(codes(email(locale), joined)).toEqual(['how_to_stop']);
  });
});

describe.each(locales)('an opt-in SMS in %s', (locale) => {
  const { text } = sms(locale).body;
  it.each([
    ['who_asks', text.replace('{{ practice }}', '')],
    ['risks', text.replaceAll(/Texts are not encrypted|Van sin encriptar/g, '')],
    ['how_to_stop', text.replaceAll('STOP', '')],
    ['link', text.replaceAll('{{ link }}', '')],
  ])('without it lacks %s', (code, changed) => {
    expect(changed).not.toBe(text);
    expect(codes(sms(locale), changed)).toEqual([code]);
  });

  it('needs no more than those four', () => {
    const short =
      locale === 'en'
        ? '{{ practice }}: may we text you? Texts are unencrypted, others may see them. STOP to refuse. {{ link }}'
        : '{{ practice }}: ¿nos permite escribirle? Sin cifrar, otras personas pueden verlo. STOP para no recibir. {{ link }}';
    expect(codes(sms(locale), short)).toEqual([]);
  });

  it('cannot be longer than carriers put together again', () => {
    expect(codes(sms(locale), `${text} ${'x'.repeat(1_600)}`)).toEqual(['sms_too_long']);
  });
});

describe('the words of a statement', () => {
  const lacks = (text: string): StatementCode[] => missingStatements('email', 'en', { text, link });

  it.each([
    ['the messages are encrypted; there is no risk that others read them', true],
    ['there are risks: texts aren’t encrypted and someone else may see them', false],
    ['Risks: an unencrypted email can be intercepted', false],
    ['our texts are never encrypted', true],
  ])('"%s" lacks the risks: %s', (text, missing) => {
    expect(lacks(text).includes('risks')).toBe(missing);
  });

  it('do not add up across paragraphs', () => {
    expect(lacks('There are risks.\n\nNothing is encrypted.\n\nAsk others.')).toContain('risks');
  });

  it('are not found in the name of the practice, only in what it says', () => {
    const { text } = email('en').body;
    const hollow = paragraphsOf(text)
      .filter((part) => !part.includes(paragraph.en.laws))
      .join('\n\n')
      .replaceAll('{{ practice }}', practiceMark)
      .replace('{{ link }}', link);
    expect(lacks(hollow)).toContain('laws');
    expect(lacks(hollow.replaceAll(practiceMark, 'HIPAA Privacy Law'))).toContain('who_asks');
  });
});

describe('a template that means harm', () => {
  it('cannot pass the mark of the practice’s name for the name', () => {
    const { text } = sms('en').body;
    expect(codes(sms('en'), text.replace('{{ practice }}', practiceMark))).toEqual(['who_asks']);
  });

  it.each([
    ['spaces', ' '.repeat(19_000)],
    ['line ends', '\n'.repeat(19_000)],
    ['marks', practiceMark.repeat(19_000)],
    ['noes', 'no '.repeat(6_000)],
    ['values', '{{ practice }}'.repeat(1_300)],
  ])('of nothing but %s is refused at once', (_what, filler) => {
    const before = performance.now();
    expect(codes(email('en'), `${filler}x`)).not.toEqual([]);
    expect(codes(email('es'), `x${filler}x`)).not.toEqual([]);
    expect(performance.now() - before).toBeLessThan(5_000);
  });
});

describe('a field of an opt-in', () => {
  it.each(['name', 'firstName', 'birthDate', 'appointment', 'reason', 'contact.name', 'data["x"]'])(
    '`%s` is refused: nothing may name the person before they said yes',
    (name) => {
      for (const template of [email('en'), sms('es')]) {
        expect(codes(template, `${template.body.text} {{ ${name} }}`)).toEqual(['personal_field']);
        expect(codes(template, `${template.body.text} {% if ${name} %}x{% endif %}`)).toEqual([
          'personal_field',
        ]);
      }
    },
  );

  it('in the subject is looked at too', () => {
    const { body } = email('en');
    const problems = checkTemplate(email('en'), { ...body, subject: 'Dear {{ name }}' });
    expect(problems.map(({ code }) => code)).toEqual(['personal_field']);
    expect(problems[0]!.message).toContain('`name`');
  });
});

describe('the parts of a template', () => {
  it('are those of its method', () => {
    const of = (template: Template, change: object): string[] =>
      checkTemplate(template, { ...template.body, ...change }).map(({ code }) => code);
    expect(of(sms('en'), { subject: 'x' })).toEqual(['subject_not_allowed']);
    expect(of(sms('en'), { html: 'x' })).toEqual(['html_not_allowed']);
    expect(of(email('en'), { html: '<p>x</p>' })).toEqual(['html_not_allowed']);
    const { text } = email('en').body;
    expect(checkTemplate(email('en'), { text }).map(({ code }) => code)).toEqual([
      'subject_missing',
    ]);
    const reminder = defaultTemplate({
      name: 'appointment_reminder',
      method: 'email',
      locale: 'en',
    });
    expect(of(reminder, { html: '<p>{{ when }}</p>' })).toEqual([]);
    expect(of(reminder, { text: '{{ place.street }}' })).toEqual(['bad_name']);
  });
});
