/** Quotation marks, pair by pair: whatever stands between two quotations is outside of both. */
export type Quotation = {
  quoted: string;
  /** Its end was not cut off. */
  closed: boolean;
  /** From the first mark, and up to behind the last. */
  from: number;
  to: number;
};

/** Characters: a quotation in apostrophes is longer than a word that has them ("'til"). */
const quotedWithApostrophes = 20;

/** The outermost quotations; one without an end was cut off, and goes on to the end. */
export function quotationsIn(text: string): Quotation[] {
  if (text.includes('"')) return inMarks(text);
  // Some phones quote with apostrophes.
  const from = text.search(/(?<=^|\s)'/);
  const long = from >= 0 && text.length - from >= quotedWithApostrophes + 2;
  return long && text.endsWith("'")
    ? [{ quoted: text.slice(from + 1, -1), closed: true, from, to: text.length }]
    : [];
}

function inMarks(text: string): Quotation[] {
  const found: Quotation[] = [];
  let depth = 0;
  let from = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) {
    if (depth === 0) {
      [depth, from] = [1, at];
      continue;
    }
    // 'Liked "Reply "STOP" to end"': ours has marks of its own.
    const opens = /[\s([]/.test(text[at - 1]!) && /[\p{L}\p{N}¿¡]/u.test(text[at + 1] ?? ' ');
    depth += opens ? 1 : -1;
    if (depth === 0)
      found.push({ quoted: text.slice(from + 1, at), closed: true, from, to: at + 1 });
  }
  if (depth > 0) {
    // What was cut off ends with dots; words behind them are the person's.
    const dots = text.slice(from).search(/(…|\.{3})[^…]*$/);
    const to = dots < 0 ? text.length : from + dots + (text[from + dots] === '…' ? 1 : 3);
    found.push({ quoted: text.slice(from + 1, to), closed: false, from, to });
  }
  return found;
}

/** What stands before, between and behind them: one piece more than there are quotations. */
export function around(text: string, quotations: readonly Quotation[]): string[] {
  const ends = [0, ...quotations.map(({ to }) => to)];
  return ends.map((end, at) => text.slice(end, quotations[at]?.from));
}
