import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  maskedAddress,
  normaliseEmail,
  normalisePhone,
  readEmail,
  readPhone,
  unsendableReason,
} from '../../../src/core/address.ts';

it('of an email address shows the first character and the domain, of a number the last two digits', () => {
  expect(maskedAddress('email', 'ann.example@mail.example.com')).toBe('a…@mail.example.com');
  expect(maskedAddress('email', 'a@example.com')).toBe('a…@example.com');
  expect(maskedAddress('sms', '+12025550143')).toBe('43');
});

it('shows no more of an address, however it looks', () => {
  fc.assert(
    fc.property(fc.emailAddress(), (given) => {
      const address = normaliseEmail(given);
      fc.pre(address !== undefined);
      const at = address.lastIndexOf('@');
      expect(maskedAddress('email', address)).toBe(`${address[0]}…${address.slice(at)}`);
    }),
  );
});

describe('a phone number', () => {
  const same = '+12025550143';
  it.each([
    'tel:+1-202-555-0143',
    'TEL:+12025550143',
    'tel:202-555-0143;phone-context=+1',
    'tel:+1%20202%20555%200143',
    'sms:+12025550143?body=Hi',
    '\u202a+1 202 555 0143\u202c',
    '\u2066(202) 555-0143\u2069',
    '\u200e+1\u00a0202\u00a0555\u00a00143\u200f',
    '\ufeff+1\u202f202\u2009555\u30000143',
    '＋１２０２５５５０１４３',
    '２０２５５５０１４３',
    '+1 202‑555–0143',
    ' (202) 555.0143 ',
  ])('is one number however it was copied: %j', (given) => {
    expect(readPhone(given, 'US')).toEqual({ ok: true, address: same });
  });

  it.each([
    ['+52 1 55 1234 5678', 'US'],
    ['+5215512345678', 'US'],
    ['tel:+52-1-55-1234-5678', 'US'],
    ['011 52 1 55 1234 5678', 'US'],
    ['044 55 1234 5678', 'MX'],
    ['045 55 1234 5678', 'MX'],
    ['1 55 1234 5678', 'MX'],
    ['+52 55 1234 5678', 'US'],
  ])(
    'of a Mexican mobile is the same with and without what was dialled before: %s',
    (given, country) => {
      expect(readPhone(given, country)).toEqual({ ok: true, address: '+525512345678' });
    },
  );

  it.each([
    ['+1 900 555 0123', 'is a premium-rate number'],
    ['900-123-4567', 'is a premium-rate number'],
    ['+44 9012345678', 'is a premium-rate number'],
    ['+49 900 1 234567', 'is a premium-rate number'],
    ['+44 7640 123456', 'is a pager'],
    ['+44 303 123 4567', 'is a company’s access number, not a person’s'],
    ['202-555-0143 x11', 'has an extension'],
    ['tel:+12025550143;ext=5', 'has an extension'],
    ['call me', 'is no phone number'],
    ['+1 202', 'is no phone number'],
    ['41791234567', 'is no phone number'],
    ['tel:%', 'is no phone number'],
  ])('that cannot be texted is refused with the reason: %s', (given, problem) => {
    expect(readPhone(given, 'US')).toEqual({ ok: false, problem });
  });

  it.each([
    ['+19005550143', 'the number is a premium-rate number'],
    ['+447640123456', 'the number is a pager'],
    ['+12025550143', undefined],
    ['+525512345678', undefined],
  ])('that is stored since before is judged by its kind: %s', (number, reason) => {
    expect(unsendableReason('sms', number)).toBe(reason);
  });

  it('that was read is read the same again, with any marks around it', () => {
    const mark = fc.constantFrom('\u202a', '\u202c', '\u200e', '\u2066', '\u2069', ' ', '\u00a0');
    fc.assert(
      fc.property(
        fc.integer({ min: 2_000_000_000, max: 9_899_999_999 }),
        fc.array(mark),
        fc.array(mark),
        (digits, before, after) => {
          const plain = normalisePhone(String(digits), 'US');
          fc.pre(plain !== undefined);
          expect(plain).toBe(`+1${digits}`);
          expect(normalisePhone(plain, 'DE')).toBe(plain);
          expect(normalisePhone([...before, plain, ...after].join(''), 'DE')).toBe(plain);
        },
      ),
    );
  });
});

describe('an email address', () => {
  it.each([
    'mailto:ann@example.com',
    'MAILTO:ann@example.com?subject=Hello',
    'mailto:ann%40example.com',
    '\u202aann@example.com\u202c',
    '\u200eann@example.com\u00a0',
    'ann＠example.com',
    'ａｎｎ＠ｅｘａｍｐｌｅ．ｃｏｍ',
    ' Ann@Example.COM\n',
  ])('is one address however it was copied: %j', (given) => {
    expect(readEmail(given)).toEqual({ ok: true, address: 'ann@example.com' });
  });

  it.each([
    [
      'josé@example.com',
      'has letters before the @ that email providers do not take; only ASCII is',
    ],
    [
      '用户@example.com',
      'has letters before the @ that email providers do not take; only ASCII is',
    ],
    ['ann', 'is no email address'],
    ['a b@example.com', 'is no email address'],
    ['ann@example', 'is no email address'],
    ['mailto:', 'is no email address'],
  ])('that cannot be written to is refused with the reason: %s', (given, problem) => {
    expect(readEmail(given)).toEqual({ ok: false, problem });
  });

  it('that is one already stays as it is, question mark and percent sign included', () => {
    expect(normaliseEmail('a?b%40c@example.com')).toBe('a?b%40c@example.com');
    fc.assert(
      fc.property(fc.emailAddress(), (given) => {
        const address = normaliseEmail(given);
        fc.pre(address !== undefined);
        expect(normaliseEmail(address)).toBe(address);
        expect(normaliseEmail(`mailto:${encodeURIComponent(address)}`)).toBe(address);
      }),
    );
  });
});
