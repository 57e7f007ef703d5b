import { createRequire } from 'node:module';
import { getCountries, getExampleNumber, type Examples } from 'libphonenumber-js';
import { describe, expect, it } from 'vitest';
import { readPhone } from '../../../src/core/address.ts';
import { subscriberOf } from '../../../src/core/subscriber.ts';

const examples = createRequire(import.meta.url)(
  'libphonenumber-js/examples.mobile.json',
) as Examples;
const everywhere = getCountries().flatMap((country) => {
  const example = getExampleNumber(country, examples);
  return example ? [{ country, example }] : [];
});

/** As the practice's data are kept, from any way of writing it down. */
const kept = (written: string, country = 'US'): string => {
  const read = readPhone(written, country);
  return read.ok ? read.address : `${written} ${read.problem}`;
};

describe('the number of a subscriber', () => {
  it('is one in every country, however it was written or reported', () => {
    expect(everywhere.length).toBeGreaterThan(200);
    const others = everywhere.flatMap(({ country, example }) => {
      const { number } = example;
      const abroad = [example.formatInternational(), example.getURI(), number].map((w) => kept(w));
      const ways = [number, ...abroad, kept(example.formatNational(), country)];
      return ways.filter((way) => subscriberOf(way) !== number).map((way) => [country, way]);
    });
    expect(others).toEqual([]);
  });

  it('does not change by being looked for again', () => {
    for (const { example } of everywhere)
      expect(subscriberOf(subscriberOf(example.number))).toBe(subscriberOf(example.number));
  });

  it.each([
    ['Mexico, until 2019', '+5215512345678', '+525512345678'],
    ['Mexico, dialled within the country', '+520445512345678', '+525512345678'],
    ['Argentina, without the 9', '+541123456789', '+5491123456789'],
    ['Argentina, with the 15', '+54111523456789', '+5491123456789'],
    ['Argentina, another area', '+543512345678', '+5493512345678'],
    ['Brazil, before the ninth digit', '+551187654321', '+5511987654321'],
    ['France, with the zero of calls within', '+330612345678', '+33612345678'],
    ['Israel', '+9720501234567', '+972501234567'],
    ['Germany', '+49015112345678', '+4915112345678'],
  ])('of %s has one form', (_where, reported, today) => {
    expect(subscriberOf(reported)).toBe(today);
    expect(subscriberOf(kept(reported))).toBe(today);
  });

  it.each([
    ['a landline in Brazil', '+551123456789'],
    ['the zero of Italy, which belongs to the number', '+390612345678'],
    ['a mobile number in Italy', '+393123456789'],
    ['a short code', '12345'],
    ['an email address', 'ann@example.com'],
    ['what is no number', '+1'],
    ['a name', 'PRACTICE'],
  ])('leaves alone: %s', (_what, address) => expect(subscriberOf(address)).toBe(address));
});
