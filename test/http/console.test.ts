import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKey, createPractice, revokeKey } from '../../src/record/practices/practice-store.ts';
import { limits } from '../../src/core/limits.ts';
import { register, reply, someone } from '../harness/people.ts';
import { everything } from '../harness/rows.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';
import { signIn, Visitor } from '../harness/visitor.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ env: { TEMPORAL_UI_URL: 'https://temporal.example' } });
});
afterAll(() => stack.stop());

const signedIn = (key?: string): Promise<Visitor> => signIn(stack, key);

const pages = [
  '/console',
  '/console/contacts/new',
  '/console/replies',
  '/console/templates',
  '/console/templates/opt_in/sms/en',
  '/console/settings',
  '/console/health',
  '/console/poster',
];

describe('a visitor who is not signed in', () => {
  it('is asked to, sees nothing, and changes nothing', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    const before = await everything(stack);
    const stranger = new Visitor(stack);
    for (const path of [...pages, `/console/contacts/${ann.id}`]) {
      const { status, headers, text } = await stranger.open(path);
      expect([status, text]).toEqual([303, '']);
      expect(headers.get('location')).toMatch(/^\/console\/sign-in/);
    }
    const fragment = await stranger.open(`/console/live/contacts/${ann.id}`, undefined, {
      'hx-request': 'true',
    });
    expect([fragment.text, fragment.headers.get('hx-redirect')]).toEqual(['', '/console/sign-in']);
    const csrf = await stranger.token('/console/sign-in');
    const posted = await stranger.open(`/console/contacts/${ann.id}/erase`, { csrf });
    expect([303, 403]).toContain(posted.status);
    expect(await everything(stack)).toBe(before);
  });
});

describe('a session', () => {
  it('is a cookie that scripts and other sites do not get, on pages that nobody keeps or frames', async () => {
    const visitor = await signedIn();
    const { headers } = await visitor.open('/console');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('content-security-policy')).toContain("script-src 'self';");
    const again = new Visitor(stack);
    const csrf = await again.token('/console/sign-in');
    const form = { csrf, key: stack.apiKey, staff: 'Eve', to: '//evil.example/x' };
    const opened = await again.open('/console/sign-in', form);
    expect(opened.headers.get('location')).toBe('/console');
    const cookie = opened.headers.getSetCookie().find((line) => line.startsWith('optgate_console'));
    expect(cookie).toMatch(/; HttpOnly/);
    expect(cookie).toMatch(/; SameSite=Lax/);
    expect(cookie).toMatch(/; Path=\/console/);
  });

  it('takes no form that another site, or another session, made up', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    const [visitor, other] = [await signedIn(), await signedIn()];
    const before = await everything(stack);
    const path = `/console/contacts/${ann.id}/stop`;
    for (const csrf of ['', 'made-up', await other.token()]) {
      const { status } = await visitor.open(path, { csrf, method: 'email' });
      expect(status).toBe(403);
    }
    expect(await everything(stack)).toBe(before);
    const csrf = await visitor.token();
    expect((await visitor.open(path, { csrf, method: 'email' })).status).toBe(303);
    expect(await everything(stack)).not.toBe(before);
  });

  it('ends when one signs out, and with the key that it was opened with', async () => {
    const visitor = await signedIn();
    const csrf = await visitor.token();
    await visitor.open('/console/sign-out', { csrf });
    expect((await visitor.open('/console')).status).toBe(303);

    const { id, key } = await createKey(stack.db, stack.practiceId, 'to be revoked');
    const staff = await signedIn(key);
    expect((await staff.open('/console')).status).toBe(200);
    await revokeKey(stack.db, stack.practiceId, id);
    expect((await staff.open('/console')).status).toBe(303);
  });

  it('of one practice opens nothing of another', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    await stack.call('POST', `/v1/contacts/${ann.id}/messages`, {
      kind: 'ad_hoc',
      subject: 's',
      body: 'theirs',
      sendAt: new Date(Date.now() + 86_400_000).toISOString(),
    });
    const message = await stack.db.prisma.message.findFirstOrThrow({
      where: { contactId: ann.id },
    });
    const other = stack.own('other');
    await createPractice(stack.db, { id: other, name: 'Other' });
    const visitor = await signedIn((await createKey(stack.db, other, 'x')).key);
    const before = await everything(stack);
    for (const path of [`/console/contacts/${ann.id}`, `/console/messages/${message.id}`]) {
      for (const what of ['', '/edit']) expect((await visitor.open(path + what)).status).toBe(404);
      const csrf = await visitor.token();
      for (const what of ['/erase', '/opt-in', '/stop', '/restore', '/cancel', '/retry', '/edit'])
        expect([404, 405, 422]).toContain(
          (await visitor.press(path + what, { csrf, method: 'email', name: '' })).status,
        );
    }
    expect((await visitor.open('/console')).text).not.toContain(ann.id);
    expect(await everything(stack)).toBe(before);
  });
});

/** Inside a quoted attribute only a quote could end it. */
const markupOf = (html: string): string => html.replaceAll(/="[^"]*"/g, '');

const hostile = `"'><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}`;

/** As a template may hold it: it has no value that is unknown. */
const markup = hostile.replace('{{7*7}}', '');

describe('what strangers wrote', () => {
  let visitor: Visitor;
  beforeAll(async () => {
    visitor = new Visitor(stack);
    await visitor.signIn(stack.apiKey, hostile);
  });

  it('is shown as text on every page', async () => {
    const ann = someone();
    const contact = {
      name: hostile,
      role: 'client',
      methods: ['email', 'sms'],
      email: ann.email,
      phone: ann.phone,
    };
    expect((await stack.call('PUT', `/v1/contacts/${ann.id}`, contact)).status).toBe(201);
    const sent = await stack.call<{ messages: { id: string }[] }>(
      'POST',
      `/v1/contacts/${ann.id}/messages`,
      { kind: 'ad_hoc', subject: hostile, body: hostile, about: hostile },
    );
    // As it may have been stored before the settings refused it.
    const sender = {
      displayName: hostile,
      supportPhone: hostile.slice(0, 40),
      postalAddress: hostile,
    };
    await stack.db.prisma.$executeRaw`
      UPDATE practices SET settings = jsonb_set(settings, '{sender}', settings -> 'sender' || ${sender}::jsonb)
      WHERE id = ${stack.practiceId}`;
    const template = { subject: markup, text: markup, html: `<p>${markup}</p>` };
    const saved = await stack.call('PUT', '/v1/templates/ad_hoc/email?locale=en', template);
    expect(saved.status).toBe(200);
    await until('the text arrived', async () => (await stack.outbox(ann.phone)).length > 0);
    await reply(stack, ann, hostile);
    await until('it is kept', async () => (await stack.db.prisma.inboundMessage.count()) > 0);
    await stack.call('POST', `/v1/contacts/${ann.id}/consents`, {
      method: 'email',
      address: ann.email,
      source: 'paper',
      obtainedAt: '2026-01-01T00:00:00Z',
      evidence: hostile,
    });
    await stack.call('POST', `/v1/contacts/${ann.id}/waivers`, { method: 'sms', reason: hostile });
    const message = `/console/messages/${sent.body.messages[0]!.id}`;
    const contactPath = `/console/contacts/${ann.id}`;
    const all = [
      ...pages,
      '/console/templates/ad_hoc/email/en',
      contactPath,
      `${contactPath}/edit`,
      `${contactPath}/evidence`,
      `${contactPath}/erase`,
      `${contactPath}/stop/email`,
      message,
      `${message}/cancel`,
      `${message}/edit`,
      `/console/live/contacts/${ann.id}?done=${encodeURIComponent(hostile)}`,
      `/console/live/messages/${sent.body.messages[0]!.id}`,
      `/console/sign-in?to=${encodeURIComponent(hostile)}`,
    ];
    for (const path of all) {
      const { status, text } = await visitor.open(path);
      expect([path, status]).toEqual([path, 200]);
      expect(markupOf(text)).not.toMatch(/<script>alert|<img src=x/);
    }
    const sought = await visitor.open('/console', { csrf: await visitor.token(), query: hostile });
    expect(markupOf(sought.text)).not.toMatch(/<script>alert|<img src=x/);
    expect((await visitor.open(`${contactPath}/evidence`)).text).toContain('&lt;script>alert(1)');
    await stack.call('DELETE', '/v1/templates/ad_hoc/email?locale=en');
  });

  it('is shown as text beside every form that is refused for it', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    const later = new Date(Date.now() + 86_400_000).toISOString();
    const message = { id: `m-${ann.id}`, kind: 'ad_hoc', subject: 's', body: 'b', sendAt: later };
    await stack.call('POST', `/v1/contacts/${ann.id}/messages`, message);
    const contactPath = `/console/contacts/${ann.id}`;
    for (const [page, action, pressed] of [
      ['/console/contacts/new', '/console/contacts', {}],
      [`${contactPath}/edit`, `${contactPath}/edit`, {}],
      [contactPath, `${contactPath}/messages`, {}],
      [contactPath, `${contactPath}/consents`, {}],
      [contactPath, `${contactPath}/waivers`, {}],
      [`${contactPath}/stop/email`, `${contactPath}/stop`, {}],
      [contactPath, `${contactPath}/opt-in`, { method: hostile }],
      [`/console/messages/m-${ann.id}/edit`, `/console/messages/m-${ann.id}/edit`, {}],
      ['/console/settings', '/console/settings', {}],
      ['/console/templates/opt_in/email/en', '/console/templates/opt_in/email/en', { do: 'save' }],
    ] as const) {
      const form = await visitor.form(page, action);
      const typed = Object.fromEntries(
        Object.keys(form).map((name) => [name, name === 'csrf' ? form[name]! : hostile]),
      );
      const { text } = await visitor.press(action, { ...typed, ...pressed });
      expect({ action, refused: text.includes('role="alert"') }).toEqual({ action, refused: true });
      expect(markupOf(text)).not.toMatch(/<script>alert|<img src=x/);
    }
    const { text } = await new Visitor(stack).open('/console/sign-in', {
      csrf: 'x',
      key: hostile,
      staff: hostile,
      to: hostile,
    });
    expect(markupOf(text)).not.toMatch(/<script>alert|<img src=x/);
  });
});

describe('ops', () => {
  it('get from a contact in the console to its workflow in the Temporal UI, and back', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    const visitor = await signedIn();
    const { text } = await visitor.open(`/console/contacts/${ann.id}`);
    const id = encodeURIComponent(stack.workflowId(ann.id));
    expect(text).toContain(`href="https://temporal.example/namespaces/default/workflows/${id}"`);
    const handle = stack.client.workflow.getHandle(stack.workflowId(ann.id));
    await until('its details lead back', async () => {
      const about = await handle
        .query<{ currentDetails?: string }>('__temporal_workflow_metadata')
        .catch(() => undefined);
      return about?.currentDetails?.includes(`(${stack.url}/console/contacts/${ann.id})`);
    });
  });
});

// Last: from here on this address has to wait.
describe('a visitor who tries keys', () => {
  it('does not get in with a wrong key, and after some tries has to wait', async () => {
    const stranger = new Visitor(stack);
    const answers = [];
    for (let n = 0; n <= limits.signInsPerMinute; n += 1)
      answers.push(await stranger.signIn(`guess-${n}`));
    expect(answers.every((status) => [401, 429].includes(status))).toBe(true);
    expect(answers.at(-1)).toBe(429);
    expect((await stranger.open('/console')).status).toBe(303);
  });
});
