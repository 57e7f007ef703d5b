/**
 * A reply that lets texts leave is read by whole phrases. Each phrase is spelled out, and the reply must be made of them
 * alone, one after another: a list of harmless words would also pass them in an order that means something else ("you keep
 * texting me", "you need my consent to text me").
 */

/** What a phrase is for; `meant` makes the reply what the grammar is about, the others may stand beside it. */
export type Grammar = Readonly<Record<'meant' | 'beside', readonly RegExp[]>>;

/** A name that the writer gives, in place of its words. */
export const nameMark = '@';

/** What stands before a word for texts: "appointment reminders". */
export const kind = '(appointment|appt|visit|text|sms|phone|reminder)';

/** Phrases of these words, each as it is written; `(…)?` and `…|…` as in a regular expression. */
export function phrases(...sources: readonly string[]): RegExp[] {
  return sources.map((source) => new RegExp(`(?:${source})(?= |$)`, 'y'));
}

/** Characters of a reply: some long sentences. One that says more says something else, and each place costs a look ahead. */
const longestReply = 400;

/**
 * Whether each sentence is made of the grammar's phrases and one of them is meant. The longest phrase at each place is
 * taken, without trying others later.
 */
export function isMadeOf({ meant, beside }: Grammar, sentences: readonly string[]): boolean {
  if (sentences.reduce((length, sentence) => length + sentence.length, 0) > longestReply)
    return false;
  let isMeant = false;
  for (const sentence of sentences) {
    let at = 0;
    while (at < sentence.length) {
      const asMeant = longest(meant, sentence, at);
      const length = Math.max(asMeant, longest(beside, sentence, at));
      if (length === 0) return false;
      isMeant ||= asMeant === length;
      at += length + 1;
    }
  }
  return isMeant;
}

function longest(patterns: readonly RegExp[], text: string, at: number): number {
  return Math.max(
    0,
    ...patterns.map((pattern) => {
      pattern.lastIndex = at;
      return pattern.exec(text)?.[0].length ?? 0;
    }),
  );
}
