import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MessagePage } from '../../src/answers/message-page.ts';
import type { OptInPage, Question } from '../../src/answers/opt-in-page.ts';
import { locales } from '../../src/domain/locale.ts';
import { messagePage } from '../../src/views/message-page.tsx';
import { optInPage } from '../../src/views/opt-in-page.tsx';

/** Whatever a practice calls itself and writes, a page is made of our markup alone. */

const nasty = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
  fc.constantFrom(
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus='alert(1)",
    '</title><h1>x</h1>',
    '</style><p>',
    '<!-- x',
    '&lt;b&gt;',
  ),
);

/** The values are one paragraph each: what is compared is markup, not how many paragraphs a text has. */
type Values = { practice: string; phone: string; text: string; ending: string };
const line = nasty.map((text) => text.replaceAll(/\s/g, '') || 'x');
const values = fc.record({ practice: line, phone: line, text: line, ending: line });
const tame: Values = { practice: 'Practice', phone: '1', text: 'Text', ending: '43' };

function pagesWith({ practice, phone, text, ending }: Values): OptInPage[] {
  const common = { method: 'email', practice, supportPhone: phone } as const;
  const question: Question = { shown: { version: text, text }, seen: 'x', birthDate: true };
  const both = { ...question, smsEnding: ending };
  return [
    { state: 'open', ...common, question },
    { state: 'open', ...common, question: { ...both, problem: 'identity' } },
    { state: 'declined', ...common, question: { ...both, problem: 'changed' } },
    { state: 'accepted', ...common, question: both },
    { state: 'accepted', ...common, landingUrl: `https://x.example/${text}` },
    { state: 'expired', ...common, fresh: true },
    { state: 'expired', ...common, fresh: false },
    { state: 'revoked', ...common },
    { state: 'locked', ...common },
    { state: 'fresh_asked', ...common },
  ];
}

function messagesWith({ practice, phone, text }: Values): MessagePage[] {
  const common = { practice, supportPhone: phone };
  return [
    { state: 'shown', ...common, subject: text, text },
    { state: 'shown', ...common, text },
    { state: 'asks', ...common, wrong: true },
    { state: 'expired', ...common },
    { state: 'locked', ...common },
  ];
}

/** Tags with the names of their attributes. */
function markup(html: string): string[] {
  return [...html.matchAll(/<([!/a-z0-9]+)((?:\s+[a-z-]+(?:="[^"]*")?)*)\s*\/?>/gi)].map(
    ([, tag, attributes]) =>
      `${tag} ${[...attributes!.matchAll(/([a-z-]+)(?:="[^"]*")?/gi)].map(([, name]) => name).join()}`,
  );
}

describe('a page', () => {
  it('has the same markup whatever its values are', () => {
    fc.assert(
      fc.property(fc.constantFrom(...locales), values, (locale, given) => {
        const place = { locale, self: '', token: 'token' };
        const pages = [
          [pagesWith(given), pagesWith(tame)].map((all) =>
            all.map((page) => optInPage(page, place)),
          ),
          [messagesWith(given), messagesWith(tame)].map((all) =>
            all.map((page) => messagePage(page, locale)),
          ),
        ].flatMap(([nastily, tamely]) => nastily!.map((html, index) => [html, tamely![index]!]));
        for (const [html, plain] of pages) {
          expect(html!.match(/</g)!.length).toBe(plain!.match(/</g)!.length);
          expect(markup(html!)).toEqual(markup(plain!));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('labels every field, and says in which language it is', () => {
    for (const locale of locales)
      for (const page of pagesWith(tame)) {
        const html = optInPage(page, { locale, self: '', token: 'token' });
        expect(html).toContain(`<html lang="${locale}">`);
        expect(html.match(/<h1/g)).toHaveLength(1);
        for (const [, id] of html.matchAll(/<input [^>]*\sid="([^"]*)"/g))
          expect(html).toContain(`for="${id}"`);
        for (const [, ids] of html.matchAll(/aria-describedby="([^"]*)"/g))
          for (const id of ids!.split(' ')) expect(html).toContain(`id="${id}"`);
        const submits = html.match(/<button[^>]*type="submit"/g)?.length ?? 0;
        expect(html.match(/<button/g)?.length ?? 0).toBe(submits);
      }
  });
});

describe('the colours', () => {
  const luminance = (hex: string): number => {
    const [r, g, b] = [0, 2, 4]
      .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const contrast = (one: string, other: string): number => {
    const [light, dark] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
    return (light! + 0.05) / (dark! + 0.05);
  };
  const html = messagePage({ state: 'unknown' }, 'en');
  const colours = [...html.matchAll(/--(\w+): #([0-9a-f]{3,6})/g)].map(
    ([, name, hex]) =>
      [name!, hex!.length === 3 ? [...hex!].map((c) => c + c).join('') : hex!] as const,
  );
  const schemes = [colours.slice(0, colours.length / 2), colours.slice(colours.length / 2)].map(
    (scheme) => Object.fromEntries(scheme),
  );

  it.each(schemes.map((scheme, index) => [['light', 'dark'][index]!, scheme] as const))(
    'in the %s scheme can be told apart (WCAG 2.2, 1.4.3 and 1.4.11)',
    (_name, { text, ground, link, focus, wrong }) => {
      expect(contrast(text!, ground!)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(link!, ground!)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(focus!, ground!)).toBeGreaterThanOrEqual(3);
      expect(contrast(wrong!, ground!)).toBeGreaterThanOrEqual(3);
      expect(contrast('ffffff', '0b5cad')).toBeGreaterThanOrEqual(4.5);
    },
  );
});
