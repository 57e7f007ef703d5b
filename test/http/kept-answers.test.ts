import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressHash } from '../../src/record/contacts/contact-store.ts';
import { register, someone } from '../harness/people.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';

/** What is kept of answers under an Idempotency-Key, and for how long. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack.stop());

let serial = 0;
const newKey = (): string => `key-${(serial += 1)}`;
const post = <T = Record<string, unknown>>(path: string, body: unknown, key: string) =>
  stack.call<T>('POST', `/v1${path}`, body, { 'idempotency-key': key });
const isReplayed = ({ headers }: { headers: Headers }): boolean =>
  headers.get('idempotency-replayed') === 'true';
const rowOf = (key: string) => stack.db.prisma.idempotencyKey.findFirst({ where: { key } });

/** A text from a number that no contact has yet. */
async function textOfStranger(words: string) {
  const person = someone();
  const to = stack.config.senders.smsFrom;
  expect((await stack.control('/inbound', { from: person.phone, to, text: words })).ok).toBe(true);
  const row = await until('the reply is kept', () =>
    stack.db.prisma.inboundMessage.findFirst({
      where: { addressHash: addressHash(stack.db, person.phone) },
    }),
  );
  return { person, path: `/inbound/${row.id}/handled` };
}

describe('a repeated call', () => {
  it('is the same call however the characters of its path are escaped', async () => {
    const person = someone();
    await register(stack, person, ['email']);
    const message = { kind: 'ad_hoc', subject: 's', body: 'b' };
    const key = newKey();
    const escaped = `%${person.id.charCodeAt(0).toString(16)}${person.id.slice(1)}`;
    const first = await post(`/contacts/${person.id}/messages`, message, key);
    const again = await post(`/contacts/${escaped}/messages`, message, key);
    expect([first.status, isReplayed(again), again.body]).toEqual([202, true, first.body]);
  });
});

describe('a key that is used again after its day', () => {
  it('is a new call, and a repeat of that one is the same', async () => {
    const person = someone();
    await register(stack, person, ['email']);
    const at = `/contacts/${person.id}/messages`;
    const message = { kind: 'ad_hoc', subject: 's', body: 'b' };
    const key = newKey();
    type Stored = { messages: { id: string }[] };
    const ofDays: string[] = [];
    for (const day of [3, 2, 1]) {
      const { status, body } = await post<Stored>(at, message, key);
      expect([day, status]).toEqual([day, 202]);
      ofDays.push(body.messages[0]!.id);
      // As after a crash: the message is stored, its answer is not.
      await stack.db.prisma.idempotencyKey.deleteMany({ where: { key } });
      expect((await post<Stored>(at, message, key)).body.messages[0]!.id).toBe(ofDays.at(-1));
      await stack.db.prisma.$executeRaw`
        UPDATE messages SET created_at = created_at - interval '25 hours' WHERE contact_id = ${person.id}`;
      await stack.db.prisma.idempotencyKey.updateMany({
        where: { key },
        data: { createdAt: new Date(Date.now() - 25 * 3_600_000) },
      });
    }
    expect(new Set(ofDays).size).toBe(3);
  });
});

describe('an answer that names no contact', () => {
  it('about a reply is not kept; the call, which changes nothing more, is made again', async () => {
    const { person, path } = await textOfStranger('wizzle wuzzle');
    const key = newKey();
    const first = await post<{ text: string; handledAt: string }>(path, undefined, key);
    expect(first).toMatchObject({ status: 200, body: { text: 'wizzle wuzzle' } });
    expect(await rowOf(key)).toMatchObject({ status: 200, answerEnc: null, contactIds: [] });
    const again = await post<{ handledAt: string }>(path, undefined, key);
    expect(again.body.handledAt).toBe(first.body.handledAt);
    expect(isReplayed(again)).toBe(false);

    await register(stack, person, ['sms']);
    expect((await stack.call('DELETE', `/v1/contacts/${person.id}`)).status).toBeLessThan(300);
    const later = await post(path, undefined, key);
    expect(JSON.stringify(later.body)).not.toContain('wizzle');
  });

  it('that a process of before kept whole is not given again either', async () => {
    const key = newKey();
    const person = someone();
    await register(stack, person, ['email']);
    const message = { kind: 'ad_hoc', subject: 's', body: 'b' };
    const at = `/contacts/${person.id}/messages`;
    const sent = await post(at, message, key);
    expect(isReplayed(await post(at, message, key))).toBe(true);
    await stack.db.prisma.idempotencyKey.updateMany({
      where: { key: key },
      data: { contactIds: [] },
    });
    const refused = await post<{ error: { code: string; message: string } }>(at, message, key);
    expect(refused).toMatchObject({
      status: 409,
      body: { error: { code: 'idempotency_not_kept' } },
    });
    expect(refused.body.error.message).toContain(String(sent.status));
  });

  it('of a preview is neither kept nor given again', async () => {
    const key = newKey();
    const path = '/templates/ad_hoc/sms/preview';
    const preview = (text: string) => post<{ text: string }>(path, { data: { text } }, key);
    expect((await preview('Ann Wizzle')).body.text).toContain('Wizzle');
    expect(await rowOf(key)).toBeNull();
    const other = await preview('another');
    expect(other).toMatchObject({ status: 200, body: { text: 'another' } });
    expect(isReplayed(other)).toBe(false);
  });

  it('and holds nothing of a person is given again', async () => {
    const key = newKey();
    const first = await post<{ url: string }>('/booking-sessions', {}, key);
    expect(first.status).toBe(201);
    const again = await post('/booking-sessions', {}, key);
    expect(again).toMatchObject({ status: 201, body: first.body });
    expect(isReplayed(again)).toBe(true);
  });

  it('and refuses the call is given again: an error repeats nobody’s words', async () => {
    const key = newKey();
    const call = () =>
      post('/inbound/00000000-0000-0000-0000-000000000000/handled', undefined, key);
    expect(isReplayed(await call())).toBe(false);
    const again = await call();
    expect(again.status).toBe(404);
    expect(isReplayed(again)).toBe(true);
  });
});

describe('the secret of a webhook endpoint, shown once,', () => {
  it('is not in the answer that is given again', async () => {
    const key = newKey();
    const body = { url: `${stack.url}/x` };
    const made = await post<{ id: string; secret?: string }>('/webhook-endpoints', body, key);
    expect(made.status).toBe(201);
    expect(made.body.secret).toMatch(/^whsec_/);
    const again = await post<{ id: string; secret?: string }>('/webhook-endpoints', body, key);
    expect(isReplayed(again)).toBe(true);
    const { secret: _secret, ...rest } = made.body;
    expect(again).toMatchObject({ status: 201, body: rest });
    expect(again.body).not.toHaveProperty('secret');

    const rotate = `/webhook-endpoints/${made.body.id}/rotate`;
    const other = newKey();
    expect((await post<{ secret?: string }>(rotate, undefined, other)).body.secret).toMatch(
      /^whsec_/,
    );
    const rotatedAgain = await post(rotate, undefined, other);
    expect(isReplayed(rotatedAgain)).toBe(true);
    expect(rotatedAgain.body).not.toHaveProperty('secret');
  });
});
