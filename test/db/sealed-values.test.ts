import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCipher } from '../../src/platform/db/cipher.ts';
import { readPauseNote } from '../../src/record/practices/practice-switches.ts';
import { createKey, createPractice } from '../../src/record/practices/practice-store.ts';
import { reencrypt } from '../../src/features/keys/reencrypt.ts';
import { placeOf, sealedColumns, type SealedColumn } from '../../src/platform/db/sealed-columns.ts';
import { formerValue } from '../harness/former-seals.ts';
import {
  arrived,
  contents,
  lightOf,
  queue,
  register,
  registerWithConsent,
  someone,
  type Person,
} from '../harness/people.ts';
import { statementsOf } from '../harness/statements.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';
import { signIn } from '../harness/visitor.ts';

/** Somebody who can write to the database, and has no key, moves sealed values to where they are shown or sent. */

let stack: Stack;
let other: { id: string; auth: Record<string, string> };
beforeAll(async () => {
  stack = await startStack();
  const id = `${stack.practiceId}-other`;
  await createPractice(stack.db, { id, name: 'Other Practice' });
  const { key } = await createKey(stack.db, id, 'test');
  other = { id, auth: { authorization: `Bearer ${key}` } };
});
afterAll(() => stack.stop());

const rowOf = ({ id }: Person, practiceId = stack.practiceId) =>
  stack.db.prisma.contact.findUniqueOrThrow({ where: { practiceId_id: { practiceId, id } } });

const change = (
  { id }: Person,
  data: { nameEnc?: string | null; birthDateEnc?: string | null },
  practiceId = stack.practiceId,
) => stack.db.prisma.contact.update({ where: { practiceId_id: { practiceId, id } }, data });

describe('a name that was moved by SQL', () => {
  type Shown = { name?: string; birthDate?: string; unreadable?: true; light: string };

  it('is not shown to another practice, nor of another contact', async () => {
    const [alice, mal] = [someone(), someone()];
    const birthDate = '1980-02-03';
    const about = { name: 'Alice Secret', role: 'client', methods: ['email'], email: alice.email };
    await stack.call('PUT', `/v1/contacts/${alice.id}`, { ...about, birthDate });
    await register(stack, mal, ['email']);
    const at = `/v1/contacts/${mal.id}`;
    const mine = { name: 'M', role: 'client', methods: ['email'], email: mal.email, birthDate };
    expect((await stack.call('PUT', at, mine, other.auth)).status).toBe(201);
    const { nameEnc, birthDateEnc } = await rowOf(alice);

    await change(mal, { nameEnc }, other.id);
    await change(mal, { nameEnc, birthDateEnc });
    const theirs = await stack.call<Shown>('GET', at, undefined, other.auth);
    const ours = await stack.call<Shown>('GET', at);
    for (const { status, body } of [theirs, ours]) {
      expect(status).toBe(200);
      expect(body).toMatchObject({ unreadable: true, light: 'red' });
      expect(JSON.stringify(body)).not.toMatch(/Secret|1980/);
    }
    // An unreadable value is never merged with new ones.
    const patched = await stack.call<{ error: { code: string } }>('PATCH', at, { role: 'client' });
    expect([patched.status, patched.body.error.code]).toEqual([500, 'unreadable']);
    expect((await stack.call('PUT', at, mine)).body).toMatchObject({ name: 'M' });
  });

  it('is shown to staff as unreadable, beside readable contacts, and counted', async () => {
    const [alice, bob] = [someone(), someone()];
    await register(stack, alice);
    await register(stack, bob);
    await change(bob, { nameEnc: (await rowOf(alice)).nameEnc });
    const staff = await signIn(stack);
    const page = await staff.open(`/console/contacts/${bob.id}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain('can’t be opened any more');
    expect(page.text).not.toContain('Ann Example');
    const list = await staff.open('/console');
    expect(list.status).toBe(200);
    expect(list.text).toContain(alice.id);
    expect(list.text).toContain(bob.id);
    const { body } = await stack.call<{ items: { id: string; unreadable?: true }[] }>(
      'GET',
      `/v1/contacts?ids=${alice.id},${bob.id}`,
    );
    expect(body.items.map(({ id, unreadable }) => [id, unreadable])).toEqual([
      [alice.id, undefined],
      [bob.id, true],
    ]);
    const metrics = await (await fetch(`${stack.url}/metrics`)).text();
    expect(metrics).toMatch(/^optgate_values_unreadable_total\{column="contacts.name"\} [1-9]/m);
  });
});

describe('a lane', () => {
  it.each(['another practice', 'the same practice'])(
    'sends no text that was moved into it from %s, and goes on with the next',
    async (from) => {
      const [alice, mal] = [someone(), someone()];
      const auth = from === 'another practice' ? other.auth : {};
      await stack.call(
        'PUT',
        `/v1/contacts/${alice.id}`,
        { name: 'A', role: 'client', methods: ['email'], email: alice.email },
        auth,
      );
      const secret = { kind: 'ad_hoc', subject: 'Result', body: 'a secret diagnosis' };
      const stored = await stack.call<{ messages: { id: string }[] }>(
        'POST',
        `/v1/contacts/${alice.id}/messages`,
        secret,
        auth,
      );
      const practiceId = from === 'another practice' ? other.id : stack.practiceId;
      const sealed = await stack.db.prisma.message.findUniqueOrThrow({
        where: { practiceId_id: { practiceId, id: stored.body.messages[0]!.id } },
      });

      // Its words are taken before it is due.
      await registerWithConsent(stack, mal, ['email']);
      const later = new Date(stack.db.clock.now().getTime() + 3_600_000).toISOString();
      const id = `${mal.id}-moved`;
      const mine = { id, kind: 'ad_hoc', subject: 's', body: 'b', sendAt: later };
      await stack.call('POST', `/v1/contacts/${mal.id}/messages`, mine);
      await stack.db.prisma.message.update({
        where: { practiceId_id: { practiceId: stack.practiceId, id } },
        data: { contentEnc: sealed.contentEnc },
      });
      await stack.db.prisma.delivery.updateMany({
        where: { messageId: id },
        data: { dueAt: stack.db.clock.now() },
      });
      await queue(stack, mal, 'next');
      await until('the next', async () => (await contents(stack, mal, 'email')).length === 1);
      expect(await contents(stack, mal, 'email')).toEqual(['next']);
      const shown = await stack.call<{ deliveries: object[]; unreadable?: true; body?: string }>(
        'GET',
        `/v1/messages/${id}`,
      );
      expect(shown).toMatchObject({
        status: 200,
        body: {
          unreadable: true,
          deliveries: [{ status: 'failed', reason: 'what is stored for it cannot be opened' }],
        },
      });
      expect(shown.body.body).toBeUndefined();
    },
  );

  it('sends nothing to an address that was moved into it', async () => {
    const [alice, mal] = [someone(), someone()];
    await registerWithConsent(stack, alice, ['email']);
    await register(stack, mal, ['email']);
    const of = (person: Person) => ({
      practiceId_contactId_method: {
        practiceId: stack.practiceId,
        contactId: person.id,
        method: 'email',
      },
    });
    const { addressEnc } = await stack.db.prisma.channel.findUniqueOrThrow({ where: of(mal) });
    await stack.db.prisma.channel.update({ where: of(alice), data: { addressEnc } });
    await queue(stack, alice, 'a secret diagnosis');
    const failed = await until('it failed', () =>
      stack.db.prisma.delivery.findFirst({ where: { contactId: alice.id, status: 'failed' } }),
    );
    expect(failed.reason).toBe('what is stored for it cannot be opened');
    expect(await arrived(stack, mal)).toEqual([]);
    expect(await arrived(stack, alice)).toEqual([]);
    expect((await lightOf(stack, alice)).queued).toBe(0);
  });
});

describe('a sealed value', () => {
  const keys = [{ id: 'k', key: Buffer.alloc(32, 1) }];
  const cipher = createCipher(keys);

  it.each(Object.keys(sealedColumns) as SealedColumn[])('of %s opens in its place only', (name) => {
    const { row } = sealedColumns[name];
    const words = row.map((column) => `a ${column}`);
    const place = { column: name, row: words };
    const sealed = cipher.seal('x', place);
    expect(cipher.open(sealed, place)).toBe('x');
    const elsewhere = [
      ...words.map((_, index) => ({ column: name, row: words.with(index, 'another') })),
      { column: name, row: [words.join(',')] },
      { column: name, row: [...words, ''] },
      ...(Object.keys(sealedColumns) as SealedColumn[])
        .filter((one) => one !== name)
        .map((column) => ({ column, row: words })),
    ].filter(({ row: [...at], column }) => column !== name || at.join('|') !== words.join('|'));
    for (const at of elsewhere) expect(() => cipher.open(sealed, at)).toThrow(/does not open/);
    // Nor is it taken for one of before.
    const unmarked = sealed.split('.').slice(0, 4).join('.');
    expect(() => cipher.open(unmarked, place)).toThrow(/does not open/);
  });

  it('of a release that bound it to its column alone opens until that is over', () => {
    const key = `k:${keys[0]!.key.toString('base64')}`;
    const place = placeOf('contacts.name', 'p', 'c');
    const former = formerValue('Ann', 'contacts.name', key);
    expect(cipher.open(former, place)).toBe('Ann');
    const strict = createCipher(keys, { requireBound: true });
    expect(() => strict.open(former, place)).toThrow(/not bound to its row/);
    expect(strict.open(cipher.seal('Ann', place), place)).toBe('Ann');
    expect([...strict.unopened]).toEqual([['contacts.name', 1]]);
  });
});

describe('re-encryption', () => {
  it('binds every value of before to its row, over many pages, and again where it was stopped', async () => {
    const ids = Array.from({ length: 1_100 }, (_, index) => `sealed-${index}`);
    const now = stack.db.clock.now();
    const { practiceId } = stack;
    const nameEnc = formerValue('Ann Former', 'contacts.name');
    await stack.db.prisma.contact.createMany({
      data: ids.map((id) => ({
        practiceId,
        id,
        registered: false,
        role: 'client',
        nameEnc,
        version: 0,
        announcedVersion: 0,
        createdAt: now,
        updatedAt: now,
      })),
    });
    // Somebody moved a value of another row here: it is reported, left, and blocks nothing.
    const moved = stack.db.cipher.seal('T', placeOf('contacts.name', practiceId, ids[0]!));
    const second = { id: ids[1]! };
    await stack.db.prisma.contact.update({
      where: { practiceId_id: { practiceId, id: second.id } },
      data: { nameEnc: moved.replace(/^test\./, 'gone.') },
    });

    const counts: Record<string, { sealed: number; unopened: number }> = {};
    let total = { sealed: 0, unopened: 0 };
    const statements = await statementsOf(async () => {
      total = await reencrypt(stack.db, 'test', (name, count) => (counts[name] = count));
    });
    // Each page begins behind the one before: none looks again at what was done.
    const pages = statements.filter(({ text }) => text.includes('octet_length(name_enc)'));
    const [first, ...begins] = pages.map(({ values }) => values.slice(2, -1).join(' '));
    expect([first, begins.length]).toEqual(['', 2]);
    expect(begins).toEqual([...new Set(begins)].toSorted());
    expect(counts['contacts.name_enc']).toEqual({
      sealed: 1_099,
      unopened: expect.any(Number),
      held: 0,
    });
    expect(total.unopened).toBeGreaterThanOrEqual(1);
    const rows = await stack.db.prisma.contact.findMany({ where: { id: { in: ids } } });
    const strict = createCipher(stack.config.encryptionKeys, { requireBound: true });
    for (const { id, nameEnc } of rows.filter((row) => row.id !== second.id))
      expect(strict.open(nameEnc!, placeOf('contacts.name', stack.practiceId, id))).toBe(
        'Ann Former',
      );
    expect((await reencrypt(stack.db, 'test', () => {})).sealed).toBe(0);
  });

  it('takes away what stood in the clear', async () => {
    const { prisma } = stack.db;
    const ann = someone();
    await register(stack, ann);
    const id = `${ann.id}-m`;
    const message = { id, kind: 'ad_hoc', body: 'b' };
    expect((await stack.call('POST', `/v1/contacts/${ann.id}/messages`, message)).status).toBe(202);
    await prisma.message.updateMany({ where: { id }, data: { about: 'her knee' } });
    await prisma.apiKey.updateMany({ where: { practiceId: other.id }, data: { label: 'Dr. No' } });
    await prisma.practice.update({
      where: { id: other.id },
      data: { pausedReason: 'Ann complained' },
    });
    expect((await stack.call('GET', `/v1/messages/${id}`)).body).toMatchObject({
      about: 'her knee',
    });
    expect(await readPauseNote(stack.db, other.id)).toBe('Ann complained');
    const at = `/v1/contacts/${ann.id}`;
    await stack.call('POST', `${at}/waivers`, { method: 'sms', reason: 'a landline' });
    const waived = { contactId: ann.id, method: 'sms' };
    await prisma.channel.updateMany({ where: waived, data: { reason: 'her husband reads it' } });
    expect((await lightOf(stack, ann)).channels.sms).toMatchObject({ reason: 'a landline' });

    await reencrypt(stack.db, 'test', () => {});
    expect(await prisma.message.findFirst({ where: { id } })).toMatchObject({ about: null });
    expect(await prisma.channel.findFirst({ where: waived })).toMatchObject({
      reason: 'waived by staff',
    });
    expect(await prisma.apiKey.findFirst({ where: { practiceId: other.id } })).toMatchObject({
      label: '',
      labelEnc: expect.any(String) as string,
    });
    expect(await prisma.practice.findUnique({ where: { id: other.id } })).toMatchObject({
      pausedReason: 'paused',
    });
    expect((await stack.call('GET', `/v1/messages/${id}`)).body).toMatchObject({
      about: 'her knee',
    });
    expect(await readPauseNote(stack.db, other.id)).toBe('Ann complained');
  });
});
