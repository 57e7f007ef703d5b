import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openContent } from '../src/record/messages/message-words.ts';
import type { MessageContent } from '../src/core/message/message.ts';
import { acceptBoth, arrived, isOptIn, lightOf, someone, type Person } from './harness/people.ts';
import { startStack, until, type Stack } from './harness/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

const register = async (person: Person, extra: object = {}): Promise<void> => {
  const { status } = await stack.call('PUT', `/v1/contacts/${person.id}`, {
    name: 'Ann Example',
    role: 'client',
    methods: ['email', 'sms'],
    email: person.email,
    phone: person.phone,
    ...extra,
  });
  expect(status).toBe(201);
};

type Answer = {
  messages: { id: string; status: string }[];
  error?: { code: string; details: { path: string; message: string; index?: number }[] };
};
const send = (person: Person, body: unknown) =>
  stack.call<Answer>('POST', `/v1/contacts/${person.id}/messages`, body);

async function stored(id: string): Promise<MessageContent> {
  const row = await stack.db.prisma.message.findFirstOrThrow({ where: { id } });
  return openContent(stack.db, row);
}

const reminder = {
  kind: 'appointment_reminder',
  eventAt: '2030-01-07T09:00:00-05:00',
  template: 'appointment_reminder',
  data: { when: 'Monday at 9' },
};

describe('a message by template', () => {
  it('is rendered in the contact’s language and arrives on both channels', async () => {
    const ann = someone();
    await register(ann, { locale: 'es-MX' });
    expect((await send(ann, reminder)).status).toBe(202);
    await acceptBoth(stack, ann);
    const entries = await until('both arrived', async () => {
      const found = (await arrived(stack, ann)).filter((entry) => !isOptIn(entry));
      return found.length === 2 && found;
    });
    expect(entries.find(({ channel }) => channel === 'email')).toMatchObject({
      subject: 'Recordatorio: su cita en Test Practice',
      text: expect.stringMatching(
        /^Le recordamos su cita en Test Practice: Monday at 9\. ¿No puede venir\? [^\n]*\n\n-- \n/,
      ),
    });
    expect(entries.find(({ channel }) => channel === 'sms')?.text).toBe(
      'Test Practice: Le recordamos su cita en Test Practice: Monday at 9. ¿No puede venir? Llame al +1 202 555 0177.',
    );
  });

  it.each(['de', 'en-GB', undefined])('for the locale %s is in English', async (locale) => {
    const ann = someone();
    await register(ann, locale === undefined ? {} : { locale });
    await send(ann, { ...reminder, id: `${ann.id}-m` });
    expect((await stored(`${ann.id}-m`)).content?.sms?.text).toMatch(/^Reminder of/);
  });

  it('says by name what its data lacks, for every message of the call, and stores none of them', async () => {
    const ann = someone();
    await register(ann);
    const one = await send(ann, { ...reminder, data: {} });
    expect(one.status).toBe(422);
    expect(one.body.error).toMatchObject({
      code: 'validation_failed',
      details: [
        {
          path: '/data/when',
          message: 'is missing: the template appointment_reminder needs it',
        },
      ],
    });
    const many = await send(ann, [
      reminder,
      { kind: 'online_form', template: 'online_form' },
      { kind: 'ad_hoc', body: 'fine' },
      { kind: 'ad_hoc', template: 'ad_hoc', data: { text: '' } },
    ]);
    expect(many.body.error?.details.map(({ index, path }) => [index, path])).toEqual([
      [1, '/data/url'],
      [3, '/template'],
      [3, '/template'],
      [3, '/template'],
    ]);
    expect((await lightOf(stack, ann)).queued).toBe(0);
  });

  it.each([
    ['beside a body', { ...reminder, body: 'x' }, '/body'],
    ['beside content', { ...reminder, content: { sms: { text: 'x' } } }, '/content'],
    ['with data alone', { kind: 'ad_hoc', body: 'x', data: { a: 1 } }, '/template'],
    ['of an opt-in', { kind: 'ad_hoc', template: 'opt_in', data: {} }, '/template'],
    ['with data within data', { ...reminder, data: { when: { day: 1 } } }, '/data/when'],
    ['with a name that is none', { ...reminder, data: { when: 'x', 'a b': 1 } }, '/data'],
  ])('%s is refused', async (_what, body, path) => {
    const ann = someone();
    await register(ann);
    const refused = await send(ann, body);
    expect(refused.status).toBe(422);
    expect(refused.body.error?.code).toBe('validation_failed');
    expect(refused.body.error?.details.some((detail) => detail.path.startsWith(path))).toBe(true);
    expect((await lightOf(stack, ann)).queued).toBe(0);
  });

  it('is counted in segments as it will be sent', async () => {
    const ann = someone();
    await register(ann);
    const refused = await send(ann, {
      kind: 'ad_hoc',
      template: 'ad_hoc',
      data: { text: 'x'.repeat(1_600) },
    });
    expect(refused.body.error?.code).toBe('sms_too_long');
    const email = { kind: 'ad_hoc', template: 'ad_hoc', methods: ['email'] };
    expect((await send(ann, { ...email, data: { text: 'x'.repeat(1_600) } })).status).toBe(202);
  });

  it('keeps the words it was stored with, and is the same message when it comes again', async () => {
    const ann = someone();
    await register(ann);
    const message = { ...reminder, id: `${ann.id}-m` };
    expect((await send(ann, message)).status).toBe(202);
    const before = await stored(message.id);
    const path = '/v1/templates/appointment_reminder/sms';
    const saved = await stack.call('PUT', path, { text: 'New words: {{ when }} {{ place }}' });
    expect(saved.status).toBe(200);
    try {
      expect(await stored(message.id)).toEqual(before);
      // The same call again, although its data would not do for today's template.
      expect((await send(ann, message)).status).toBe(202);
      expect(await stored(message.id)).toEqual(before);
      expect((await send(ann, { ...message, data: { when: 'Tuesday', place: 'x' } })).status).toBe(
        409,
      );
      const fresh = { ...reminder, id: `${ann.id}-n`, data: { when: 'Friday', place: 'Room 2' } };
      await send(ann, fresh);
      expect((await stored(fresh.id)).content?.sms?.text).toBe('New words: Friday Room 2');
    } finally {
      await stack.call('DELETE', path);
    }
    expect((await send(ann, message)).status).toBe(202);
    expect(await stored(message.id)).toEqual(before);
  });

  it('is not markup or a template, whatever its data holds', async () => {
    const ann = someone();
    await register(ann);
    const path = '/v1/templates/ad_hoc/email';
    await stack.call('PUT', path, { subject: 's', text: '{{ text }}', html: '<p>{{ text }}</p>' });
    try {
      const text = '<script>{{ practice }}</script>';
      const id = `${ann.id}-m`;
      await send(ann, { id, kind: 'ad_hoc', template: 'ad_hoc', data: { text } });
      const { content } = await stored(id);
      expect(content?.email).toEqual({
        subject: 's',
        text,
        html: '<p>&lt;script&gt;{{ practice }}&lt;/script&gt;</p>',
      });
    } finally {
      await stack.call('DELETE', path);
    }
  });

  it('can be changed: another time keeps its words, other data makes new ones, a body replaces them', async () => {
    const ann = someone();
    await register(ann);
    const id = `${ann.id}-m`;
    await send(ann, { ...reminder, id });
    const before = await stored(id);
    const change = (patch: unknown) => stack.call<Answer>('PATCH', `/v1/messages/${id}`, patch);

    expect((await change({ sendAt: '2029-12-31T09:00:00Z' })).status).toBe(200);
    expect((await stored(id)).content).toEqual(before.content);
    const lacking = await change({ template: 'appointment_reminder', data: {} });
    expect(lacking.body.error?.details).toEqual([
      { path: '/data/when', message: 'is missing: the template appointment_reminder needs it' },
    ]);
    expect((await change({ data: { when: 'x' } })).body.error?.details[0]?.path).toBe('/template');
    const changed = await change({ template: 'appointment_reminder', data: { when: 'Tuesday' } });
    expect(changed.status).toBe(200);
    expect((await stored(id)).content?.sms?.text).toContain('Tuesday');
    expect((await change({ body: 'in our own words' })).status).toBe(200);
    expect(await stored(id)).toEqual({ body: 'in our own words' });
  });

  it('also comes as a raw signal; one that lacks data is kept as rejected, with the name', async () => {
    const ann = someone();
    await register(ann);
    const signal = (payload: unknown) =>
      stack.plainClient.workflow.signalWithStart('contact', {
        workflowId: stack.workflowId(ann.id),
        taskQueue: stack.taskQueue,
        signal: 'sendMessage',
        signalArgs: [payload],
      });
    await signal({ messageId: `${ann.id}-bad`, kind: 'online_form', template: 'online_form' });
    await signal({
      messageId: `${ann.id}-good`,
      kind: 'online_form',
      template: 'online_form',
      data: { url: 'https://forms.example/1' },
    });
    await until('the good one is queued', async () => (await lightOf(stack, ann)).queued === 1);
    expect((await stored(`${ann.id}-good`)).content?.sms?.text).toContain(
      'https://forms.example/1',
    );
    const rejected = await stack.db.prisma.rejectedSignal.findMany({
      where: { contactId: ann.id },
    });
    expect(rejected.map(({ reason }) => reason)).toEqual([
      '/data/url is missing: the template online_form needs it',
    ]);
  });

  it('that takes long for each of a thousand messages is refused soon, and keeps nobody waiting', async () => {
    const ann = someone();
    await register(ann);
    const tag = `{% if ${Array.from({ length: 60 }, () => 'a contains b').join(' or ')} %}{% endif %}`;
    const text = `${tag.repeat(20)}x`;
    const data = { a: 'a'.repeat(4_000), b: `${'a'.repeat(30)}b${'a'.repeat(19)}` };
    const saved = await stack.call('PUT', '/v1/templates/ad_hoc/sms', { text });
    expect(saved.status).toBe(200);
    const message = { kind: 'ad_hoc', template: 'ad_hoc', methods: ['sms'], data };
    const calls = [1, 2].map(() =>
      send(
        ann,
        Array.from({ length: 1_000 }, () => message),
      ),
    );
    const call = { over: false };
    const answers = Promise.all(calls).finally(() => (call.over = true));
    let longest = 0;
    while (!call.over) {
      const from = performance.now();
      await fetch(`${stack.url}/healthz`);
      longest = Math.max(longest, performance.now() - from);
    }
    for (const { status, body } of await answers) {
      expect(status).toBe(422);
      expect(body.error).toMatchObject({ code: 'rendering_too_long' });
    }
    // One message's rendering, and what else this machine does.
    expect(longest).toBeLessThan(1_000);
    await stack.call('DELETE', '/v1/templates/ad_hoc/sms');
  });
});
