import { describe, expect, it } from 'vitest';
import { proxyProblems } from '../../src/platform/config/trusted-proxies.ts';

const problems = (...proxies: string[]) => proxyProblems(proxies, true);

describe('whose word about an address is believed', () => {
  it.each([
    ['one address', '10.0.0.5'],
    ['one address of IPv6', '2001:db8::5'],
    ['one mapped address', '::ffff:10.0.0.5'],
    ['this machine', '::1', '127.0.0.1'],
    ['a /8', '10.0.0.0/8'],
    ['a mapped /8', '::ffff:10.0.0.0/104'],
    ['a /16 of IPv6', '2a00::/16'],
    ['a /8 behind a translator', '64:ff9b::10.0.0.0/104'],
    ['a /8 over 6to4', '2002:a00::/24'],
    ['one address behind a translator', '64:ff9b::a00:5'],
    [
      'all private networks of IPv4',
      '10.0.0.0/8',
      '172.16.0.0/12',
      '192.168.0.0/16',
      '100.64.0.0/10',
      '127.0.0.0/8',
    ],
    ['a network named twice and more', ...Array<string>(9).fill('10.0.0.0/8')],
    [
      'the same network in both notations, and more',
      ...Array.from({ length: 9 }, (_, n) => (n % 2 ? '::ffff:10.0.0.0/104' : '10.9.9.9/8')),
    ],
    ['the networks of a carrier', '173.245.48.0/20', '104.16.0.0/13', '2606:4700::/32'],
  ])('may be %s', (_what, ...proxies) => {
    expect(problems(...proxies)).toEqual([]);
  });

  it.each([
    ['half of IPv4', '0.0.0.0/1'],
    ['more than a /8', '10.0.0.0/7'],
    ['all of IPv4, mapped', '::ffff:0:0/96'],
    ['all of IPv4, mapped, in dots', '::ffff:0.0.0.0/96'],
    ['half of IPv4, mapped', '::ffff:0:0/97'],
    ['more than a /8, mapped', '::ffff:10.0.0.0/103'],
    ['what holds all mapped addresses', '::/80'],
    ['all of IPv4, as compatible addresses', '::/96'],
    ['all of IPv4, translated', '::ffff:0:0:0/96'],
    ['all of IPv4 behind NAT64', '64:ff9b::/96'],
    ['half of IPv4 behind NAT64', '64:ff9b::/97'],
    ['what holds NAT64', '64:ff9b::/32'],
    ['all of IPv4 behind a NAT64 of one’s own', '64:ff9b:1::/48'],
    ['all of 6to4', '2002::/16'],
    ['half of 6to4', '2002::/17'],
    ['all of Teredo', '2001::/32'],
    ['one server’s part of Teredo', '2001:0:a00:5::/64'],
    ['what holds Teredo', '2001::/20'],
    ['all public addresses of IPv6', '2000::/3'],
    ['more than a /16 of IPv6', '2a00::/15'],
  ])('may not be %s', (_what, proxy) => {
    expect(problems(proxy)).toEqual([expect.stringContaining(`TRUSTED_PROXIES: "${proxy}"`)]);
    expect(proxyProblems([proxy], false)).toEqual([]);
  });

  it.each([
    ['all of IPv4', Array.from({ length: 256 }, (_, n) => `${n}.0.0.0/8`)],
    ['all of it, half of it mapped', Array.from({ length: 256 }, (_, n) => eighth(n))],
    ['more than four /8 in pieces', Array.from({ length: 17 }, (_, n) => `${n}.64.0.0/10`)],
    ['five of the widest', [11, 12, 13, 14, 15].map((n) => `${n}.0.0.0/8`)],
    ['five of the widest of IPv6', [1, 2, 3, 4, 5].map((n) => `2a0${n}::/16`)],
  ])('may not be %s together', (_what, proxies) => {
    expect(problems(...proxies)).toEqual([expect.stringContaining('together')]);
    expect(proxyProblems(proxies, false)).toEqual([]);
  });

  it.each(['0.0.0.0/0', '::/0', '10.0.0.0/0'])('may be %s in no mode', (proxy) => {
    for (const live of [true, false])
      expect(proxyProblems([proxy], live)).toEqual([
        expect.stringContaining(`TRUSTED_PROXIES: "${proxy}"`),
      ]);
  });

  it.each(['proxy.example', '10.0.0.0/33', '::/129', '10.0.0.0/255.0.0.0', 'loopback'])(
    'is no address or network: %s',
    (proxy) => {
      expect(problems(proxy)).toEqual([
        `TRUSTED_PROXIES: "${proxy}" is neither an address nor a network`,
      ]);
    },
  );
});

function eighth(n: number): string {
  return n % 2 ? `::ffff:${n}.0.0.0/104` : `${n}.0.0.0/8`;
}
