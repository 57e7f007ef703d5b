import { Tokenizer, TokenKind } from 'liquidjs';
import { limits } from '../core/limits.ts';

/**
 * Why a template's source is not given to the engine: analysing names within brackets, or conditions within conditions,
 * takes it a time that grows with the square of their number. Undefined: it may be. Looks at each character once or
 * twice; a mark within a comment counts too.
 */
export function whyTooInvolved(source: string): string | undefined {
  let [tags, depth, isComment] = [0, 0, false];
  for (const inner of marksOf(source)) {
    tags += 1;
    if (tags > limits.templateTags)
      return `has more than ${limits.templateTags} values and conditions`;
    if (inner.length > limits.templateTagCharacters)
      return `has a value or condition of more than ${limits.templateTagCharacters} characters`;
    const word = /^-?\s*(\w*)/.exec(inner)![1]!;
    // Within a comment nothing opens and nothing ends.
    if (word === (isComment ? 'endcomment' : 'comment')) isComment = !isComment;
    else if (!isComment && ['if', 'unless', 'case'].includes(word)) depth += 1;
    else if (!isComment && word.startsWith('end')) depth = Math.max(0, depth - 1);
    if (Math.max(depth, bracketsIn(inner)) > limits.templateDepth) return 'is nested too deeply';
  }
  return undefined;
}

/** Its lines, values and conditions, counted. */
export function partsOf(source: string): number {
  return source.split('\n').length + marksOf(source).length;
}

/**
 * The inner text of each `{{ … }}` and `{% … %}`, as the engine's own first look cuts them out: a quotation may hold what
 * looks like an end. Of a source that it cannot cut, none: its parser refuses it at the same place.
 */
function marksOf(source: string): string[] {
  try {
    return new Tokenizer(source)
      .readTopLevelTokens()
      .filter(({ kind }) => kind === TokenKind.Tag || kind === TokenKind.Output)
      .map((token) => token.getText().slice(2, -2));
  } catch {
    return [];
  }
}

/** What a quotation holds is no bracket; as the engine does, it takes an escaped mark for no end. */
const quotation = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/gs;

/** How deep its brackets and parentheses are nested at most. */
function bracketsIn(inner: string): number {
  let [depth, deepest] = [0, 0];
  for (const letter of inner.replaceAll(quotation, '')) {
    if (letter === '[' || letter === '(') deepest = Math.max(deepest, (depth += 1));
    else if (letter === ']' || letter === ')') depth = Math.max(0, depth - 1);
  }
  return deepest;
}
