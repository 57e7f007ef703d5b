import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadLookupKeys } from '../src/platform/db/lookup-keys.ts';
import { createLookup } from '../src/platform/db/lookup.ts';
import { newEncryptionKey } from '../src/platform/config/encryption-keys.ts';
import { runAdmin } from './harness/admin.ts';
import { byEmail, chooseHosted, codeTo } from './harness/bookings.ts';
import { columnsWith, hashesIn, listedColumns } from './harness/hashes.ts';
import { open, submit } from './harness/pages.ts';
import {
  arrived,
  contents,
  decide,
  lightOf,
  linkOf,
  optIns,
  queue,
  register,
  registerWithConsent,
  someone,
  type Person,
} from './harness/people.ts';
import { startStack, testKey, until, type OutboxEntry, type Stack } from './harness/stack.ts';

/**
 * The look-up key is replaced under people who stopped, were erased, replied and have links. Nobody's stop is lost, and the
 * key of before finds nobody.
 */

let stack: Stack;
/** `stack` is over the same database from one replacement to the next. */
const restart = async (): Promise<void> => {
  stack = await startStack({ over: stack });
};
afterAll(() => stack.stop());

const [ann, stopped, gone, dan, eve, fay, ivy, zoe] = Array.from({ length: 8 }, () =>
  someone(),
) as [Person, Person, Person, Person, Person, Person, Person, Person];

/** The sandbox that runs now may have texted them nothing yet. */
async function textUs({ phone }: Person, text: string): Promise<void> {
  const to = stack.config.senders.smsFrom;
  const { ok } = await stack.control('/inbound', { from: phone, to, text });
  expect(ok).toBe(true);
}

const stateOf = async (person: Person, method: 'email' | 'sms') =>
  (await lightOf(stack, person)).channels[method]?.state;

const send = (key: string, more: object = {}) =>
  stack.call<{ messages: { id: string }[] }>(
    'POST',
    `/v1/contacts/${ann.id}/messages`,
    { kind: 'ad_hoc', subject: 's', body: 'in a year', sendAt: '2035-01-01T00:00:00Z', ...more },
    { 'idempotency-key': key },
  );

/** Links of an email, as they lead to the service that runs now. */
function linkIn(entry: OutboxEntry, page: 'u' | 'p'): string {
  const headers = JSON.stringify((entry as unknown as { headers: object }).headers);
  const path = new RegExp(`https?://[^/\\s]+(/${page}/[\\w-]+)`).exec(
    page === 'u' ? headers : entry.text,
  )?.[1];
  expect(path).toBeDefined();
  return `${stack.url}${path}`;
}
const here = (link: string): string => `${stack.url}${new URL(link).pathname}`;

const oneClick = async (link: string): Promise<number> =>
  (
    await fetch(link, {
      method: 'POST',
      body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
    })
  ).status;

async function emailTo(person: Person): Promise<OutboxEntry> {
  return until('the email', async () => (await stack.outbox(person.email)).at(-1));
}

/** The sign-in page as a browser has it: its cookie, and the token of its form. */
async function signInForm(): Promise<{ cookie: string; csrf: string }> {
  const { html, headers } = await open(`${stack.url}/console/sign-in`);
  const cookie = headers.getSetCookie().map((line) => line.split(';')[0]);
  return { cookie: cookie.join('; '), csrf: /name="csrf" value="([^"]+)"/.exec(html)![1]! };
}
const signInBy = async ({ cookie, csrf }: { cookie: string; csrf: string }): Promise<number> => {
  const body = new URLSearchParams({ csrf, key: stack.apiKey, staff: 'Eve', to: '/console' });
  const call = { method: 'POST', body, headers: { cookie }, redirect: 'manual' } as const;
  return (await fetch(`${stack.url}/console/sign-in`, call)).status;
};

const kept = {
  form: { cookie: '', csrf: '' },
  links: {} as Record<'gone' | 'dan' | 'preferences' | 'asked', string>,
  booking: '',
  code: '',
};
const first = { answer: {} as object, crashed: '' };

beforeAll(async () => {
  stack = await startStack();
  for (const person of [ann, gone, dan, eve]) {
    await registerWithConsent(stack, person, ['email', 'sms']);
    await queue(stack, person, 'hello');
    await until('it arrived', async () => (await arrived(stack, person)).length === 2);
  }
  await registerWithConsent(stack, stopped, ['sms']);
  for (const person of [stopped, gone]) {
    await textUs(person, 'STOP');
    await until('stopped', async () => (await stateOf(person, 'sms')) === 'revoked');
  }
  await registerWithConsent(stack, ivy, ['email']);
  await stack.call('DELETE', `/v1/contacts/${ivy.id}/consents/email`);
  await register(stack, fay);
  await queue(stack, fay, 'held');
  const asked = await optIns(stack, fay, 2);
  kept.links = {
    asked: linkOf(asked.find(({ channel }) => channel === 'email')!),
    gone: linkIn(await emailTo(gone), 'u'),
    dan: linkIn(await emailTo(dan), 'u'),
    preferences: linkIn(await emailTo(dan), 'p'),
  };
  await until(
    'erased',
    async () => (await stack.call('DELETE', `/v1/contacts/${gone.id}`)).status === 204,
  );
  kept.booking = await chooseHosted(stack, byEmail(zoe));
  kept.code = await codeTo(stack, zoe.email);
  first.answer = (await send('answered')).body;
  first.crashed = (await send('crashed')).body.messages[0]!.id;
  await send('named', { id: `${ann.id}-named` });
  // One that was given back on its way, and has an earlier attempt to another address.
  const { prisma } = stack.db;
  const delivery = await prisma.delivery.findFirstOrThrow({
    where: { contactId: ann.id, method: 'email', status: { in: ['sent', 'delivered'] } },
  });
  await prisma.delivery.update({
    where: { id: delivery.id },
    data: { earlierIds: ['', 'x'], earlierAddresses: ['', delivery.addressHash!] },
  });
  kept.form = await signInForm();
  if ((await signInBy(kept.form)) !== 303) throw new Error('the form was not taken');
  // The process died before it could keep its answer.
  await prisma.idempotencyKey.deleteMany({ where: { key: 'crashed' } });
});

/** Of what is left to do for an address: worked off within seconds (its row is in test/db/lookup-replace.test.ts). */
const lasting = listedColumns.filter((name) => name !== 'reopenings.address_hash');

const replace = (keys = testKey) => runAdmin(stack.databaseUrl, ['replace-lookup-key'], keys);

/** Stops the service, replaces the key, and looks into every table before the service runs again. */
async function replaceAndLook(): Promise<void> {
  const before = await hashesIn(stack.db);
  const firstKeys = await loadLookupKeys(stack.db.prisma, stack.db.cipher);
  const address = (keysOf: Buffer[]) => createLookup(keysOf).hash('address', stopped.phone);
  expect(before.get('suppressions.address_hash')).toContain(address(firstKeys));
  await stack.stop();
  const { code, output } = await replace();
  expect([code, output]).toEqual([0, expect.stringContaining('replaced in')]);
  await restart();

  const after = await hashesIn(stack.db);
  const old = lasting.flatMap((name) => [...before.get(name)!]);
  expect(old.length).toBeGreaterThan(30);
  expect(await columnsWith(stack.db, [...old, address(firstKeys)])).toEqual([]);
  // A worker that runs again may have written more.
  for (const name of lasting)
    expect([name, after.get(name)!.size >= before.get(name)!.size]).toEqual([name, true]);
  const newKeys = await loadLookupKeys(stack.db.prisma, stack.db.cipher);
  expect(newKeys.slice(0, -1)).toEqual(firstKeys);
  expect(after.get('suppressions.address_hash')).toContain(address(newKeys));
}

/** What holds hashes that are not the look-up key's: of random tokens and of evidence, and ids made of a call's key. */
const others =
  /^(\w+\.(callback_hash|key_hash|token_hash|commitment|hash|statement|signature|previous_signature|key_id|root)|messages\.id|\w+\.message_id)$/;

it('every column that has a hash in it is known, and each that is listed has one here', async () => {
  const found = [...(await hashesIn(stack.db)).keys()];
  expect(found.filter((name) => !listedColumns.includes(name) && !others.test(name))).toEqual([]);
  expect(lasting.filter((name) => !found.includes(name))).toEqual([]);
});

it('is not replaced while the service runs', async () => {
  const { code, output } = await replace();
  expect([code, output]).toEqual([1, expect.stringContaining('stop every API and worker')]);
  expect(await stack.db.prisma.secret.count()).toBe(1);
});

describe('after the key was replaced', () => {
  beforeAll(() => replaceAndLook());

  it('an address that staff stopped is stopped when it is corrected and corrected back', async () => {
    for (const email of [someone().email, ivy.email]) {
      const { status } = await stack.call('PATCH', `/v1/contacts/${ivy.id}`, { email });
      expect(status).toBe(200);
    }
    expect(await stateOf(ivy, 'email')).toBe('revoked');
  });

  it('a number that said STOP stays stopped, also of somebody who was erased and comes back', async () => {
    expect(await stateOf(stopped, 'sms')).toBe('revoked');
    const back = { ...someone(), phone: gone.phone };
    await register(stack, back, ['sms']);
    expect(await stateOf(back, 'sms')).toBe('revoked');
    await queue(stack, back, 'not any more');
    await queue(stack, eve, 'next');
    await until('what goes to others arrives', async () =>
      (await contents(stack, eve, 'sms')).includes('next'),
    );
    expect((await arrived(stack, back)).length).toBe(0);
  });

  it('links that unsubscribe still do, those of erased people too', async () => {
    expect((await open(here(kept.links.dan))).status).toBe(200);
    expect(await oneClick(here(kept.links.dan))).toBe(200);
    expect(await stateOf(dan, 'email')).toBe('revoked');
    expect(await oneClick(here(kept.links.gone))).toBe(200);
    const back = { ...someone(), email: gone.email };
    await register(stack, back, ['email']);
    expect(await stateOf(back, 'email')).toBe('revoked');
  });

  it('links to the preferences ended, since they could be made up; the next message brings one', async () => {
    const page = await open(here(kept.links.preferences));
    expect(page.html).toMatch(/This link has expired/);
    expect(page.html).not.toContain('name="stop"');
    await queue(stack, eve, 'with a link');
    const entry = await until('it', async () =>
      (await stack.outbox(eve.email)).find(({ text }) => text.includes('with a link')),
    );
    expect((await open(linkIn(entry, 'p'))).html).toContain('name="stop"');
  });

  it('a token of the console’s forms from before is worth nothing, and a new one is', async () => {
    expect(await signInBy(kept.form)).toBe(403);
    expect(await signInBy(await signInForm())).toBe(303);
  });

  it('a repeated call is known, also one whose answer was lost', async () => {
    expect((await send('answered')).body).toEqual(first.answer);
    expect((await send('answered', { body: 'x' })).status).toBe(409);
    expect((await send('crashed')).body.messages[0]!.id).toBe(first.crashed);
    const named = { id: `${ann.id}-named` };
    expect((await send('named-again', named)).status).toBe(202);
    expect((await send('named-otherwise', { ...named, body: 'x' })).status).toBe(409);
    const { prisma } = stack.db;
    expect(await prisma.message.count({ where: { contactId: ann.id } })).toBe(4);
  });

  it('people are found by their name and address, and by a code that was under way', async () => {
    for (const query of ['example', ann.email, ann.phone]) {
      const { body } = await stack.call<{ items: { id: string }[] }>(
        'GET',
        `/v1/contacts?query=${encodeURIComponent(query)}&limit=100`,
      );
      expect(body.items.map(({ id }) => id)).toContain(ann.id);
    }
    await submit(here(kept.booking), { do: 'prove', codeEmail: kept.code });
    const { body } = await stack.call<{ items: object[] }>(
      'GET',
      `/v1/contacts?query=${encodeURIComponent(zoe.email)}`,
    );
    expect(body.items).toHaveLength(1);
  });

  it('a reply finds its contact, and its STOP stops', async () => {
    await textUs(ann, 'When is my visit?');
    await until('it is in the list', async () => {
      const { body } = await stack.call<{ items: { contactId?: string }[] }>(
        'GET',
        '/v1/inbound?handled=false',
      );
      return body.items.some(({ contactId }) => contactId === ann.id);
    });
    await textUs(ann, 'STOP');
    await until('stopped', async () => (await stateOf(ann, 'sms')) === 'revoked');
  });

  it('somebody who was asked before says yes', async () => {
    await decide(here(kept.links.asked), 'accept');
    await textUs(fay, 'YES');
    await until('what was held arrives', async () =>
      (await contents(stack, fay, 'sms')).includes('held'),
    );
    expect(await lightOf(stack, fay)).toMatchObject({ light: 'green' });
  });

  it('the evidence verifies', async () => {
    const { code, output } = await runAdmin(stack.databaseUrl, ['verify-ledger']);
    expect([code, output]).toEqual([0, expect.stringMatching(/, 0 problems\n$/)]);
  });
});

describe('replaced again, with a new encryption key', () => {
  const fresh = newEncryptionKey('fresh');
  beforeAll(() => replaceAndLook());

  it('everything holds, and sealing with another key takes them along', async () => {
    const back = { ...someone(), phone: ann.phone, email: gone.email };
    await register(stack, back);
    expect(await stateOf(back, 'sms')).toBe('revoked');
    expect(await stateOf(back, 'email')).toBe('revoked');
    expect(await oneClick(here(kept.links.dan))).toBe(200);
    expect((await send('crashed')).body.messages[0]!.id).toBe(first.crashed);

    const both = `${fresh},${testKey}`;
    expect((await runAdmin(stack.databaseUrl, ['reencrypt'], both)).code).toBe(0);
    expect((await runAdmin(stack.databaseUrl, ['verify-ledger'], fresh)).code).toBe(0);
    await stack.stop();
    expect((await replace(fresh)).output).toMatch(/key "fresh", the look-up key number 4\./);
    stack = await startStack({ over: stack, env: { ENCRYPTION_KEYS: both } });
    expect(await stateOf(stopped, 'sms')).toBe('revoked');
    const again = { ...someone(), phone: gone.phone };
    await register(stack, again, ['sms']);
    expect(await stateOf(again, 'sms')).toBe('revoked');
  });
});
