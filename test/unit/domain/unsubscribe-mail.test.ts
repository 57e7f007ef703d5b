import { expect, it } from 'vitest';
import { tokensOfMail, unsubscribeMailto } from '../../../src/core/unsubscribe-mail.ts';

const mailbox = 'Leave@in.example';
const token = 'aB3_-aB3_-aB3_-aB3_-aB3_-aB3_-aB3_-aB3_-aB3';
const mail = (to: string[], subject = '') => tokensOfMail({ to, subject }, mailbox);

it('names the token in the address and in the subject', () => {
  expect(unsubscribeMailto('leave@in.example', token)).toBe(
    `leave+${token}@in.example?subject=unsubscribe%20${token}`,
  );
});

it.each([
  ['in the address', [`leave+${token}@in.example`], ''],
  ['with a name', [`"Leave" <leave+${token}@in.example>`], 'unsubscribe'],
  ['in the subject', ['LEAVE@IN.example'], `Unsubscribe  ${token}`],
  ['where the address lost its case', [`leave+${token.toLowerCase()}@in.example`], `x ${token}`],
  ['beside others', ['other@else.example', `leave+${token}@in.example`], ''],
])('finds the token %s', (_where, to, subject) => {
  expect(mail(to, subject)).toContain(token);
});

it.each([
  ['another mailbox', [`other+${token}@in.example`]],
  ['another domain', [`leave+${token}@else.example`]],
  ['a mailbox that only looks alike', [`x.leave+${token}@in.example`]],
  ['nobody', []],
  ['what is no address', ['', '<>', '@', `+${token}`]],
])('finds nothing in a mail to %s', (_whom, to) => {
  expect(mail(to, `unsubscribe ${token}`)).toEqual([]);
});

it('finds nothing without a token', () => {
  expect(mail(['leave@in.example'], 'please unsubscribe me')).toEqual([]);
  expect(mail(['leave+@in.example', 'leave+a b@in.example'])).toEqual([]);
});

it('takes a few tokens and no more, first those of the address', () => {
  const many = Array.from({ length: 3_500 }, (_, n) => `leave+${'a'.repeat(20)}${n}@in.example`);
  expect(mail([`leave+${token}@in.example`, ...many], `unsubscribe ${token}`)).toEqual([
    token,
    ...[0, 1, 2].map((n) => `${'a'.repeat(20)}${n}`),
  ]);
});
