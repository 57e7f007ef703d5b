import { limits } from '../domain/limits.ts';

/** The ends of the engine's marks, by their beginnings. */
const endOf: Readonly<Record<string, string>> = { '{{': '}}', '{%': '%}' };

/**
 * Why a template's source is not given to the engine: analysing names within brackets, or conditions within conditions,
 * takes it a time that grows with the square of their number. Undefined: it may be. Looks at each character once; what
 * it takes for a mark may be none (in a comment), and counts all the same.
 */
export function whyTooInvolved(source: string): string | undefined {
  let [tags, depth] = [0, 0];
  for (const inner of marksOf(source)) {
    tags += 1;
    if (tags > limits.templateTags)
      return `has more than ${limits.templateTags} values and conditions`;
    if (inner.length > limits.templateTagCharacters)
      return `has a value or condition of more than ${limits.templateTagCharacters} characters`;
    const word = /^-?\s*(\w*)/.exec(inner)![1]!;
    if (['if', 'unless', 'case'].includes(word)) depth += 1;
    else if (word.startsWith('end')) depth -= 1;
    if (Math.max(depth, bracketsIn(inner)) > limits.templateDepth) return 'is nested too deeply';
  }
  return undefined;
}

/** Its lines, values and conditions, counted. */
export function partsOf(source: string): number {
  return source.split('\n').length + [...marksOf(source)].length;
}

/** The inner text of each `{{ … }}` and `{% … %}`, as far as they are closed. */
function* marksOf(source: string): Generator<string> {
  for (let at = source.indexOf('{'); at >= 0; at = source.indexOf('{', at)) {
    const end = endOf[source.slice(at, at + 2)];
    if (end === undefined) at += 1;
    else {
      const close = source.indexOf(end, at + 2);
      if (close < 0) return;
      yield source.slice(at + 2, close);
      at = close + 2;
    }
  }
}

/** How deep its brackets and parentheses are nested at most. */
function bracketsIn(inner: string): number {
  let [depth, deepest] = [0, 0];
  for (const letter of inner) {
    if (letter === '[' || letter === '(') deepest = Math.max(deepest, (depth += 1));
    else if (letter === ']' || letter === ')') depth -= 1;
  }
  return deepest;
}
