import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChoiceProblem } from '../../../src/features/booking/booking-choice.ts';
import type { AskedCode, BookingPage, Offer } from '../../../src/features/booking/booking-page.ts';
import type { MessagePage } from '../../../src/features/notices/message-page.ts';
import type { OptInPage, Question } from '../../../src/features/opt-in/opt-in-page.ts';
import type {
  PreferencesPage,
  Standing,
  Way,
} from '../../../src/features/preferences/preferences-page.ts';
import type { UnsubscribePage } from '../../../src/features/unsubscribe/unsubscribe.ts';
import { locales, type Locale } from '../../../src/core/locale.ts';
import { bookingPage } from '../../../src/features/booking/booking-view.tsx';
import { messagePage } from '../../../src/features/notices/message-view.tsx';
import { optInPage } from '../../../src/features/opt-in/opt-in-view.tsx';
import { preferencesPage } from '../../../src/features/preferences/preferences-view.tsx';
import { unsubscribePage } from '../../../src/features/unsubscribe/unsubscribe-view.tsx';
import { cases } from '../generated.ts';

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
/** A number is a link where there is something to dial; what stands around the digits is not. */
const phone = line.map((text) => `${text} 202-555-0199`);
const values = fc.record({ practice: line, phone, text: line, ending: line });
const tame: Values = { practice: 'Practice', phone: '202-555-0199', text: 'Text', ending: '43' };

function pagesWith({ practice, phone, text, ending }: Values): OptInPage[] {
  const common = { method: 'email', practice, supportPhone: phone, emailFooter: true } as const;
  const byText = { ...common, method: 'sms', textNumber: '+12025550100' } as const;
  const kept = { agreed: true, sms: true, birthDate: `${text}-1-2` };
  const question: Question = { shown: { version: text, text }, seen: 'x', birthDate: true };
  const both = { ...question, smsEnding: ending };
  return [
    { state: 'open', ...common, question },
    {
      state: 'open',
      ...common,
      question: { ...both, problem: { type: 'identity', triesLeft: 4 }, kept },
    },
    { state: 'declined', ...common, question: { ...both, problem: { type: 'changed' }, kept } },
    { state: 'open', ...byText, question: { ...question, problem: { type: 'unanswered' } } },
    {
      state: 'open',
      ...byText,
      question: { ...question, problem: { type: 'missing', fields: ['birthDate', 'agree'] }, kept },
    },
    { state: 'revoked', ...byText },
    { state: 'accepted', ...common, alsoTexts: false, question: both, preferences: 'token' },
    { state: 'accepted', ...byText, alsoTexts: true, landingUrl: `https://x.example/${text}` },
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
    { state: 'asks', ...common },
    { state: 'asks', ...common, problem: { type: 'wrong', triesLeft: 1 } },
    { state: 'asks', ...common, problem: { type: 'missing', typed: `1954-${text}-1` } },
    { state: 'expired', ...common },
    { state: 'locked', ...common },
  ];
}

const standings: Standing[] = [
  'agreed',
  'asked',
  'not_asked',
  'open',
  'said_no',
  'stopped',
  'unreachable',
  'not_used',
];

function preferencesWith({ practice, phone, text, ending }: Values): PreferencesPage[] {
  const common = { practice, supportPhone: phone, textNumber: phone, emailFooter: false };
  const shown = { state: 'shown', ...common, timeZone: 'America/New_York', declined: [] } as const;
  const at = new Date('2026-03-12T12:00:00Z');
  const ways = standings.map((standing): Way => {
    const sms = { method: 'sms', address: ending, stoppable: true, returnable: true } as const;
    return { ...sms, standing, at, means: 'page', agreed: { text, locale: 'es' } };
  });
  const bare: Way = {
    method: 'email',
    standing: 'stopped',
    stoppable: false,
    returnable: false,
  };
  return [
    { ...shown, ways },
    { ...shown, ways: [bare], declined: ['ad_hoc'], done: { type: 'kinds' } },
    { ...shown, ways: [], done: { type: 'stop', what: 'all' } },
    { ...shown, ways: [], done: { type: 'again', method: 'sms' } },
    { ...shown, ways: [], done: { type: 'nothing' } },
    { state: 'expired', ...common },
  ];
}

function unsubscribesWith({ practice, phone }: Values): UnsubscribePage[] {
  const common = { practice, supportPhone: phone } as const;
  return [
    { state: 'subscribed', ...common, emailFooter: true },
    { state: 'stopped', ...common, emailFooter: true },
    { state: 'stopped', practice, emailFooter: false },
    { state: 'unknown' },
  ];
}

function bookingsWith({ practice, phone, text, ending }: Values): BookingPage[] {
  const common = { practice, supportPhone: phone, emailFooter: true };
  const offer: Offer = {
    methods: ['email', 'sms'],
    asksName: true,
    asksBirthDate: true,
    known: { email: text, sms: ending },
    shown: { version: text, text },
    policy: { version: text, url: `https://x.example/${text}` },
    seen: 'x',
  };
  const filled = { email: text, phone: text, birthDate: text, agreed: true, seen: text };
  const problems: ChoiceProblem[] = [
    'changed',
    'name',
    'birthDate',
    'methods',
    'email',
    'sms',
    'abroad',
    'policy',
  ];
  const asked: AskedCode[] = [
    { method: 'email', address: text, problem: 'wrong', again: true },
    { method: 'sms', address: ending, again: false },
  ];
  const agreed = { proven: ['email'], left: ['sms'] } as const;
  const done = { state: 'done', ...common, ...agreed } as const;
  return [
    { state: 'choosing', ...common, offer, problems: [], token: 'token' },
    {
      state: 'choosing',
      ...common,
      offer: { ...offer, known: {}, policy: { version: text } },
      problems,
      filled: { ...filled, name: text, methods: ['sms'] },
    },
    { state: 'proving', ...common, asked, proven: [] },
    { state: 'proving', ...common, asked: asked.slice(1), proven: ['email'] },
    { ...done, policy: offer.policy, next: `https://x.example/${text}` },
    { ...done, policy: { version: text } },
    { state: 'expired', ...common, again: '../book/x' },
    { state: 'expired', ...common },
    { state: 'closed', ...common },
    { state: 'too_many', ...common },
    { state: 'unknown' },
  ];
}

/** Every page that a person can meet, with these values. */
function allWith(given: Values, locale: Locale): string[] {
  const place = { locale, self: '', token: 'token' };
  return [
    ...pagesWith(given).map((page) => optInPage(page, place)),
    ...messagesWith(given).map((page) => messagePage(page, locale)),
    ...preferencesWith(given).map((page) => preferencesPage(page, locale)),
    ...unsubscribesWith(given).map((page) => unsubscribePage(page, locale)),
    ...bookingsWith(given).map((page) => bookingPage(page, locale)),
  ];
}

/** Tags with the names of their attributes. */
function markup(html: string): string[] {
  return [...html.matchAll(/<([!/a-z0-9]+)((?:\s+[a-z-]+(?:="[^"]*")?)*)\s*\/?>/gi)].map(
    ([, tag, attributes]) =>
      `${tag} ${[...attributes!.matchAll(/([a-z-]+)(?:="[^"]*")?/gi)].map(([, name]) => name).join()}`,
  );
}

/** Tags that are opened; what stands between the quotes of an attribute opens none. */
function opened(html: string): number {
  return html.replaceAll(/="[^"]*"/g, '').match(/</g)!.length;
}

describe('a page', () => {
  it('has the same markup whatever its values are', () => {
    fc.assert(
      fc.property(fc.constantFrom(...locales), values, (locale, given) => {
        const plain = allWith(tame, locale);
        for (const [index, html] of allWith(given, locale).entries()) {
          expect(opened(html)).toBe(opened(plain[index]!));
          expect(markup(html)).toEqual(markup(plain[index]!));
        }
      }),
      cases(300),
    );
  });

  it('labels every field, and says in which language it is', () => {
    for (const locale of locales)
      for (const html of allWith(tame, locale)) {
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
