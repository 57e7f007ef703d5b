import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKey, createPractice } from '../../src/record/practices/practice-store.ts';
import { startStack, type Stack } from '../harness/stack.ts';

let stack: Stack;
let other: { authorization: string };
beforeAll(async () => {
  stack = await startStack({ worker: false });
  const id = stack.own('other');
  await createPractice(stack.db, { id, name: 'Other' });
  other = { authorization: `Bearer ${(await createKey(stack.db, id, 'test')).key}` };
});
afterAll(() => stack.stop());

type Template = {
  name: string;
  method: string;
  locale: string;
  version: string;
  isDefault: boolean;
  savedAt?: string;
  subject?: string;
  text: string;
  html?: string;
  variables: string[];
};
type Refusal = {
  error: { code: string; details: { code: string; path: string; message: string }[] };
};

const read = async (path: string, headers = {}): Promise<Template> => {
  const { status, body } = await stack.call<Template>(
    'GET',
    `/v1/templates/${path}`,
    undefined,
    headers,
  );
  expect(status).toBe(200);
  return body;
};
const save = (path: string, body: unknown) =>
  stack.call<Template & Refusal>('PUT', `/v1/templates/${path}`, body);

describe('templates', () => {
  it('are listed for every name, method and language, shipped in English and Spanish', async () => {
    const { body } = await stack.call<{ items: Template[] }>('GET', '/v1/templates');
    expect(body.items).toHaveLength((1 * 2 + 6 * 3) * 2);
    expect(body.items).toContainEqual({
      name: 'opt_in',
      method: 'sms',
      locale: 'es',
      version: 'default-3',
      isDefault: true,
    });
    for (const { name, method, locale } of body.items)
      expect((await read(`${name}/${method}?locale=${locale}`)).text).toMatch(/\{\{/);
  });

  it('that were read can be put back, and each save is a version that stays', async () => {
    const path = 'appointment_reminder/email';
    const shipped = await read(path);
    expect(shipped).toMatchObject({ locale: 'en', isDefault: true, version: 'default-3' });

    const first = await save(path, { ...shipped, text: 'One: {{ when }}' });
    expect(first).toMatchObject({ status: 200, body: { version: 'v1', text: 'One: {{ when }}' } });
    const second = await save(path, { subject: 'S', text: 'Two', html: '<b>{{ when }}</b>' });
    expect(second.body).toMatchObject({
      version: 'v2',
      isDefault: false,
      html: '<b>{{ when }}</b>',
      variables: ['when'],
    });
    expect(await read(path)).toEqual(second.body);
    expect(await read(`${path}?locale=es`)).toMatchObject({ isDefault: true });
    expect(await read(`${path}?version=v1`)).toEqual(first.body);
    expect(await read(`${path}?version=default-3`)).toEqual(shipped);

    const back = await stack.call<Template>('DELETE', `/v1/templates/${path}`);
    expect(back).toMatchObject({ status: 200, body: { ...shipped } });
    expect(await read(path)).toEqual(shipped);
    expect(await read(`${path}?version=v2`)).toEqual(second.body);
    expect((await stack.call('GET', `/v1/templates/${path}?version=v3`)).status).toBe(404);
    expect((await save(path, { subject: 'S', text: 'Four' })).body.version).toBe('v4');
  });

  it('count their versions when they are saved at the same time', async () => {
    const saves = await Promise.all(
      Array.from({ length: 8 }, (_, n) => save('ad_hoc/sms', { text: `n ${n}` })),
    );
    expect(saves.map(({ body }) => body.version).toSorted()).toEqual(
      Array.from({ length: 8 }, (_, n) => `v${n + 1}`),
    );
  });

  it('of one practice are nobody else’s', async () => {
    await save('online_form/sms', { text: 'ours {{ url }}' });
    expect((await read('online_form/sms', other)).text).not.toContain('ours');
    expect(
      (await stack.call('GET', '/v1/templates/online_form/sms?version=v1', undefined, other))
        .status,
    ).toBe(404);
    await stack.call('DELETE', '/v1/templates/online_form/sms', undefined, other);
    expect((await read('online_form/sms')).text).toBe('ours {{ url }}');
    const { status } = await stack.call('GET', '/v1/templates', undefined, {
      authorization: 'Bearer x',
    });
    expect(status).toBe(401);
  });
});

const briefly =
  '{{ practice }}: may we text you? Unencrypted, others may read it. STOP to refuse. {{ link }}';

describe('a template that is refused', () => {
  it('names every statement that its opt-in lacks, and nothing of it is saved', async () => {
    const before = await read('opt_in/email');
    const lacking = before.text
      .split('\n\n')
      .filter((part) => !/^(The risks|The law)/.test(part))
      .join('\n\n');
    const { status, body } = await save('opt_in/email', { ...before, text: lacking });
    expect(status).toBe(422);
    expect(body.error.code).toBe('template_refused');
    expect(body.error.details.map(({ code }) => code)).toEqual(['risks', 'laws']);
    expect(body.error.details[0]!.message).toContain('the risk statement');
    expect(await read('opt_in/email')).toEqual(before);
  });

  it.each([
    ['opt_in/sms', { text: 'x {{ name }}' }, ['personal_field']],
    [
      'opt_in/email?locale=es',
      { subject: 's', text: 'x' },
      [
        'who_asks',
        'where_stored',
        'how_transmitted',
        'risks',
        'rights',
        'laws',
        'how_to_stop',
        'link',
      ],
    ],
    ['opt_in/sms', { text: 'x' }, ['who_asks', 'risks', 'how_to_stop', 'link']],
    ['ad_hoc/email', { text: 'x' }, ['subject_missing']],
    ['ad_hoc/fax', { subject: 's', text: 'x', html: 'y' }, ['html_not_allowed']],
    ['ad_hoc/sms', { text: '{% include "/etc/passwd" %}' }, ['syntax']],
    ['ad_hoc/sms', { text: '{% for i in (1..9) %}{% endfor %}' }, ['syntax']],
    ['ad_hoc/sms', { text: '{{ x | nope }}' }, ['syntax']],
    ['opt_in/sms', { text: `${briefly} {{ link | downcase }}` }, ['answer_key_misused']],
    [
      'opt_in/sms',
      { text: `${briefly} https://evil.example/?l={{ link }}` },
      ['answer_key_misused'],
    ],
    ['ad_hoc/sms', { text: '{{ a.b }}' }, ['bad_name']],
    ['ad_hoc/sms', { text: '{{ __proto__ }}' }, ['bad_name']],
  ])('%s with %j: %j', async (path, body, codes) => {
    const refused = await save(path, body);
    expect(refused.status).toBe(422);
    expect(refused.body.error.details.map(({ code }) => code)).toEqual(codes);
  });

  it.each([
    ['PUT', 'opt_in/fax', { subject: 's', text: 'x' }, 404],
    ['PUT', 'nonsense/sms', { text: 'x' }, 422],
    ['PUT', 'ad_hoc/sms?locale=fr', { text: 'x' }, 422],
    ['PUT', 'ad_hoc/sms', { text: '' }, 422],
    ['PUT', 'ad_hoc/sms', { text: 'x'.repeat(20_001) }, 422],
    ['PUT', 'ad_hoc/sms', { text: 'x', extra: 1 }, 422],
    ['PUT', 'ad_hoc/sms', null, 422],
    ['GET', 'ad_hoc/sms?version=nonsense', undefined, 404],
  ])('%s %s %j answers with the error of the catalogue', async (method, path, body, status) => {
    const answer = await stack.call<Refusal>(method, `/v1/templates/${path}`, body);
    expect(answer.status).toBe(status);
    expect(answer.body.error.code).toBe(status === 404 ? 'not_found' : 'validation_failed');
  });
});

describe('a preview', () => {
  const preview = (path: string, body?: unknown) =>
    stack.call<{
      subject?: string;
      text?: string;
      html?: string;
      segments?: { count: number; encoding: string; characters: number };
      problems: { code: string }[];
    }>('POST', `/v1/templates/${path.replace(/(\?|$)/, '/preview$1')}`, body ?? null);

  it('shows what would be sent, with what an SMS costs, and saves nothing', async () => {
    const { status, body } = await preview('appointment_reminder/sms', {
      text: '{{ practice }}: {{ when }} {{ emoji }}',
      data: { when: 'Monday', emoji: '🙂' },
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      text: 'Test Practice: Monday 🙂',
      segments: { count: 1, encoding: 'UCS-2', characters: 23 },
      problems: [],
      warnings: [],
    });
    expect((await read('appointment_reminder/sms')).isDefault).toBe(true);
  });

  it('of an opt-in is what the person would read, in HTML too', async () => {
    const { body } = await preview('opt_in/email?locale=es');
    expect(body.subject).toBe('¿Podemos enviarle recordatorios de citas por correo electrónico?');
    expect(body.html).toContain('<html lang="es">');
    expect(body.problems).toEqual([]);
    const sms = await preview('opt_in/sms');
    expect(sms.body.segments).toMatchObject({ encoding: 'GSM-7', count: 2 });
  });

  it('says what keeps a draft from being saved, and stands names in for values', async () => {
    expect(
      (await preview('opt_in/sms', { text: 'x' })).body.problems.map(({ code }) => code),
    ).toEqual(['who_asks', 'risks', 'how_to_stop', 'link']);
    expect((await preview('ad_hoc/sms', { text: '{{ x' })).body).toMatchObject({
      problems: [{ code: 'syntax' }],
    });
    const { body } = await preview('online_form/email', {
      subject: 's',
      text: '{{ url }}',
      html: '<a href="{{ url }}">x</a>',
      data: { url: '"><script>' },
    });
    expect(body.text).toBe('"><script>');
    expect(body.html).toBe('<a href="&#34;&gt;&lt;script&gt;">x</a>');
    expect((await preview('online_form/sms')).body.text).toContain('[url]');
  });
});
