import { expect, it } from 'vitest';
import { compile } from '../../../src/templates/engine.ts';

const range = '(1..1999999)';

it.each([
  `{{ ${range} }}`,
  `{{ a | default: ${range} }}`,
  `{{ "x" | default: "y", ${range} }}`,
  `{{ a[${range}] }}`,
  `{{ a[b[${range}]] }}`,
  `{% if a == "boom" %}{{ ${range} }}{% endif %}`,
  `{% if ${range} contains a %}x{% endif %}`,
  `{% if a %}x{% elsif b == ${range} %}y{% endif %}`,
  `{% unless ${range} %}x{% endunless %}`,
  `{% case a %}{% when ${range} %}x{% endcase %}`,
  `{% case ${range} %}{% when 1 %}x{% endcase %}`,
  String.raw`{{ "a\\" "(1..1999999)" " }}`,
  String.raw`{{ a | default: "a\" " | default: (1..1999999) | default: "b" }}`,
  '{{ (a..b) }}',
  '{{ (1 .. 1999999) }}',
])('a template has no range: %s', (text) => {
  const result = compile({ text });
  const words = result.ok ? '' : result.problems.map(({ message }) => message).join();
  // A source that does not parse is refused as well.
  expect(result.ok).toBe(false);
  expect(words).not.toBe('');
});

it.each(['{{ "(1..9)" }}', 'From 1..9 (a..b)', "{{ a | default: '(1..9)' }}", '{{ a.b }}'])(
  'but words may look like one: %s',
  (text) => expect(compile({ text }).ok).toBe(true),
);
