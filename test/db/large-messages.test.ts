import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeRange } from '../../src/signals/signal-record.ts';
import { rowOf } from '../../src/record/messages/message-store.ts';
import { limits } from '../../src/core/limits.ts';
import * as lanes from '../harness/lanes.ts';
import { register, registerWithConsent, saidIn, someone, type Person } from '../harness/people.ts';
import { statementsOf, type Statement } from '../harness/statements.ts';
import { startStack, type Stack } from '../harness/stack.ts';

/** However much others wrote into the rows that a reader takes: it has only so much of it open at once. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack.stop());

const largest = (n: number) => ({
  email: { subject: `s${n}`, text: `${n} `.padEnd(limits.emailBytes, 'x') },
  fax: { subject: `s${n}`, text: 'y'.repeat(limits.emailBytes) },
});

/** As many of the largest messages, from the API's own door. */
async function queueLargest({ id }: Person, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, n) => `${id}-${n}`);
  for (let from = 0; from < count; from += 20) {
    const { status } = await stack.call(
      'POST',
      `/v1/contacts/${id}/messages`,
      ids.slice(from, from + 20).map((messageId, n) => ({
        id: messageId,
        kind: 'ad_hoc',
        content: largest(from + n),
      })),
    );
    expect(status).toBe(202);
  }
  return ids;
}

/** How many rows each statement asks for that reads sealed words of messages. */
const opened = (statements: readonly Statement[]): number[] =>
  statements
    .filter(({ text }) => /^SELECT[^]*"messages"\."content_enc"[^]*FROM[^]*"messages"/.test(text))
    .map(({ text }) => {
      const named = /"id" IN \(([^)]*)\)/.exec(text)?.[1]?.split(',').length;
      return named ?? 1;
    });

const together = Math.floor(limits.openedBytes / limits.messageBytes);

describe('a contact with many of the largest messages', () => {
  const count = 60;
  let ann: Person;
  let ids: string[];
  beforeAll(async () => {
    ann = someone();
    await registerWithConsent(stack, ann, ['email']);
    ids = await queueLargest(ann, count);
  });

  it('is exported whole and in order, a few of them at a time', async () => {
    let answer: { messages: { id: string; content: { content: object } }[] } | undefined;
    const statements = await statementsOf(async () => {
      answer = (
        await stack.call<NonNullable<typeof answer>>('GET', `/v1/contacts/${ann.id}/export`)
      ).body;
    });
    expect(answer!.messages.map(({ id }) => id)).toEqual(ids);
    expect(answer!.messages.map(({ content }) => content.content)).toEqual(
      ids.map((_, n) => largest(n)),
    );
    const rows = opened(statements);
    expect(rows.length).toBeGreaterThan(count / together);
    expect(Math.max(...rows)).toBeLessThanOrEqual(together);
  });

  it('is sent to in several claims, in order, each message once', async () => {
    const sent: string[] = [];
    while (sent.length < count) {
      const before = sent.length;
      const statements = await statementsOf(async () => {
        const claimed = await lanes.claimed(stack, ann, 'email');
        if (claimed.kind !== 'email') throw new Error('no emails');
        sent.push(...claimed.emails.map((email) => saidIn(email).split(' ')[0]!));
        await lanes.settle(stack, claimed, { kind: 'sent', providerId: newId() });
      });
      expect(Math.max(...opened(statements))).toBeLessThanOrEqual(together);
      expect(sent.length).toBeGreaterThan(before);
      expect(sent.length - before).toBeLessThanOrEqual(together);
    }
    expect(sent).toEqual(ids.map((_, n) => String(n)));
    expect((await lanes.claim(stack, ann, 'email')).kind).toBe('none');
  });
});

it('a contact with many ordinary messages is exported and sent to as many at a time as before', async () => {
  const bob = someone();
  await registerWithConsent(stack, bob, ['email']);
  const messages = Array.from({ length: limits.emailBatch }, (_, n) => ({
    kind: 'ad_hoc',
    subject: 's',
    body: `words ${n}`,
  }));
  expect((await stack.call('POST', `/v1/contacts/${bob.id}/messages`, messages)).status).toBe(202);
  const exported = await statementsOf(() => stack.call('GET', `/v1/contacts/${bob.id}/export`));
  expect(opened(exported)).toEqual([limits.pageDefault, limits.emailBatch - limits.pageDefault]);
  const claimed = await statementsOf(async () => {
    const claim = await lanes.claimed(stack, bob, 'email');
    expect(claim.kind === 'email' && claim.emails).toHaveLength(limits.emailBatch);
  });
  expect(opened(claimed)).toEqual([limits.emailBatch]);
});

describe('a message from before messages had a limit as a whole', () => {
  const words = {
    subject: 's',
    body: 'See you',
    content: { fax: { subject: 's', text: '€'.repeat(limits.emailBytes) } },
  };
  const input = { kind: 'ad_hoc' as const, ...words };
  const post = ({ id }: Person, message: object) =>
    stack.call<{ error: { code: string; details: object[] } }>(
      'POST',
      `/v1/contacts/${id}/messages`,
      message,
    );

  /** As it lies in the table. */
  async function storedLongAgo(person: Person): Promise<string> {
    const id = `${person.id}-old`;
    expect((await post(person, { ...input, id, content: undefined })).status).toBe(202);
    const { practiceId, db } = stack;
    const entry = { contactId: person.id, input: { ...input, id } };
    const { row } = rowOf(db, { practiceId, id }, entry, db.clock.now(), 'http');
    const { contentEnc, contentHash, size, methods } = row;
    await db.prisma.message.update({
      where: { practiceId_id: { practiceId, id } },
      data: { contentEnc, contentHash, size, methods },
    });
    await db.prisma.delivery.updateMany({ where: { practiceId, messageId: id }, data: { size } });
    return id;
  }

  it('is refused today, wherever its words stand', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    for (const methods of [undefined, ['email']]) {
      const { status, body } = await post(ann, { ...input, methods });
      expect([status, body.error.code]).toEqual([422, 'email_too_large']);
      const count = 3 * limits.emailBytes;
      expect(body.error.details).toEqual([expect.objectContaining({ count })]);
    }
    expect(await stack.db.prisma.message.count({ where: { contactId: ann.id } })).toBe(0);
  });

  it('is read, exported, taken again and sent', async () => {
    const cat = someone();
    await registerWithConsent(stack, cat, ['email']);
    const id = await storedLongAgo(cat);
    expect((await stack.call('GET', `/v1/messages/${id}`)).body).toMatchObject(words);
    const path = `/v1/contacts/${cat.id}/export`;
    const { body } = await stack.call<{ messages: { content: object }[] }>('GET', path);
    expect(body.messages.map(({ content }) => content)).toEqual([words]);
    expect((await post(cat, { ...input, id })).status).toBe(202);
    const claim = await lanes.claimed(stack, cat, 'email');
    expect(claim.kind === 'email' && claim.emails.map(saidIn)).toEqual(['See you']);
  });
});

describe('a template that makes much of a little data', () => {
  const times = 45;
  const data = { x: 'z'.repeat(limits.templateValueCharacters) };
  const rendered = times * limits.templateValueCharacters;
  const tooMany = Math.ceil(limits.callRenderBytes / rendered) + 1;
  const message = { kind: 'ad_hoc', template: 'ad_hoc', data, methods: ['email'] };
  const stored = ({ id }: Person) =>
    stack.db.prisma.message.count({ where: { contactId: id, size: { gt: rendered } } });
  beforeAll(async () => {
    await stack.call('PUT', '/v1/templates/ad_hoc/email', {
      subject: 's',
      text: '{{ x }}'.repeat(times),
    });
  });

  it('is rendered for no more messages of one call than a call may bring itself', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    const send = (count: number) =>
      stack.call<{ error: { code: string } }>(
        'POST',
        `/v1/contacts/${ann.id}/messages`,
        Array.from({ length: count }, () => message),
      );
    const { status, body } = await send(tooMany);
    expect([status, body.error?.code]).toEqual([422, 'rendering_too_long']);
    expect(await stored(ann)).toBe(0);
    expect((await send(10)).status).toBe(202);
    expect(await stored(ann)).toBe(10);
  });

  it('takes no message with it of signals that are stored together', async () => {
    const bob = someone();
    await register(stack, bob, ['email']);
    const { db, practiceId } = stack;
    const receivedAt = new Date().toISOString();
    await storeRange(
      {
        db,
        tell: async () => undefined,
        requireEncodedSignals: false,
        requireBoundSignals: false,
        async *readHeldSignals() {
          for (let eventId = 1; eventId <= tooMany; eventId += 1) {
            const payload = { ...message, messageId: `${bob.id}-${eventId}` };
            yield { eventId, signal: { signal: 'sendMessage', payload, receivedAt } };
          }
        },
      },
      { practiceId, contactId: bob.id },
      { runId: 'run', after: 0, upTo: tooMany },
      { attempt: 1, tells: 'others', ended: () => false, onStored: () => undefined },
    );
    expect(await stored(bob)).toBe(tooMany);
    expect(await db.prisma.rejectedSignal.count({ where: { contactId: bob.id } })).toBe(0);
  });
});
