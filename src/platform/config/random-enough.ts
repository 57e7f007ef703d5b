import { bitsSaved } from './typed-text.ts';

/**
 * Whether a secret could have come out of a random generator. No test can prove that it did; these find what people
 * type, count up or repeat instead, and refuse a random one less than once in a million.
 */

/** Of any text: 32 random hexadecimal digits have fewer different ones once in 10^7 times. */
const differentCharacters = 8;
/** Of a key of 32 bytes: random ones have fewer once in 10^20 times. */
const differentBytes = 16;
/** Characters or bytes in a row with the same distance from each to the next (`abcdef…`, `0, 7, 14, …`). */
const longestRun = { text: 9, key: 6 };
/** A block that occurs twice. */
const block = { text: 8, key: 4 };

/** Bits that words or a keyboard walk save: random text saves so many less than once in 10^6 times. */
const typedBits = 20;

/** For a secret that is written down, such as `openssl rand -hex 32`. */
export function looksRandom(secret: string): boolean {
  const codes = Array.from(secret, (character) => character.codePointAt(0)!);
  return (
    new Set(codes).size >= differentCharacters &&
    !countsUp(codes, longestRun.text) &&
    !repeats(codes, block.text) &&
    bitsSaved(secret) < typedBits
  );
}

/** For the 32 bytes of an encryption key. */
export function isRandomKey(key: Uint8Array): boolean {
  const bytes = [...key];
  return (
    new Set(bytes).size >= differentBytes &&
    !countsUp(bytes, longestRun.key) &&
    !repeats(bytes, block.key) &&
    // A sentence or a password, not bytes: random ones are all printable once in 10^13 times.
    !bytes.every((byte) => byte >= 0x20 && byte < 0x7f) &&
    // As it is typed.
    bitsSaved(Buffer.from(key).toString('base64')) < typedBits
  );
}

function countsUp(values: readonly number[], longest: number): boolean {
  let run = 1;
  let before: number | undefined;
  for (const [index, value] of values.entries()) {
    if (index === 0) continue;
    const step = (value - values[index - 1]! + 256) % 256;
    run = step === before ? run + 1 : 2;
    before = step;
    if (run > longest) return true;
  }
  return false;
}

/** Forwards or backwards: `abcdabcd` and `abcddcba`. */
function repeats(values: readonly number[], size: number): boolean {
  const seen = new Set<string>();
  for (let start = 0; start + size <= values.length; start += 1) {
    const part = values.slice(start, start + size);
    // Blocks that overlap do not count: a run is another test's.
    const earlier = values.slice(Math.max(0, start - size), Math.max(0, start - size) + size);
    if (start >= size) {
      seen.add(earlier.join());
      seen.add(earlier.toReversed().join());
    }
    if (seen.has(part.join())) return true;
  }
  return false;
}
