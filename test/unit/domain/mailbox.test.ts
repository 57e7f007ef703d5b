import { expect, it } from 'vitest';
import { isNumberOf } from '../../../src/core/address.ts';
import { mailboxOf } from '../../../src/core/mailbox.ts';
import { networkOf } from '../../../src/core/network.ts';

it.each([
  ['victim.bomb+0@gmail.com', 'victimbomb@gmail.com'],
  ['v.i.c.t.i.m@googlemail.com', 'victim@gmail.com'],
  ['a.b+c+d@outlook.com', 'a.b@outlook.com'],
  ['a.b+c@hotmail.com', 'a.b@hotmail.com'],
  ['a+c@me.com', 'a@icloud.com'],
  ['a+c@fastmail.com', 'a@fastmail.com'],
  ['anything@a.fastmail.com', 'a@fastmail.com'],
  ['any+thing@a.fastmail.fm', 'a@fastmail.fm'],
  ['a.b-c_d+e@pm.me', 'abcd@proton.me'],
  ['a.b+e@protonmail.ch', 'ab@proton.me'],
  ['a+1@fastmail.us', 'a@fastmail.us'],
  ['a+1@hotmail.co.uk', 'a@hotmail.co.uk'],
  ['a.b+1+2@outlook.de', 'a.b@outlook.de'],
  // No list knows all hosts where a tag is one.
  ['a+b@practice.example', 'a@practice.example'],
])('%s reaches the mailbox %s', (address, mailbox) => {
  expect(mailboxOf(address)).toBe(mailbox);
});

it.each(['a.b@practice.example', '+a@practice.example', 'a-b@yahoo.com', '+12025550143'])(
  '%s is nobody else’s, as far as its host says',
  (address) => {
    expect(mailboxOf(address)).toBe(address);
  },
);

it.each([
  ['203.0.113.9', '203.0.113.0/24'],
  ['203.0.113.250', '203.0.113.0/24'],
  ['::ffff:203.0.113.9', '203.0.113.0/24'],
  ['2001:db8:1:2:3::4', '2001:db8:1::/48'],
  ['2001:db8:1:ffff::1', '2001:db8:1::/48'],
  ['not an address', 'not an address'],
])('%s is in the network %s', (ip, network) => {
  expect(networkOf(ip)).toBe(network);
});

it.each([
  ['+12025550143', ['US'], true],
  ['+14165550123', ['US'], true],
  ['+17875551234', ['US'], true],
  // Jamaica, Dominican Republic, Bahamas, Bermuda, US Virgin Islands, Guam: +1 as well.
  ['+18765551234', ['US'], false],
  ['+18095551234', ['US'], false],
  ['+12425551234', ['US'], false],
  ['+14415551234', ['US'], false],
  ['+13405551234', ['US'], false],
  ['+16715551234', ['US'], false],
  ['+18765551234', ['US', 'JM'], true],
  // Nobody's in any plan: it may be anybody's of those that share +1.
  ['+10000000000', ['US'], false],
  // Guernsey, within +44.
  ['+447911123456', ['GB'], false],
  ['+442079460958', ['GB'], true],
  ['+442079460958', ['US'], false],
] as const)('%s is a number of %j: %s', (number, countries, expected) => {
  expect(isNumberOf(number, countries)).toBe(expected);
});
