import { describe, expect, it } from 'vitest';
import { limits } from '../../../src/core/limits.ts';
import { compile } from '../../../src/templates/engine.ts';

const nested = (count: number): string => `${'a['.repeat(count)}b${']'.repeat(count)}`;
const ifs = (count: number, within = ''): string =>
  `${'{% if a %}'.repeat(count)}${within}${'{% endif %}'.repeat(count)}`;
const deep = limits.templateDepth + 1;

/** What the engine takes a time for that grows with the square: it never sees it, however it is hidden. */
describe('a template that is too involved', () => {
  it.each([
    ['brackets in brackets', `{{ ${nested(deep)} }}`],
    ['… behind a quotation that holds an end', `{{ x["}}"] | default: ${nested(3_000)} }}`],
    ['… behind one in apostrophes', `{{ x['}}'] | default: ${nested(3_000)} }}`],
    [
      '… behind a quotation that holds closing brackets',
      `{{ x["${']'.repeat(50)}"] | default: ${nested(deep)} }}`,
    ],
    ['… behind closing brackets of nothing', `{{ ${']'.repeat(50)} | default: ${nested(deep)} }}`],
    [
      '… behind an escaped mark',
      String.raw`{{ "a\" " | default: ${nested(deep)} | default: "b" }}`,
    ],
    ['… in a condition', `{% if ${nested(deep)} %}x{% endif %}`],
    ['conditions in conditions', ifs(deep)],
    ['… behind ends of nothing', `${'{% endif %}'.repeat(50)}${ifs(deep)}`],
    [
      '… with ends in comments between',
      `${'{% if a %}'.repeat(15)}{% comment %}${'{% endif %}'.repeat(15)}{% endcomment %}${ifs(15)}${'{% endif %}'.repeat(15)}`,
    ],
    ['a very long value', `{{ a | default: "${'x'.repeat(limits.templateTagCharacters)}" }}`],
    ['very many values', '{{ a }}'.repeat(limits.templateTags + 1)],
  ])('is refused: %s', (_how, text) => {
    const from = performance.now();
    const result = compile({ text });
    expect(result.ok).toBe(false);
    if (!result.ok) expect(result.problems[0]!.message).toMatch(/nested too deeply|more than/);
    expect(performance.now() - from).toBeLessThan(1_000);
  });

  it('is not one that only looks like it', () => {
    const text = `{{ a | default: "}} ]]] [[[[[[[[[[[[[[[[[[[[[[[[[[[[" }}${ifs(limits.templateDepth, 'x')}`;
    expect(compile({ text }).ok).toBe(true);
  });
});
