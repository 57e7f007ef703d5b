import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../src/domain/limits.ts';
import { greenPeople, lightOf, register, someone, type Person } from '../harness/people.ts';
import { startStack, type Stack } from '../harness/stack.ts';
import { signIn, type Visitor } from '../harness/visitor.ts';

/** What staff press, twice or on a page that is old by now; and what they look for. */

let stack: Stack;
let staff: Visitor;
beforeAll(async () => {
  stack = await startStack();
  staff = await signIn(stack);
});
afterAll(() => stack.stop());

/** The fields of the form with this action, as the page came. */
async function formAt(page: string, action: string): Promise<Record<string, string>> {
  const { text } = await staff.open(page);
  const form = text.split('<form ').find((part) => part.includes(`action="${action}"`));
  expect(form).toBeDefined();
  const fields = [
    ...form!.split('</form>')[0]!.matchAll(/<input [^>]*?name="([^"]+)" value="([^"]*)"/g),
  ];
  return Object.fromEntries(fields.map(([, name, value]) => [name!, value!]));
}

const pageOf = ({ id }: Person): string => `/console/contacts/${id}`;

describe('a form of the contact', () => {
  it('pressed twice queues one message', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    const action = `${pageOf(ann)}/messages`;
    const fields = await formAt(pageOf(ann), action);
    const form = { ...fields, subject: 's', body: 'once' };
    for (let pressed = 0; pressed < 2; pressed += 1)
      expect((await staff.open(action, form)).headers.get('location')).toContain('done=queued');
    expect(await stack.db.prisma.message.count({ where: { contactId: ann.id } })).toBe(1);
    const other = await staff.open(action, { ...form, body: 'something else' });
    expect(other.status).toBe(409);
    expect(other.text).toContain('role="alert"');
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
    expect((await staff.open(action, form)).headers.get('location')).toContain('done=kept');
    const state = async () => (await lightOf(stack, ann)).channels.email?.state;
    expect(await state()).toBe('not_sent');
    const fresh = { ...form, ...(await formAt(pageOf(ann), action)) };
    expect((await staff.open(action, fresh)).headers.get('location')).toContain('done=recorded');
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
    expect(await headline()).toContain('Every assigned channel said yes');
    await stack.call('POST', `/v1/contacts/${ann!.id}/waivers`, {
      method: 'sms',
      reason: 'landline',
    });
    expect(await headline()).toContain('Every channel that is not waived said yes');
    await stack.call('PATCH', '/v1/settings', { optInEnabled: false });
    try {
      const bob = someone();
      await register(stack, bob, ['email']);
      expect((await staff.open(pageOf(bob))).text).toContain(
        'The practice asks nobody for consent',
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
  expect(text).toMatch(new RegExp(`Under the id ${old.id}.*Waived by staff.*a dead mailbox`, 's'));
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
      const { status, text } = await staff.open(path, { csrf });
      expect([path, status >= 400]).toEqual([path, true]);
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
