import { describe, expect, it } from 'vitest';
import { cases } from '../generated.ts';
import { evidence, verify, witnessOf, type Bundle } from './bundles.ts';

/**
 * A bundle holds exactly what packages/verify-evidence looks at, so that somebody who opens the file, or another
 * program, reads nothing that nobody signed.
 */

const bundle = evidence({
  ann: [{ day: 1 }, { day: 2, type: 'revoked', fields: { via: 'page', evidence: 'a "b": {c} [' } }],
});
const text = JSON.stringify(bundle);

async function refused(given: string, because: string, witness?: string): Promise<void> {
  const { code, output } = await verify(given, witness === undefined ? {} : { witness });
  expect(output).toContain(because);
  expect(output).not.toContain('Everything fits');
  expect(code).toBe(1);
}

it('evidence fits however it is laid out', async () => {
  expect(await verify(JSON.stringify(bundle, null, 2))).toMatchObject({ code: 0 });
  expect(await verify(text.replaceAll(',"', '\t,\r\n"'))).toMatchObject({ code: 0 });
});

describe('a name that stands twice', () => {
  it.each([
    ['the one that counts last', '"content":"', '"content":"{}","content":"'],
    ['spelt in another way', '"content":"', '"conten\\u0074" : "{}","content":"'],
    ['with as much as a chain in it', '"end":{', '"chains":[],"end":{'],
    ['of the bundle', '"practice":', '"practice":"other","practice":'],
    ['in a proof', '"root":', '"root":1,"root":'],
    ['in a root', '"key":', '"key":"x","key":'],
  ])('%s', async (_, from, to) => {
    const forged = text.replace(from, to);
    expect(forged).not.toBe(text);
    await refused(forged, 'stands twice in one place');
  });

  it('in what a witness kept, where nothing is believed of its line', async () => {
    const line = witnessOf(bundle).replace('"signature":', '"signature":"x","signature":');
    await refused(text, 'a line cannot be read', line);
  });
});

describe('a field that evidence has not', () => {
  /** The bundle with something more in each of its objects, one at a time: after its bracket in the text. */
  function withField(name: string, value: unknown): string[] {
    const more = `${JSON.stringify(name)}:${JSON.stringify(value)},`;
    // In a string of the bundle a quotation mark has a backslash before it.
    return Array.from(text.matchAll(/\{(?=")/g), ({ index }) => index + 1).map(
      (at) => text.slice(0, at) + more + text.slice(at),
    );
  }

  it('is refused in every object of the bundle', async () => {
    const all = withField('note', 'the person said yes');
    expect(all.length).toBeGreaterThan(8);
    // Each is a run of the program.
    for (const forged of all.slice(0, cases(all.length).numRuns))
      await refused(forged, 'has "note", which is no part of evidence');
  });

  it.each(['Content', 'content ', '__proto__', 'constructor', 'toString'])(
    'also by the name %j',
    async (name) => {
      const forged = withField(name, { practice: 'other' })[0]!;
      await refused(forged, `has ${JSON.stringify(name)}, which is no part of evidence`);
    },
  );

  it.each<[string, (copy: Bundle) => void]>([
    ['behind a signature', ({ end }) => (end.signature += ' (the person said yes)')],
    ['behind a hash', ({ chains }) => chains[0]!.entries[0]!.proof!.path.push('said yes!')],
    ['in the place of a text', ({ keys }) => Object.assign(keys[0]!, { previousSignature: {} })],
    ['as another number of a key', ({ keys }) => Object.assign(keys[0]!, { number: 7 })],
    ['as a number that is none', ({ keys }) => Object.assign(keys[0]!, { number: 'one' })],
  ])('nor stands something %s', async (_, change) => {
    const copy = structuredClone(bundle);
    change(copy);
    await refused(JSON.stringify(copy), 'DOES NOT VERIFY');
  });
});
