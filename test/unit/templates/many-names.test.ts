import { describe, expect, it } from 'vitest';
import { limits } from '../../../src/core/limits.ts';
import { compile } from '../../../src/templates/engine.ts';

const names = (count: number): string =>
  Array.from({ length: count }, (_, n) => `{{ n${n} }}`).join('');

describe('a template of many names', () => {
  it('says all that are missing after one rendering, however many', () => {
    const result = compile({ text: names(limits.templateNames) });
    if (!result.ok) throw new Error('it compiles');
    expect(result.compiled.render({})).toEqual({
      ok: false,
      missing: Array.from({ length: limits.templateNames }, (_, n) => `n${n}`),
    });
  });

  it('is refused beyond what any message can give', () => {
    expect(compile({ text: names(limits.templateNames + 1) })).toMatchObject({
      ok: false,
      problems: [{ message: `refers to 101 names, at most 100 are allowed` }],
    });
  });

  it('says what is missing in branches that are taken, and nothing of the others', () => {
    const result = compile({ text: '{% if yes %}{{ a }}{% else %}{{ b }}{% endif %}{{ c }}' });
    if (!result.ok) throw new Error('it compiles');
    expect(result.compiled.render({ yes: true })).toEqual({ ok: false, missing: ['a', 'c'] });
    expect(result.compiled.render({ yes: false })).toEqual({ ok: false, missing: ['b', 'c'] });
  });

  it('that grows beyond what any message may have is given up', () => {
    const result = compile({ text: '{{ a }}'.repeat(1_000) });
    if (!result.ok) throw new Error('it compiles');
    expect(() => result.compiled.render({ a: 'x'.repeat(1_000) })).toThrow('too long');
  });
});
