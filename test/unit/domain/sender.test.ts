import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldedLine, linesProblem, nameProblem } from '../../../src/core/one-line.ts';
import {
  addressIn,
  asksFrom,
  mailbox,
  missingIdentity,
  missingSender,
  postalAddressProblem,
  sendsFrom,
  supportPhoneProblem,
} from '../../../src/core/sender.ts';
import { displayName } from '../../../src/core/settings.ts';
import { smsAsSent } from '../../../src/core/sms-text.ts';
import { parseMailbox } from '../../../packages/sandbox/addresses.ts';
import { cases } from '../generated.ts';

const identity = { supportPhone: '+1 202 555 0199', postalAddress: '1 Example Street' };
const bright = { name: 'Bright Smile', settings: { sender: identity } };

describe('what people could neither call nor write to is refused', () => {
  it.each(['nobody', '911', '123', 'call us at 1', '911 please call', '', '555-0142\u0000'])(
    'the phone %j',
    (phone) => expect(supportPhoneProblem(phone)).toBeDefined(),
  );
  it.each([
    '+1 202 555 0199',
    '(202) 555-0142',
    '202.555.0142 ext. 4',
    '555-0142',
    '1-800-DENTIST',
    'Tel. 202-555-0142',
  ])('but not the phone %j', (phone) => expect(supportPhoneProblem(phone)).toBeUndefined());
  it.each(['nobody', 'x', '<b>', '12345', 'Main Street', ' \n ', '1 Main St\u0000'])(
    'the postal address %j',
    (address) => expect(postalAddressProblem(address)).toBeDefined(),
  );
  it.each([
    '1 Example Street',
    'PO Box 7, Springfield, IL 62701',
    '7 Bright Way\nSpringfield, IL',
    '1420 Connecticut Avenue NW, Suite 300, Washington, DC 20036',
  ])('but not the postal address %j', (address) =>
    expect(postalAddressProblem(address)).toBeUndefined(),
  );
});

describe('the identity a practice writes as', () => {
  it.each([
    ['nothing but a name', {}, ['supportPhone', 'postalAddress']],
    ['a blank address', { ...identity, postalAddress: ' \n ' }, ['postalAddress']],
    ['a blank phone', { ...identity, supportPhone: '\u200e' }, ['supportPhone']],
    ['all of it', identity, []],
  ])('with %s lacks %j', (_what, sender, missing) => {
    expect(missingIdentity({ name: 'Bright Smile', settings: { sender } })).toEqual(missing);
  });

  it('has the practice’s name where it has no display name, and lacks one where both are blank', () => {
    expect(displayName({ sender: { displayName: ' ' } }, 'Bright  Smile')).toBe('Bright Smile');
    expect(missingIdentity({ ...bright, name: '\n' })).toEqual(['displayName']);
    expect(displayName(bright.settings, '=?utf-8?q?Other?=')).not.toContain('=?');
  });

  it('sends from its own address, else from the installation’s, never under the name in either', () => {
    const lent = { emailFrom: 'Other Practice <hello@lent.example>', smsFrom: '+12025550100' };
    const own = { sender: { ...identity, emailFrom: 'Any <Own@Practice.example>' } };
    expect(sendsFrom(own, lent, 'email')).toBe('own@practice.example');
    expect(sendsFrom(bright.settings, lent, 'email')).toBe('hello@lent.example');
    expect(sendsFrom({ sender: { emailFrom: 'no address' } }, lent, 'email')).toBe(
      'hello@lent.example',
    );
    expect(missingSender(bright, {}, ['email', 'sms'])).toEqual(['emailFrom', 'smsFrom']);
    expect(missingSender(bright, lent, ['email', 'sms'])).toEqual([]);
  });

  it('asks from its own number alone where the installation’s is not to be shared, and writes from it as before', () => {
    const lent = { smsFrom: '+12025550100', asksFromOwnNumber: true } as const;
    const own = { sender: { ...identity, smsFrom: '+12025550177' } };
    expect(missingSender(bright, lent, ['sms'])).toEqual(['smsFrom']);
    expect(asksFrom(bright.settings, lent, 'sms')).toBeUndefined();
    expect(asksFrom(own, lent, 'sms')).toBe('+12025550177');
    expect(asksFrom(bright.settings, { ...lent, emailFrom: 'a@b.example' }, 'email')).toBe(
      'a@b.example',
    );
    expect(sendsFrom(bright.settings, lent, 'sms')).toBe('+12025550100');
  });

  it.each([
    ['a@b.example', 'a@b.example'],
    ['"Lee, DDS" <A@B.example>', 'a@b.example'],
    ['Lee <a@b.example> Bcc', undefined],
    ['Lee', undefined],
    [undefined, undefined],
  ])('%j holds the address %s', (mail, address) => {
    expect(addressIn(mail)).toBe(address);
  });
});

describe('the name in From', () => {
  it.each([
    ['Dr. Lee, DDS', '"Dr. Lee, DDS" <a@b.example>'],
    ['Clínica Niños', '"Clínica Niños" <a@b.example>'],
    ['The "Best" Smile', `"The 'Best' Smile" <a@b.example>`],
    ['A <b@c.example>', '"A (b@c.example)" <a@b.example>'],
    ['Dr. Lee\r\nBcc: x@y.example', '"Dr. Lee Bcc: x@y.example" <a@b.example>'],
    ['care@home', '"care@home" <a@b.example>'],
    ['\u0000', 'a@b.example'],
  ])('%j is written %s', (name, header) => {
    expect(mailbox('a@b.example', name)).toBe(header);
  });

  it('is one quoted line with one address, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (name) => {
        const header = mailbox('a@b.example', name);
        expect(header).toMatch(/^(?:"[^"\\<>\r\n]+" <a@b\.example>|a@b\.example)$/u);
        expect(parseMailbox(header)).toBe('a@b.example');
        expect(foldedLine(foldedLine(name))).toBe(foldedLine(name));
      }),
      cases(2_000),
    );
  });

  it.each(['<', 'a>b', 'a\nb', 'a\r\nb', 'a\u0000', '\ud800', 'a\u202eb', ' '])(
    'cannot be set to %j',
    (name) => {
      expect(nameProblem(name)).toBeTruthy();
    },
  );

  it('can be what practices are called', () => {
    for (const name of ['Dr. Lee, DDS & Sons', 'Clínica “Niños”', "O'Neil (North)", '牙科'])
      expect(nameProblem(name)).toBeUndefined();
    expect(linesProblem('1 Main St\r\nSpringfield')).toBeUndefined();
    expect(linesProblem('1 Main St\u0000')).toBeTruthy();
  });
});

describe('a text message', () => {
  it.each([
    ['See you at 9.', 'Bright Smile: See you at 9.'],
    ['Bright Smile: see you at 9.', 'Bright Smile: see you at 9.'],
    ['BRIGHT  SMILE reminds you', 'BRIGHT  SMILE reminds you'],
    ['From Bright Smile', 'Bright Smile: From Bright Smile'],
    ['a\n\nb ', 'Bright Smile: a\n\nb '],
  ])('%j begins with who writes: %j', (text, sent) => {
    expect(smsAsSent('Bright Smile', text)).toBe(sent);
  });

  it('goes without the name where the provider would refuse it with it', () => {
    for (const letter of ['x', 'я']) {
      const most = letter === 'x' ? 1_600 : 737;
      const longest = letter.repeat(most - 'Bright Smile: '.length);
      expect(smsAsSent('Bright Smile', longest)).toBe(`Bright Smile: ${longest}`);
      expect(smsAsSent('Bright Smile', `${longest}${letter}`)).toBe(`${longest}${letter}`);
    }
    expect(smsAsSent('Bright Smile', '{'.repeat(795))).toBe('{'.repeat(795));
  });

  it('holds the words unchanged, whatever they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, name) => {
        expect(smsAsSent(name, text).endsWith(text)).toBe(true);
      }),
    );
  });
});
