import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { normalised } from '../../src/core/accents.ts';
import { readEmail, readPhone } from '../../src/core/address.ts';
import { readMailbox } from '../../src/core/allotment.ts';
import { joinBoxes, readBirthDate } from '../../src/core/birth-date.ts';
import { cleanText, type TextKind } from '../../src/core/incoming-text.ts';
import { readIncoming } from '../../src/core/incoming.ts';
import { mailboxOf } from '../../src/core/mailbox.ts';
import { checkMessage, messageSchema } from '../../src/core/message/message-schema.ts';
import { nameWords } from '../../src/core/name-words.ts';
import { foldedLine, linesProblem, nameProblem } from '../../src/core/one-line.ts';
import { missingRecommended, missingStatements } from '../../src/features/opt-in/opt-in-lint.ts';
import { optInHtml, withoutLink } from '../../src/features/opt-in/opt-in-text.ts';
import { addressIn, mailbox, postalAddressProblem } from '../../src/core/sender.ts';
import { readSignalMessage } from '../../src/core/signals/signal-message.ts';
import { smsAsSent } from '../../src/core/sms-text.ts';
import { countSegments } from '../../src/core/sms-segments.ts';
import { tokensOfMail } from '../../src/core/unsubscribe-mail.ts';
import { webhookUrlProblem } from '../../src/core/webhook-url.ts';
import { readReply } from '../../src/features/replies/read-reply.ts';
import { checkTemplate, renderSample, warnTemplate } from '../../src/features/templates/check.ts';
import { cases } from './generated.ts';

/**
 * While one request is worked on, nobody else's is: a few KB that cost seconds stop the service for everybody. So four
 * times as much text takes about four times as long, or is refused at once.
 */

const most = 1_000_000;
const link = 'https://optgate.example/o/x';
const optIn = { name: 'opt_in', method: 'email', locale: 'en' } as const;
const adHoc = { name: 'ad_hoc', method: 'sms', locale: 'en' } as const;

const paths: Record<string, (text: string) => unknown> = {
  ...Object.fromEntries(
    (['text', 'line', 'value', 'code'] satisfies TextKind[]).map((kind) => [
      `a text as ${kind}`,
      (text: string) => cleanText(text, kind, most),
    ]),
  ),
  'a message': (text) =>
    readIncoming(messageSchema, {
      kind: 'ad_hoc',
      subject: text,
      about: text,
      content: { email: { subject: text, text, html: text }, sms: { text } },
      data: { a: text },
      sendAt: text,
    }),
  'a message that is checked': (text) =>
    checkMessage({ kind: 'ad_hoc', subject: 'a', body: text }, ['email', 'sms']),
  'a raw signal': (text) =>
    readSignalMessage({ messageId: 'a', kind: 'ad_hoc', subject: text, body: text }),
  'an unknown field': (text) => readIncoming(undefined, { [text]: text }),
  'an email address': (text) => readEmail(text),
  'a domain': (text) => readEmail(`a@${text}.com`),
  'a link to an address': (text) => readEmail(`mailto:${text}@a.com?${text}`),
  'a mailbox with a name': (text) => [readMailbox(`${text}<a@b.example>`), addressIn(text)],
  'a mailbox that is counted': (text) => mailboxOf(`${text}@gmail.com`),
  'a phone number': (text) => [readPhone(text, 'US'), readPhone(`tel:${text}`, 'US')],
  'a date of birth': (text) =>
    readBirthDate(joinBoxes({ month: text, day: text, year: text }), 'US'),
  'the words of a name': (text) => nameWords(text),
  'one line': (text) => [foldedLine(text), nameProblem(text), linesProblem(text)],
  'a sender': (text) => [mailbox('a@b.example', text), postalAddressProblem(text)],
  'the segments of an SMS': (text) => countSegments(text),
  'an SMS with its sender': (text) => smsAsSent('Practice', text),
  'a normalised text': (text) => [normalised(text, 'NFC'), normalised(text, 'NFKD')],
  'a webhook’s address': (text) => webhookUrlProblem(`https://a.example/${text}`, false),
  'a mail that unsubscribes': (text) =>
    tokensOfMail({ to: [`stop+${text}@a.example`], subject: text }, 'stop@a.example'),
  'a reply': (text) => readReply({ text }),
  'the statements of an opt-in': (text) => [
    missingStatements('email', 'en', { text, link }),
    missingRecommended('email', 'es', { text, link, byText: true }),
  ],
  'the shape of an opt-in': (text) => [withoutLink(text, link), optInHtml('en', text, link)],
  'an opt-in that is saved': (text) => [
    checkTemplate(optIn, { subject: 'a', text }),
    warnTemplate(optIn, { subject: 'a', text }),
  ],
  'a template that is saved': (text) => checkTemplate(adHoc, { text }),
  'a template that is rendered': (text) => rendered('{{ a }}'.repeat(40), { a: text }),
  ...Object.fromEntries(
    // What is looked for is nearly in it.
    ['a contains b', 'a == b', 'a < b', 'a != b', 'a >= b and a <= b or a > b'].map((condition) => [
      `the condition ${condition}`,
      (text: string) => {
        const b = `${text.slice(0, text.length / 8)}b${text.slice(0, (text.length * 3) / 8)}`;
        return rendered(`{% if ${condition} %}{% endif %}`, { a: text, b });
      },
    ]),
  ),
  ...Object.fromEntries(
    ['default: b', 'upcase', 'downcase', 'capitalize', 'strip', 'strip: b'].map((filter) => [
      `the filter ${filter}`,
      (text: string) => rendered(`{{ a | ${filter} }}`, { a: text, b: text }),
    ]),
  ),
};

function rendered(text: string, values: Record<string, string>): unknown {
  try {
    return renderSample({ text }, values);
  } catch {
    return undefined;
  }
}

/** Pieces that some step takes longest for when there are many of them. */
const pieces = [
  ' ',
  ' \t',
  '\n',
  'a ',
  'a',
  '1',
  '€',
  '漢',
  'é',
  '\u0301',
  '\u0301\u0323',
  'a\u0301',
  '\u0e33',
  '\uac00\u11a8',
  '😀',
  '👩\u200d',
  '🇩',
  'क्ष',
  '\u200b',
  '\ufdfa',
  '@',
  '.',
  'a.',
  '..',
  '%41',
  '%',
  '+',
  '(',
  '[a',
  '<',
  '<a>',
  '"',
  '\\"',
  '{{',
  '{{a}}',
  '{% if a %}',
  '{{a[',
  'no ',
  'not ',
  'stop. ',
  'S.T.',
  'https://a ',
];

/** Of the quickest of some runs, in ms of the processor's time: the machine may be busy with something else. */
function timeOf(work: () => unknown): number {
  let shortest = Infinity;
  for (let run = 0; run < 3 && shortest > 1; run += 1) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    shortest = Math.min(shortest, (user + system) / 1_000);
  }
  return shortest;
}

/** The square would be 64 times as long; what is over in some ms is nobody's wait. */
function growsTooFast(work: (text: string) => unknown, textOf: (units: number) => string): boolean {
  const [some, more] = [textOf(8_000), textOf(64_000)];
  for (let tries = 0; tries < 3; tries += 1) {
    const longer = timeOf(() => work(more));
    if (longer < 100 || longer < 24 * timeOf(() => work(some))) return false;
  }
  return true;
}

const filled = (piece: string, units: number): string =>
  piece.repeat(Math.ceil(units / piece.length));

it.each(Object.entries(paths))(
  '%s takes eight times as long for eight times as much',
  (_what, work) => {
    const every = Math.round(pieces.length / cases(pieces.length).numRuns);
    const slow = pieces.filter(
      (piece, at) => at % every === 0 && growsTooFast(work, (units) => `a${filled(piece, units)}a`),
    );
    expect(slow).toEqual([]);
  },
);

it.each(Object.entries(paths))('%s takes no longer for mixtures', (_what, work) => {
  const some = fc.array(fc.constantFrom(...pieces), { minLength: 2, maxLength: 4 });
  fc.assert(
    fc.property(some, some, (one, other) => {
      const mixture = (units: number): string =>
        filled(one.join(''), units / 2) + filled(other.join(''), units / 2);
      expect(growsTooFast(work, mixture)).toBe(false);
    }),
    cases(10),
  );
});

it('no text is normalised, or taken apart into graphemes, but in linear time', () => {
  const root = fileURLToPath(new URL('../../src', import.meta.url));
  const found = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !file.startsWith('platform/db/generated'))
    .filter((file) => /\.normalize\(|Segmenter/.test(readFileSync(join(root, file), 'utf8')));
  expect(found).toEqual(['core/accents.ts']);
});
