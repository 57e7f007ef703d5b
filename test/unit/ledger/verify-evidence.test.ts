import { describe, expect, it } from 'vitest';
import { introduceKey } from '../../../src/core/ledger/keys.ts';
import { cases } from '../generated.ts';
import {
  chainOf,
  day,
  end,
  evidence,
  introduced,
  keyOf,
  rootsOver,
  sign,
  theKey,
  verify,
  witnessOf,
  type Bundle,
  type Said,
} from './bundles.ts';

/**
 * packages/verify-evidence on evidence that is built here by the documented rules: what is genuine fits, and each
 * forgery is seen, by somebody without the signing key and, where a witness or a newer key speaks against it, by its
 * holder.
 */

const anns: Said[] = [{ day: 0 }, { day: 1 }, { day: 2 }, { day: 4, type: 'revoked' }];
/** Al was merged into Ann on the third day, after saying stop. */
const merged = {
  ann: [{ day: 1 }, { day: 3, type: 'merged', fields: { from: 'al' } }],
  al: [
    { day: 1 },
    { day: 2, type: 'revoked' },
    { day: 3, type: 'assigned', fields: { mergedInto: 'ann' } },
  ],
};

async function refused(
  bundle: unknown,
  because: string | RegExp,
  given?: Parameters<typeof verify>[1],
): Promise<void> {
  const { code, output } = await verify(bundle, given);
  expect(output).toMatch(because);
  expect(output).not.toContain('Everything fits');
  expect(code).toBe(1);
}

describe('genuine evidence fits', () => {
  it('in every place of trees of every size up to 17, and what is from before signing is said to be', async () => {
    const sizes = [3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 16, 17];
    const said = sizes.flatMap((size, n) => Array.from({ length: size }, () => ({ day: n })));
    const { code, output } = await verify(evidence({ ann: said }, { closed: sizes.length - 1 }));
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output.match(/not proven before/g)).toHaveLength(3);
  });

  it('of a merged contact, with today’s entries, and with a witness of today or of some days ago', async () => {
    for (const bundle of [evidence({ ann: anns }), evidence(merged)]) {
      expect(await verify(bundle)).toMatchObject({ code: 0 });
      expect(await verify(bundle, { witness: witnessOf(bundle) })).toMatchObject({ code: 0 });
    }
    const bundle = evidence({ ann: anns });
    expect(await verify(bundle, { witness: witnessOf(bundle, 3) })).toMatchObject({ code: 0 });
    await refused(bundle, 'has not seen root 3', { witness: witnessOf(bundle, 2) });
  });
});

describe('without the key: whatever is changed or taken out is seen', () => {
  it.each([
    { size: 5, index: 2, other: 3 },
    { size: 7, index: 6, other: 5 },
    { size: 8, index: 0, other: 7 },
  ])('leaf $index of $size by the way of leaf $other', async ({ size, index, other }) => {
    const bundle = evidence({ ann: Array.from({ length: size }, () => ({ day: 1 })) });
    const { entries } = bundle.chains[0]!;
    entries[index]!.proof = entries[other]!.proof!;
    await refused(bundle, 'it is not under root 2');
  });

  it('in any place of the bundle', async () => {
    const bundle = evidence({ ann: [{ day: 1 }, { day: 3 }] }, { closed: 2 });
    // The first key has none before it that could have signed, and a key may be named twice.
    const free = ['altered keys.0.previousSignature', 'twice keys.0'];
    const all = placesOf(bundle)
      .flatMap((place) => [taken, twice, altered].map((change) => ({ place, change })))
      .map(({ place, change }) => ({ place, change, name: `${change.name} ${place.join('.')}` }))
      .filter(({ name }) => !free.includes(name));
    expect(all.length).toBeGreaterThan(100);
    // Each is a run of the program: of a few cases, a fifth of a fifth.
    const { numRuns } = cases(cases(all.length).numRuns);
    const step = Math.floor(all.length / numRuns);
    const some = all.filter((_, index) => index % Math.max(step, 1) === 0);
    const fits: string[] = [];
    for (const { place, change, name } of some)
      if ((await verify(change(bundle, place))).code === 0) fits.push(name);
    expect(fits).toEqual([]);
  });

  it('a root of another practice', async () => {
    const bundle = evidence({ ann: anns });
    const { statement } = bundle.roots[1]!;
    bundle.roots[1] = sign(statement.replace('"clinic"', '"elsewhere"'));
    await refused(end(bundle), 'root 2: it is of another practice');
  });

  it('chains that change places between contacts, and a chain of somebody who was not merged', async () => {
    const bundle = evidence(merged);
    const [ann, al] = bundle.chains as [Bundle['chains'][0], Bundle['chains'][0]];
    [ann.contact, al.contact] = [al.contact, ann.contact];
    await refused(end(bundle), 'it is about somebody else');
    const bob = { ...merged, bob: [{ day: 1 }] };
    await refused(evidence(bob), 'not those of one contact');
  });

  it('a proof that was made for a tree of another size', async () => {
    const [small, large] = [3, 4].map((size) =>
      evidence({ ann: Array.from({ length: size }, () => ({ day: 1 })) }),
    ) as [Bundle, Bundle];
    small.chains[0]!.entries.forEach((entry, index) => {
      entry.proof = large.chains[0]!.entries[index]!.proof!;
    });
    await refused(small, 'entry 3: it is not under root 2');
  });

  it('a file that is not built as evidence is', async () => {
    for (const broken of [
      { chains: 7 },
      { chains: null, roots: [] },
      { keys: [{}] },
      { roots: [7] },
    ])
      await refused({ ...evidence({ ann: anns }), ...broken }, 'DOES NOT VERIFY');
    expect((await verify('{')).code).toBe(2);
    expect((await verify({ format: 'something else' })).code).toBe(2);
  });
});

describe('left out', () => {
  it('a merged contact’s chain, also by the holder of the key', async () => {
    const bundle = evidence(merged);
    bundle.chains.pop();
    await refused(bundle, 'it was signed about other chains');
    await refused(end(bundle), '"al" was merged into it, and is left out');
  });

  it('all chains, all roots, or the newest roots', async () => {
    const bundle = evidence(merged);
    const without = { ...bundle, chains: [], roots: [] };
    await refused(without, 'it was signed about other chains');
    await refused(end(without), 'it was signed about other chains');
    await refused(end({ ...bundle, chains: [] }), 'it was signed about other chains');
    await refused({ ...bundle, roots: bundle.roots.slice(0, 2) }, 'root 4 is missing');
    const witness = witnessOf(bundle);
    const early = evidence({ ann: [{ day: 1 }] }, { closed: 1 });
    await refused(early, 'it has seen root 3, which the bundle lacks', { witness });
  });

  it('the other name in one of two chains that were merged', async () => {
    const nameless = { ...merged, al: merged.al.slice(0, 2) };
    await refused(evidence(nameless), '"ann": "al" was merged into it, and does not name it');
    const elsewhere = {
      ...merged,
      al: [{ day: 1, type: 'assigned', fields: { mergedInto: 'x' } }],
    };
    await refused(evidence(elsewhere), '"ann": "al" was merged into it, and does not name it');
  });

  it('a chain in exchange for another, where the words about merges were erased', async () => {
    const erased = (bundle: Bundle): Bundle => {
      for (const { entries } of bundle.chains)
        for (const entry of entries)
          if (!entry.leaf.includes('"erased"')) {
            delete entry.content;
            delete entry.salt;
          }
      return bundle;
    };
    const gone = { day: 4, type: 'erased', fields: {} };
    // Of an earlier version: nothing names the other chain any more, and their number has to fit.
    const before = { ann: [...merged.ann, gone], al: [...merged.al, gone] };
    expect(await verify(erased(evidence(before)))).toMatchObject({ code: 0 });
    await refused(erased(evidence({ ann: before.ann })), 'not those of one contact');
    const named = { ...gone, fields: { mergedFrom: 'al' } };
    const now = { ann: [...merged.ann, named], al: before.al };
    expect(await verify(erased(evidence(now)))).toMatchObject({ code: 0 });
    const other = { ann: now.ann, cy: before.al };
    await refused(erased(evidence(other)), '"ann": "al" was merged into it, and is left out');
  });

  it('nothing, but a chain or an entry stands twice', async () => {
    const bundle = evidence(merged);
    await refused(
      end({ ...bundle, chains: [...bundle.chains, bundle.chains[1]!] }),
      'not those of one contact',
    );
    const { entries } = bundle.chains[0]!;
    entries.splice(1, 0, entries[0]!);
    await refused(end(bundle), 'an entry before it is missing');
  });
});

describe('the holder of the key dates back', () => {
  /** Ann's evidence with one more entry, written on that day, which the roots do not have. */
  const withEntryOf = (n: number): Bundle => {
    const bundle = evidence({ ann: anns.slice(1, 3) });
    const { leaf, salt, content } = chainOf('ann', [...anns.slice(1, 3), { day: n }]).at(-1)!;
    bundle.chains[0]!.entries.push({ leaf, salt: salt!, content: content! });
    return end(bundle);
  };

  it.each([-9, 1, 2, 3])('into day %i, which is closed', async (n) => {
    const bundle = withEntryOf(n);
    await refused(bundle, 'entry 3: no root has it');
    await refused(bundle, 'entry 3: no root has it', { witness: witnessOf(bundle) });
  });

  it('into a day of which only the witness has the root', async () => {
    const bundle = withEntryOf(4);
    expect(await verify(bundle)).toMatchObject({ code: 0 });
    const later = rootsOver([], 5);
    await refused(bundle, 'it has seen', {
      witness: witnessOf({ keys: bundle.keys, roots: later }),
    });
  });

  it('a whole chain of somebody who never was', async () => {
    const real = evidence({ ann: anns });
    const made = evidence({ zed: [{ day: 1 }, { day: 2 }] });
    for (const entry of made.chains[0]!.entries) delete entry.proof;
    const forged = end({ ...made, roots: real.roots });
    await refused(forged, '"zed", entry 1: no root has it', { witness: witnessOf(real) });
    await refused(made, 'it has seen another root', { witness: witnessOf(real) });
  });

  it('as from before signing, as of the future, or out of order', async () => {
    const unsigned = chainOf('ann', [{ day: 0 }]);
    const bundle = evidence({ ann: anns });
    bundle.chains[0]!.entries = unsigned.map(({ leaf, salt, content }) => ({
      leaf,
      salt: salt!,
      content: content!,
    }));
    await refused(end(bundle), 'it is neither signed nor under a root');
    await refused(withEntryOf(9), 'it was written after the bundle was made');
    await refused(
      evidence({ ann: [{ day: 3 }, { day: 1 }] }),
      'written before the entry before it',
    );
  });

  it('a root before its day was over, on a day that has one, or with another count', async () => {
    const changed = (from: string, to: string): Bundle => {
      const bundle = evidence({ ann: [{ day: 1 }] });
      const last = bundle.roots.length - 1;
      bundle.roots[last] = sign(bundle.roots[last]!.statement.replace(from, to));
      return end(bundle);
    };
    await refused(changed(`"${day(4)}T`, `"${day(3)}T`), 'signed before its day was over');
    await refused(
      changed(`"through":"${day(3)}"`, `"through":"${day(2)}"`),
      'its day or its count',
    );
    await refused(changed('"total":1', '"total":2'), 'its day or its count');
    await refused(changed('"number":4', '"number":5'), 'does not follow the root before it');
    await refused(changed('"previous":"', '"previous":"x'), 'does not follow the root before it');
  });
});

describe('a key that was replaced, as it may have leaked', () => {
  const [old, fresh, stranger] = [theKey, keyOf(2), keyOf(66)];
  const second = introduceKey(fresh, 2, old, new Date(`${day(3)}T12:00:00Z`));
  const keys = [introduced, second];
  /** Roots 1 to 3 by the old key, and from the fourth on by the new one. */
  const keyFor = (number: number) => (number < 4 ? old : fresh);
  const real = () => evidence({ ann: anns }, { closed: 5, keys, keyFor });
  const witness = witnessOf(real());

  it('signed roots before, which still count, whichever key the auditor has', async () => {
    for (const given of [[old], [fresh], [old, fresh]])
      expect(await verify(real(), { keys: given, witness })).toMatchObject({ code: 0 });
  });

  it('makes no evidence any more, whether it knows of the newer one or hides it', async () => {
    const bare = evidence({ ann: [{ day: 6 }] }, { closed: 5, keyFor: () => old });
    for (const roots of [[], bare.roots, real().roots])
      for (const shownKeys of [[introduced], keys]) {
        const forged = end({ ...bare, roots, keys: shownKeys }, old);
        for (const given of [[fresh], [old, fresh]])
          await refused(forged, 'DOES NOT VERIFY', { keys: given });
        await refused(forged, 'DOES NOT VERIFY', { keys: [old], witness });
        await refused(forged, 'DOES NOT VERIFY', { keys: [fresh], witness });
      }
  });

  it('signs no end in place of the newer key, of the same roots and entries', async () => {
    await refused(end(real(), old), 'was replaced by a newer one', { keys: [fresh] });
  });

  it('names no successor besides the true one', async () => {
    const other = introduceKey(stranger, 9, old, new Date(`${day(3)}T12:00:00Z`));
    const forged = evidence(
      { ann: [{ day: 2 }] },
      { keys: [...keys, other], keyFor: () => stranger },
    );
    await refused(forged, 'its signature does not fit', { keys: [fresh] });
    await refused(forged, 'two keys took over', { keys: [old] });
    const hidden = { ...forged, keys: [introduced, other] };
    await refused(hidden, 'two keys took over', { keys: [old], witness });
  });

  it('signs no root after the newer key did, nor the newer key one before it was there', async () => {
    const back = (number: number) => (number === 4 ? fresh : old);
    const mixed = end(evidence({ ann: anns }, { closed: 5, keys, keyFor: back }), fresh);
    await refused(mixed, 'root 5: its key had been replaced', { keys: [fresh] });
    const rewritten = evidence({ ann: anns }, { closed: 5, keys, keyFor: () => fresh });
    await refused(rewritten, 'root 2: it is dated before the key', { keys: [fresh] });
  });

  it('is not introduced again in other words', async () => {
    const again = introduceKey(fresh, 3, undefined, new Date(`${day(0)}T12:00:00Z`));
    const rewritten = evidence({ ann: anns }, { closed: 5, keys: [again], keyFor: () => fresh });
    await refused(rewritten, 'introduced twice', { keys: [fresh], witness });
  });
});

describe('a witness', () => {
  const bundle = evidence({ ann: anns });

  it.each([
    ['of another practice', (text: string) => text.replaceAll('clinic', 'elsewhere')],
    ['that is empty', () => ''],
    ['with a line that was cut short', (text: string) => text.slice(0, -30)],
    ['whose root was changed', (text: string) => text.replace('entries\\":1', 'entries\\":2')],
    ['with a line of something else', (text: string) => `${text}{"hello":1}\n`],
    [
      'that has another root of the same number',
      (text: string) => text + witnessOf({ keys: [], roots: rootsOver([], 2) }),
    ],
  ])('%s does not confirm', async (_, change) => {
    await refused(bundle, /the witness ".*": /, { witness: change(witnessOf(bundle)) });
  });
});

describe('what is printed', () => {
  const forgery =
    'form 7\n  4. 2026-11-21T10:00:00.000Z accepted (sms): under root 1, signed 2026-11-22\n\nEverything fits';
  const tricks = [
    forgery,
    '\r\u001B[2J\u009B1A\u2028\u2029\u202E\u200B\u0000 x',
    'José 😀 "quoted" \\',
  ];

  it.each(tricks)('is one line for each value, whatever it holds: %j', async (text) => {
    const said = { ann: [{ day: 1, fields: { evidence: text, [text]: 'x' } }] };
    const plain = await verify(evidence({ ann: [{ day: 1, fields: { evidence: 'x', y: 'x' } }] }));
    const { code, output } = await verify(evidence(said));
    expect(code).toBe(0);
    expect(output.split('\n')).toHaveLength(plain.output.split('\n').length);
    expect(output.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(output.match(/^ {2}\d/gm)).toHaveLength(1);
    const [, printed] = /evidence: (.*)/.exec(output)!;
    expect(JSON.parse(printed!)).toBe(text);
  });

  it('also where it stands in the place of a contact, a type, a time, a practice or a number', async () => {
    const bundle = evidence({ ann: [{ day: 1, type: forgery, method: forgery }] });
    bundle.chains[0]!.contact = forgery;
    bundle.chains[0]!.entries[0]!.proof!.root = forgery as never;
    bundle.madeAt = forgery;
    bundle.practice = forgery;
    bundle.roots[0] = sign(
      bundle.roots[0]!.statement.replace(day(1), forgery.replaceAll('\n', '\\n')),
    );
    const { code, output } = await verify(bundle);
    expect(code).toBe(1);
    expect(output.match(/^ {2}\d/gm)).toHaveLength(1);
    expect(output).not.toMatch(/^Everything fits/m);
  });
});

describe('a bundle that an earlier version made', () => {
  it('is not said to fit: it cannot show that nothing was left out', async () => {
    const { code, output } = await verify({ ...evidence(merged), format: 'optgate evidence 1' });
    expect(code).toBe(3);
    expect(output).toContain('Made by an earlier version: cannot show that nothing was left out');
    expect(output).not.toContain('fits');
  });
});

type Place = (string | number)[];

/** Every value in it. */
function placesOf(value: unknown, at: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [
    ...(at.length > 0 ? [at] : []),
    ...Object.entries(value).flatMap(([name, inner]) =>
      placesOf(inner, [...at, Array.isArray(value) ? Number(name) : name]),
    ),
  ];
}

type Node = Record<string | number, unknown>;

function changed(
  bundle: Bundle,
  place: Place,
  change: (holder: Node, name: string | number) => void,
) {
  const copy = structuredClone(bundle);
  const holder = place.slice(0, -1).reduce<unknown>((at, name) => (at as Node)[name], copy) as Node;
  change(holder, place.at(-1)!);
  return copy;
}

function taken(bundle: Bundle, place: Place): Bundle {
  return changed(bundle, place, (holder, name) => {
    if (Array.isArray(holder)) holder.splice(Number(name), 1);
    else delete holder[name];
  });
}

function twice(bundle: Bundle, place: Place): Bundle {
  return changed(bundle, place, (holder, name) => {
    if (Array.isArray(holder)) holder.splice(Number(name), 0, holder[Number(name)]);
    else holder[name] = [holder[name], holder[name]];
  });
}

function altered(bundle: Bundle, place: Place): Bundle {
  return changed(bundle, place, (holder, name) => {
    const value = holder[name];
    holder[name] =
      typeof value === 'string' ? `x${value}` : typeof value === 'number' ? value + 1 : 'x';
  });
}
