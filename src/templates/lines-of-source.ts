import { Token } from 'liquidjs';

/**
 * Where in its source a token begins: the engine asks for every name that a template mentions, and counts the lines
 * from the beginning each time. That is the square of a template's length, for positions that only errors show. Here
 * the lines of a source are counted once.
 */
export function countLinesOnce(): void {
  Token.prototype.getPosition = function position(this: Token) {
    const starts = startsOf(this.input);
    let [first, after] = [0, starts.length];
    while (after - first > 1) {
      const middle = (first + after) >> 1;
      if (starts[middle]! <= this.begin) first = middle;
      else after = middle;
    }
    return [first + 1, this.begin - starts[first]! + 1];
  };
}

/** Of the source that was asked about last: the engine works on one at a time. */
let last: { source: string; starts: number[] } = { source: '', starts: [0] };

function startsOf(source: string): number[] {
  if (last.source !== source) {
    const starts = [0];
    for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1))
      starts.push(at + 1);
    last = { source, starts };
  }
  return last.starts;
}
