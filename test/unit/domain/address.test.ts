import fc from 'fast-check';
import { expect, it } from 'vitest';
import { endingOf, maskedEmail, normaliseEmail } from '../../../src/domain/address.ts';

it('of an email address shows the first character and the domain, of a number the last two digits', () => {
  expect(maskedEmail('ann.example@mail.example.com')).toBe('a…@mail.example.com');
  expect(maskedEmail('a@example.com')).toBe('a…@example.com');
  expect(endingOf('+12025550143')).toBe('43');
});

it('shows no more of an address, however it looks', () => {
  fc.assert(
    fc.property(fc.emailAddress(), (given) => {
      const address = normaliseEmail(given);
      fc.pre(address !== undefined);
      const at = address.lastIndexOf('@');
      expect(maskedEmail(address)).toBe(`${address[0]}…${address.slice(at)}`);
    }),
  );
});
