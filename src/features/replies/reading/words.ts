import { normalised } from '../../../core/accents.ts';

/**
 * Step 3 of reading a reply: sentences, and their words as a dictionary has them: lower case, no accents, no
 * apostrophes ("dont"), look-alike letters (full width, circled) as plain ones, "stoppp" as "stop".
 */

export type Sentence = {
  words: readonly Word[];
  question: boolean;
};

export type Word = {
  text: string;
  /** As the person wrote it, since only a capital reveals a name. */
  written: string;
};

/** A comma that parts words: "No, paren." and "no paren" say the opposite. */
export const comma = ',';

/** Words of one reply that are read; ten segments of SMS hold about 300. */
const wordsAtMost = 2_500;

export function sentencesOf(text: string): Sentence[] {
  const sentences: Sentence[] = [];
  let left = wordsAtMost;
  for (const [, before, ends] of unpointed(text).matchAll(
    /([^.;!?…\n¿¡。！？|]*)([.;!?…\n¿¡。！？|]*)/gu,
  )) {
    const words = wordsOf(before!).slice(0, left);
    const question = /[?？]/.test(ends!);
    left -= words.length;
    if (words.length > 0) sentences.push({ words, question });
    // "Yes ?" and "¿Sí?": a detached mark belongs to the words before it.
    else if (question && sentences.length > 0)
      sentences.push({ ...sentences.pop()!, question: true });
  }
  return joined(sentences).flatMap(inPieces);
}

const parts = new Set([comma, 'but', 'pero', 'so', 'asi que']);

/** The parts of sentences between commas and "but": "Thanks for texting, but stop" has two. */
export function clausesOf(sentences: readonly Sentence[]): Sentence[] {
  return sentences.flatMap(({ words, question }) => {
    const clauses: Word[][] = [[]];
    for (const word of words)
      if (parts.has(word.text)) clauses.push([]);
      else clauses.at(-1)!.push(word);
    return clauses.filter(({ length }) => length > 0).map((own) => ({ words: own, question }));
  });
}

/**
 * Words of a sentence that the rules see at once, and that two pieces share: the time to read grows with the length.
 */
const pieceWords = 100;
const sharedWords = 20;

function inPieces(sentence: Sentence): Sentence[] {
  const pieces: Sentence[] = [];
  for (
    let from = 0;
    pieces.length === 0 || from + sharedWords < sentence.words.length;
    from += pieceWords - sharedWords
  )
    pieces.push({ ...sentence, words: sentence.words.slice(from, from + pieceWords) });
  return pieces;
}

/** "No. More. Texts.": three words and more that stand alone are one sentence. */
function joined(sentences: readonly Sentence[]): Sentence[] {
  const result: Sentence[] = [];
  for (let at = 0; at < sentences.length;) {
    let end = at;
    while (sentences[end]?.words.length === 1) end += 1;
    const run = sentences.slice(at, Math.max(end, at + 1));
    if (run.length < 3) result.push(...run);
    else
      result.push({
        words: run.flatMap(({ words }) => words),
        question: run.some(({ question }) => question),
      });
    at += run.length;
  }
  return result;
}

/** "S.T.O.P." is one word, and "Mrs." ends no sentence; "don;t" is "don't". */
function unpointed(text: string): string {
  return text
    .replaceAll(/\b(Mrs?|Ms|Dra?|Sra?|Srta)\.(?=\s*\p{Lu})/giu, '$1 ')
    .replaceAll(/(?<!\p{L})w\/o(?!\p{L})/giu, 'without')
    .replaceAll(/(?<!\p{L})w\//giu, 'with ')
    .replaceAll(/(?<=\p{L}n)[;:.,`´]t(?![\p{L}\p{N}])/gu, 't')
    .replaceAll(/(?<!\p{L})\p{L}(?:\.\s?\p{L}){2,}(?!\p{L})\.?/gu, (letters) =>
      letters.replaceAll(/[.\s]/g, ''),
    );
}

function wordsOf(sentence: string): Word[] {
  const words: Word[] = [];
  const pieces = sentence
    .replaceAll(/[0-9#*]\uFE0F?\u20E3|\p{Extended_Pictographic}/gu, ' ')
    // "F***ing" is no word for any rule.
    .replaceAll(/(?<![\p{L}*])\p{L}{1,2}[*#@$%]+\p{L}*(?![\p{L}*])/gu, ' ')
    // "don't" and "y'all" are one word each.
    .replaceAll(/(?<=\p{L})'(?=\p{L})/gu, '')
    .matchAll(/[\p{Alphabetic}\p{M}\p{N}]+|[,，、:：()]|\s[-–—]+(?=\s|\p{L})|[&+/]/gu);
  for (const [piece] of pieces) {
    const mark = /[,，、:：()]|\s[-–—]/u.test(piece)
      ? comma
      : piece === '/'
        ? 'or'
        : /[&+]/.test(piece)
          ? 'and'
          : undefined;
    if (mark === undefined)
      for (const text of dictionaryForms(piece)) words.push({ text, written: piece });
    else if (words.length > 0) words.push({ text: mark, written: piece });
  }
  while (/^[^\p{L}\p{N}]*$/u.test(words.at(-1)?.written ?? 'none')) words.pop();
  return spelledOut(words);
}

function dictionaryForms(piece: string): string[] {
  return (
    normalised(piece, 'NFKD')
      .replaceAll(/\p{M}/gu, '')
      .toLowerCase()
      // "YES1234"
      .replace(/^(yes|si|y|no|n|code|codigo)(?=\d{4}$)/, '$1 ')
      .replaceAll(/([a-z])\1{2,}/g, '$1')
      .replace(/^noo$/, 'no')
      .split(/[^a-z0-9]/)
      .filter((word) => word !== '')
  );
}

/** "S T O P" is "stop". */
function spelledOut(words: readonly Word[]): Word[] {
  const result: Word[] = [];
  for (let at = 0; at < words.length;) {
    let end = at;
    while (/^[a-z]$/.test(words[end]?.text ?? '')) end += 1;
    const run = words.slice(at, Math.max(end, at + 1));
    const text = run.map((word) => word.text).join('');
    result.push(...(run.length < 3 ? run : [{ text, written: text }]));
    at += run.length;
  }
  return result;
}
