import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { greenPeople, lightOf, register, someone, type Person } from '../harness/people.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';
import { formIn, signIn, type Visitor } from '../harness/visitor.ts';

/** Staff's presses, twice or on an outdated page; and their searches. */

let stack: Stack;
let staff: Visitor;
beforeAll(async () => {
  stack = await startStack();
  staff = await signIn(stack);
});
afterAll(() => stack.stop());

const formAt = (page: string, action: string) => staff.form(page, action);

const pageOf = ({ id }: Person): string => `/console/contacts/${id}`;

describe('a form that others were faster than', () => {
  it('takes back nothing of a contact, and leaves what it does not show', async () => {
    const [ann, bob] = [someone(), someone()];
    await register(stack, bob, ['email']);
    await register(stack, ann, ['email']);
    const contact = `/v1/contacts/${ann.id}`;
    await stack.call('PATCH', contact, { actsFor: [bob.id], locale: 'es-MX', role: 'contact' });
    const action = `${pageOf(ann)}/edit`;
    const form = await formAt(action, action);
    expect(form).toMatchObject({ actsFor: bob.id, locale: 'es-MX', role: 'contact' });
    await stack.call('PATCH', contact, { email: `new-${ann.email}` });
    const { text } = await staff.press(action, { ...form, name: 'Ann Other' });
    expect(text).toContain('The contact is saved.');
    expect((await stack.call('GET', contact)).body).toMatchObject({
      name: 'Ann Other',
      email: `new-${ann.email}`,
      actsFor: [bob.id],
      locale: 'es-MX',
      role: 'contact',
    });
  });

  it('removes of a contact what was emptied, and shows again what was refused', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    await stack.call('PATCH', `/v1/contacts/${ann.id}`, { timeZone: 'America/Chicago' });
    const action = `${pageOf(ann)}/edit`;
    const form = await formAt(action, action);
    const refused = await staff.press(action, { ...form, timeZone: 'Mars/Olympus', name: 'Ann B' });
    expect([refused.status, refused.location]).toEqual([200, action]);
    expect(refused.text).toMatch(/<select name="timeZone"[^>]* aria-invalid="true"/);
    const again = formIn(refused.text, action);
    expect(again).toMatchObject({ timeZone: 'Mars/Olympus', name: 'Ann B' });
    await staff.open(action, { ...again, timeZone: '' });
    const { body } = await stack.call('GET', `/v1/contacts/${ann.id}`);
    expect(body).toMatchObject({ name: 'Ann B', email: ann.email });
    expect(body).not.toHaveProperty('timeZone');
  });

  it('switches nothing on again, and takes back no setting', async () => {
    const action = '/console/settings';
    const form = await formAt(action, action);
    const meanwhile = {
      messagingEnabled: false,
      optInExpires: 'P3D',
      sender: { replyTo: 'a@b.co' },
    };
    await stack.call('PATCH', '/v1/settings', meanwhile);
    const typed = {
      ...form,
      supportPhone: '+1 202 555 0123',
      privacyUrl: 'https://practice.example/privacy',
      privacyVersion: '2026-11',
    };
    const { text } = await staff.press(action, typed);
    expect(text).toContain('The settings are saved.');
    expect((await stack.call('GET', '/v1/settings')).body).toMatchObject({
      ...meanwhile,
      sender: { replyTo: 'a@b.co', supportPhone: '+1 202 555 0123' },
      privacyPolicy: { url: 'https://practice.example/privacy', version: '2026-11' },
    });
    await stack.call('PATCH', '/v1/settings', { messagingEnabled: true, privacyPolicy: null });
  });

  it('of a message changes its time alone, and its words alone', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    const sendAt = new Date(Date.now() + 86_400_000).toISOString();
    await stack.call('POST', `/v1/contacts/${ann.id}/messages`, [
      { id: `m-${ann.id}`, kind: 'ad_hoc', subject: 's', body: 'first\nsecond', sendAt },
    ]);
    const action = `/console/messages/m-${ann.id}/edit`;
    const form = await formAt(action, action);
    await stack.call('PATCH', `/v1/messages/m-${ann.id}`, { body: 'corrected' });
    const later = await staff.press(action, { ...form, sendAt: '2030-01-07T09:00' });
    expect(later.text).toContain('The message is changed.');
    const written = async () => (await stack.call('GET', `/v1/messages/m-${ann.id}`)).body;
    expect(await written()).toMatchObject({ subject: 's', body: 'corrected' });
    expect(await written()).toMatchObject({ sendAt: '2030-01-07T14:00:00.000Z' });
    await staff.open(action, { ...(await formAt(action, action)), subject: '', body: 'a\r\nb' });
    expect(await written()).toMatchObject({ body: 'a\nb', sendAt: '2030-01-07T14:00:00.000Z' });
    expect(await written()).not.toHaveProperty('subject');
  });
});

it('registers a contact known only from a signal, by the form that its page leads to', async () => {
  const ann = someone();
  await stack.client.workflow.signalWithStart('contact', {
    workflowId: stack.workflowId(ann.id),
    taskQueue: stack.taskQueue,
    signal: 'sendMessage',
    signalArgs: [{ messageId: `raw-${ann.id}`, kind: 'ad_hoc', subject: 's', body: 'b' }],
  });
  await until('the contact is known', async () => (await staff.open(pageOf(ann))).status === 200);
  const action = `${pageOf(ann)}/edit`;
  expect((await staff.open(pageOf(ann))).text).toContain(`href="${action}"`);
  const form = { ...(await formAt(action, action)), name: 'Ann Example', methods: 'email' };
  const { text } = await staff.press(action, { ...form, email: ann.email });
  expect(text).toContain('The contact is saved.');
  expect(await lightOf(stack, ann)).toMatchObject({ registered: true, methods: ['email'] });
});

describe('a form of the contact', () => {
  it('pressed twice queues one message', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    const action = `${pageOf(ann)}/messages`;
    const fields = await formAt(pageOf(ann), action);
    const form = { ...fields, subject: 's', body: 'once' };
    for (let pressed = 0; pressed < 2; pressed += 1)
      expect((await staff.press(action, form)).text).toContain('The message is saved.');
    expect(await stack.db.prisma.message.count({ where: { contactId: ann.id } })).toBe(1);
    const other = await staff.press(action, { ...form, body: 'something else' });
    expect(other.location).toBe(pageOf(ann));
    expect(other.text).toContain('role="alert"');
    expect(formIn(other.text, action)).toMatchObject({ body: 'something else' });
    const next = await formAt(pageOf(ann), action);
    expect(next.id).not.toBe(fields.id);
  });

  it('records a consent for the address that staff saw, from when they saw it, and not for a newer one', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    const action = `${pageOf(ann)}/consents`;
    const before = new Date();
    const form = {
      ...(await formAt(pageOf(ann), action)),
      method: 'email',
      source: 'phone',
      evidence: 'asked and heard',
    };
    await stack.call('PATCH', `/v1/contacts/${ann.id}`, { email: `new-${ann.email}` });
    expect((await staff.press(action, form)).text).toContain('kept as evidence');
    const state = async () => (await lightOf(stack, ann)).channels.email?.state;
    expect(await state()).toBe('not_sent');
    const { seenAt, 'address-email': address } = await formAt(pageOf(ann), action);
    const fresh = { ...form, seenAt: seenAt!, 'address-email': address! };
    expect((await staff.press(action, fresh)).text).toContain('The consent is recorded.');
    expect(await state()).toBe('accepted');
    const { body } = await stack.call<{
      items: { type: string; fields: { obtainedAt?: string } }[];
    }>('GET', `/v1/contacts/${ann.id}/evidence`);
    const obtained = body.items.flatMap(({ fields }) => fields.obtainedAt ?? []);
    expect(obtained).toHaveLength(2);
    for (const at of obtained) expect(Date.parse(at)).toBeGreaterThanOrEqual(before.getTime());
  });

  it('says why something leaves: after a yes, beside a waiver, or because nobody is asked', async () => {
    const [ann] = await greenPeople(stack, 1, ['email', 'sms']);
    const headline = async () =>
      /<p class="headline">.*?<\/p>/s.exec((await staff.open(pageOf(ann!))).text)![0];
    expect(await headline()).toContain('Agreed on every channel in use');
    await stack.call('POST', `/v1/contacts/${ann!.id}/waivers`, {
      method: 'sms',
      reason: 'landline',
    });
    expect(await headline()).toContain('Agreed on every channel that is not skipped');
    await stack.call('PATCH', '/v1/settings', { optInEnabled: false });
    try {
      const bob = someone();
      await register(stack, bob, ['email']);
      expect((await staff.open(pageOf(bob))).text).toContain(
        'Your practice asks nobody for permission',
      );
    } finally {
      await stack.call('PATCH', '/v1/settings', { optInEnabled: true });
    }
  });
});

it('shows the evidence of a record that was merged into the contact, under its former id', async () => {
  const [old, ann] = [someone(), someone()];
  await register(stack, old, ['email']);
  await register(stack, ann, ['email']);
  await stack.call('POST', `/v1/contacts/${old.id}/waivers`, {
    method: 'email',
    reason: 'a dead mailbox',
  });
  await stack.call('POST', `/v1/contacts/${old.id}/merge`, { into: ann.id });
  const { text } = await staff.open(`${pageOf(ann)}/evidence`);
  expect(text).toMatch(new RegExp(`Under the id ${old.id}.*Skipped by staff.*a dead mailbox`, 's'));
});

describe('what the API refuses', () => {
  it('is said, and not acknowledged as done', async () => {
    const csrf = await staff.token();
    const nothing = '00000000-0000-7000-8000-000000000000';
    for (const path of [
      '/console/health/reinstate',
      `/console/replies/${nothing}/handled`,
      `/console/replies/${nothing}/reopen`,
    ]) {
      const { status, text } = await staff.press(path, { csrf });
      expect([path, status]).toEqual([path, 200]);
      expect(text).toContain('role="alert"');
    }
  });
});

describe('looking for somebody', () => {
  it('puts no name and no address into an address; what names nobody can be loaded again', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    const csrf = await staff.token();
    const found = await staff.open('/console', { csrf, query: ann.email, light: '', state: '' });
    expect(found.status).toBe(200);
    expect(found.text).toContain(pageOf(ann));
    expect(found.text).not.toMatch(/(href|action|hx-\w+)="[^"]*@/);
    expect((await staff.open(`/console?query=${ann.email}`)).text).toContain('All contacts');
    const red = await staff.open('/console', { csrf, query: '', light: 'red', state: '' });
    expect([red.status, red.headers.get('location')]).toEqual([303, '/console?light=red']);
    expect((await staff.open('/console', { csrf: 'x', query: 'ann' })).status).toBe(403);
  });

  it('goes on to the next page, and its live part stays there', async () => {
    for (let n = 0; n <= limits.pageDefault; n += 1)
      await register(stack, { ...someone(), id: `page-${String(n).padStart(3, '0')}` }, ['fax']);
    const first = await staff.open('/console');
    const next = /name="next" value="([^"]+)"/.exec(first.text)![1]!;
    const csrf = await staff.token();
    const second = await staff.open('/console', {
      csrf,
      query: '',
      light: '',
      state: '',
      cursor: '',
      next,
    });
    const address = second.headers.get('location')!;
    const page = (await staff.open(address)).text;
    const namesOn = (text: string) =>
      [...text.matchAll(/<th scope="row"><a href="([^"]+)"/g)].map(([, to]) => to);
    expect(namesOn(page).length).toBeGreaterThan(0);
    expect(namesOn(page)).not.toEqual(namesOn(first.text));
    const live = await staff.open('/console/live/contacts', { csrf, cursor: next });
    expect(namesOn(live.text)).toEqual(namesOn(page));
  });
});

it('leads back after signing in to the page that was asked for, and nowhere else', async () => {
  const away = [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example/console/x',
    'javascript:alert(1)',
    '/console/../v1/contacts',
    '/console/%2e%2e/v1/contacts',
    '/consolex',
    '',
  ];
  for (const to of away) {
    const csrf = await staff.token('/console/sign-in');
    const form = { csrf, key: stack.apiKey, staff: 'Kim', to };
    const { headers } = await staff.open('/console/sign-in', form);
    expect([to, headers.get('location')]).toEqual([to, '/console']);
  }
});
