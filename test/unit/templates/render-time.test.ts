import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { limits } from '../../../src/core/limits.ts';
import { checkTemplate, renderSample } from '../../../src/features/templates/check.ts';
import { defaultTemplate } from '../../../src/templates/defaults.ts';
import { compile } from '../../../src/templates/engine.ts';
import { RenderTime, RenderTimeSpent } from '../../../src/templates/render-time.ts';
import { effortOf } from '../effort.ts';

const conditions = (condition: string, count: number): string =>
  `{% if ${Array.from({ length: count }, () => condition).join(' or ')} %}{% endif %}`;
/** As much as a field holds. */
const filled = (tag: string): string =>
  tag.repeat(Math.floor(limits.templateCharacters / tag.length));

const [long, nearly] = ['a'.repeat(4_000), `${'a'.repeat(300)}b${'a'.repeat(1_699)}`];

it.each([
  ['conditions that look for long texts', conditions('a contains b', 60), { a: long, b: nearly }],
  [
    'conditions that look for short texts',
    conditions('a contains c', 60),
    { a: long, c: nearly.slice(280, 325) },
  ],
  ['conditions of one name', conditions('a', 190), { a: false }],
  ['comparisons of long texts', conditions('a == d', 90), { a: long, d: `${'a'.repeat(3_999)}b` }],
  ['orders of long texts', conditions('a < d', 90), { a: long, d: `${'a'.repeat(3_999)}b` }],
  ['long values in capitals', '{{ a | upcase | downcase | strip | upcase }}', { a: long }],
  ['names that are missing', '{{ b }}\n\n\n\n\n\n\n\n\n\n\n\n\n\n', { a: long }],
] satisfies [string, string, Record<string, string | boolean>][])(
  '%s keep nobody waiting for long',
  (_what, tag, values) => {
    const field = filled(tag);
    const body = { subject: tag, text: field, html: field };
    expect(effortOf(() => compile(body))).toBeLessThan(20);
    const compiled = compile(body);
    if (!compiled.ok) throw new Error('is refused');
    expect(effortOf(() => compiled.compiled.render(values))).toBeLessThan(20);
    expect(effortOf(() => renderSample(body, values))).toBeLessThan(40);
  },
);

it('an opt-in whose every case takes long is refused soon', () => {
  const key = { name: 'opt_in', method: 'email', locale: 'en' } as const;
  const { subject, text } = defaultTemplate(key).body;
  const condition = `"${'a'.repeat(700)}" contains "${'a'.repeat(24)}b${'a'.repeat(24)}"`;
  const field = `${text}${conditions(condition, 1).repeat(18)}`;
  expect(effortOf(() => checkTemplate(key, { subject: subject!, text: field }))).toBeLessThan(45);
});

it('`contains` finds a short text, and says so when the text is too long', () => {
  const source = '{% if place contains "Main" %}yes{% else %}no{% endif %}';
  expect(renderSample({ text: source }, { place: '1 Main St' })).toEqual({ text: 'yes' });
  expect(renderSample({ text: source }, { place: '1 Side St' })).toEqual({ text: 'no' });
  const compiled = compile({ text: '{% if a contains b %}yes{% endif %}' });
  if (!compiled.ok) throw new Error('is refused');
  const sought = 'a'.repeat(limits.templateSought);
  expect(compiled.compiled.render({ a: sought, b: sought })).toMatchObject({ ok: true });
  expect(() => compiled.compiled.render({ a: sought, b: `${sought}a` })).toThrow('at most 50');
});

it('a problem of a template names its line and place, however the lines end', () => {
  const compiled = compile({ text: 'one\ntwo {% nothing %}\n' });
  expect(compiled).toMatchObject({ ok: false, problems: [{ field: 'text' }] });
  if (!compiled.ok) expect(compiled.problems[0]!.message).toContain('line:2, col:5');
});

const work = (ms: number, look: () => void): void => {
  const from = process.cpuUsage();
  let worked = 0;
  while (worked < ms) {
    look();
    const { user, system } = process.cpuUsage(from);
    worked = (user + system) / 1_000;
  }
};

it('the time of rendering ends work that looks at it, and all work after it', () => {
  const time = new RenderTime(20);
  expect(() => time.within((look) => work(2_000, look))).toThrow(RenderTimeSpent);
  expect(time.left).toBeLessThanOrEqual(0);
  expect(() => time.within(() => 'rendered')).toThrow(RenderTimeSpent);
});

it('parts spend the time of the whole', () => {
  const whole = new RenderTime(400);
  const part = (): RenderTime => new RenderTime(30, whole);
  expect(() => part().within((look) => work(2_000, look))).toThrow(RenderTimeSpent);
  expect(whole.left).toBeGreaterThan(0);
  for (let parts = 1; whole.left > 0 && parts < 20; parts += 1)
    expect(() => part().within((look) => work(2_000, look))).toThrow(RenderTimeSpent);
  expect(whole.left).toBeLessThanOrEqual(0);
});

/** In a process of its own, once its start is over: what is counted is what the whole process worked. */
it('work that waits for the processor spends nothing', async () => {
  const script = `
    import { RenderTime } from '${new URL('../../../src/templates/render-time.ts', import.meta.url).href}';
    const wait = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    let worked;
    do {
      const before = process.cpuUsage();
      wait(50);
      worked = process.cpuUsage(before).user;
    } while (worked > 1_000);
    const time = new RenderTime(40);
    time.within((look) => {
      wait(150);
      look();
    });
    console.log(time.left);`;
  const args = ['--import', 'tsx', '--input-type=module', '-e', script];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  expect(Number(stdout)).toBeGreaterThan(0);
});
