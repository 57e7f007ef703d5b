import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cleanText as cleanAtMost,
  isBlank,
  type TextKind,
} from '../../../src/core/incoming-text.ts';
import { cases } from '../generated.ts';

const kinds: TextKind[] = ['text', 'line', 'value', 'code'];
const cleanText = (given: string, kind: TextKind) => cleanAtMost(given, kind, 1_000);
const taken = (given: string, kind: TextKind): string | undefined => {
  const clean = cleanText(given, kind);
  return clean.ok ? clean.text : undefined;
};

describe('a text that comes in', () => {
  it.each([
    ['one\ntwo', 'one two'],
    ['a\r\nBcc: eve@example.com', 'a Bcc: eve@example.com'],
    ['one\rtwo', 'one two'],
    ['one \t two', 'one two'],
    ['one\u2028two\u2029three\u0085four\u000bfive\fsix', 'one two three four five six'],
    ['  Your visit \n', 'Your visit'],
    ['two  spaces stay', 'two  spaces stay'],
    ['Jose\u0301', 'José'],
  ])('as a line is one line: %j', (given, line) => {
    expect(taken(given, 'line')).toBe(line);
  });

  it.each([
    ['one\r\ntwo\rthree\u2028four', 'one\ntwo\nthree\nfour'],
    ['\tindented', '\tindented'],
    ['\ufeffHello', 'Hello'],
    ['e\u0301'.repeat(335), 'é'.repeat(335)],
    [' kept as it is ', ' kept as it is '],
    ['👩‍⚕️ “quoted” – ½ №', '👩‍⚕️ “quoted” – ½ №'],
  ])('as paragraphs keeps its lines: %j', (given, text) => {
    expect(taken(given, 'text')).toBe(text);
  });

  it.each([
    '\0',
    'a\u0007b',
    'a\u001bb',
    'a\u007fb',
    'a\u0090b',
    '\ud800',
    'a\udc00b',
    '\ufffe',
    '\u{1ffff}',
    '\ufdd0',
    '\ue000',
    '\uf8ff',
    '\u{f0000}',
    '\u{10fffd}',
  ])('is refused, of whatever kind, with a character that nobody can read: %j', (given) => {
    for (const kind of kinds) expect(taken(`x${given}y`, kind)).toBeUndefined();
  });

  it.each([
    ' ',
    '\n\n',
    '\u00a0',
    '\u200b\u200d',
    '\u3164',
    '\u2800',
    '\u3000 \u00ad',
    '\ufe0f',
    '\ufeff',
  ])('that shows nothing is blank, and refused unless it is a value: %j', (given) => {
    expect(isBlank(given)).toBe(true);
    for (const kind of ['text', 'line'] as const)
      expect(cleanText(given, kind)).toEqual({ ok: false, problem: 'is blank' });
    expect(cleanText(given, 'value').ok).toBe(true);
  });

  it('as a code is taken as it is, or not at all', () => {
    expect(taken(' a-1 ', 'code')).toBe(' a-1 ');
    for (const given of ['a\nb', 'a\tb', 'a\r\n']) expect(taken(given, 'code')).toBeUndefined();
  });

  it('is refused where it is far longer than its field, before any other look at it', () => {
    expect(cleanAtMost('e\u0301'.repeat(20), 'line', 20)).toEqual({
      ok: true,
      text: 'é'.repeat(20),
    });
    expect(cleanAtMost(`${' '.repeat(50)}Ann`, 'line', 20)).toEqual({ ok: true, text: 'Ann' });
    for (const kind of kinds)
      expect(cleanAtMost(' '.repeat(81), kind, 20)).toEqual({
        ok: false,
        problem: 'has more than 20 characters',
      });
  });

  it('takes thirty accents in a row, and is refused with more', () => {
    for (const kind of ['text', 'line', 'value'] as const) {
      expect(cleanText(`a${'\u0323'.repeat(30)}`, kind).ok).toBe(true);
      expect(cleanText(`a${'\u0323'.repeat(31)}b`, kind)).toEqual({
        ok: false,
        problem: 'has more than 30 accents in a row',
      });
    }
  });

  it('is the same when it comes in again, whole, composed, and a line without line ends', () => {
    const anything = fc.string({ unit: 'binary', maxLength: 30 });
    const spoilt = fc.string({
      unit: fc.constantFrom(
        'a',
        'e',
        '\u0301',
        '\r',
        '\n',
        '\t',
        '\0',
        '\ud83d',
        '\u2028',
        ' ',
        '\u200b',
      ),
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.oneof(anything, spoilt), fc.constantFrom(...kinds), (given, kind) => {
        const text = taken(given, kind);
        if (text === undefined) return;
        expect(taken(text, kind)).toBe(text);
        expect(text).not.toMatch(/\p{Cs}|\p{Co}|\p{Noncharacter_Code_Point}/u);
        expect(text).not.toMatch(/[^\P{Cc}\t\n]/u);
        if (kind === 'code') expect(text).toBe(given);
        else expect(text).toBe(text.normalize('NFC'));
        if (kind === 'line') expect(text).not.toMatch(/[\t\r\n\v\f\u0085\u2028\u2029]/u);
        if (kind === 'line' || kind === 'text') expect(given !== '' && isBlank(text)).toBe(false);
      }),
      cases(3_000),
    );
  });
});
