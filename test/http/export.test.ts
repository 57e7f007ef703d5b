import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { limits } from '../../src/core/limits.ts';
import { queueMany } from '../harness/long-queues.ts';
import { register, someone } from '../harness/people.ts';
import { statementsOf } from '../harness/statements.ts';
import { startStack, type Stack } from '../harness/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack.stop());

type Message = { id: string; content?: { body?: string }; unreadable?: true };
type Export = { messages: Message[]; replies: unknown[]; optIns: unknown[]; evidence: unknown[] };

const fetched = async (id: string): Promise<Export> => {
  const { status, headers, body } = await stack.call<Export>('GET', `/v1/contacts/${id}/export`);
  expect(status).toBe(200);
  expect(headers.get('content-type')).toContain('application/json');
  return body;
};

it('an export holds every message in its order, however many pages of them there are', async () => {
  const ann = someone();
  await register(stack, ann);
  expect(await fetched(ann.id)).toMatchObject({ messages: [], replies: [], optIns: [] });
  const count = 2 * limits.pageDefault + 3;
  const messages = Array.from({ length: count }, (_, n) => ({
    id: `${ann.id}-${n}`,
    kind: 'ad_hoc',
    subject: 's',
    body: `words ${n}`,
  }));
  const path = `/v1/contacts/${ann.id}/messages`;
  expect((await stack.call('POST', path, messages)).status).toBe(202);
  const held = await fetched(ann.id);
  expect(held.messages.map(({ content }) => content?.body)).toEqual(
    messages.map(({ body }) => body),
  );

  const altered = messages[limits.pageDefault + 1]!.id;
  await stack.db.prisma.message.updateMany({ where: { id: altered }, data: { contentEnc: 'x' } });
  const rest = (await fetched(ann.id)).messages;
  expect(rest).toHaveLength(count);
  expect(rest.filter(({ unreadable }) => unreadable).map(({ id }) => id)).toEqual([altered]);
});

it('an export holds more messages than a statement may name', async () => {
  const ann = someone();
  await register(stack, ann);
  // PostgreSQL takes 32,767 parameters.
  const count = 33_000;
  await queueMany(stack, ann, count);
  const { messages } = await fetched(ann.id);
  expect(new Set(messages.map(({ id }) => id)).size).toBe(count);
  expect(messages).toHaveLength(count);
});

it('an export holds every reply in its order, also of those that came at one moment', async () => {
  const ann = someone();
  await register(stack, ann);
  const count = 2 * limits.pageMax + 3;
  const replies = Array.from({ length: count }, (_, n) => ({
    id: newId(),
    practiceId: stack.practiceId,
    contactId: ann.id,
    method: 'sms',
    fromEnc: 'x',
    textEnc: 'x',
    meaning: `meaning ${n}`,
    receivedAt: new Date(Date.UTC(2026, 0, 1) + Math.floor(n / 300)),
  }));
  await stack.db.prisma.inboundMessage.createMany({ data: replies });
  const held = (await fetched(ann.id)).replies as { meaning: string }[];
  expect(held.map(({ meaning }) => meaning)).toEqual(replies.map(({ meaning }) => meaning));
});

it('a list of messages leaves their words where they are', async () => {
  const ann = someone();
  await register(stack, ann);
  const path = `/v1/contacts/${ann.id}/messages`;
  await stack.call('POST', path, { kind: 'ad_hoc', subject: 's', body: 'words' });
  const statements = await statementsOf(async () => {
    expect((await stack.call('GET', path)).status).toBe(200);
    expect((await stack.call('GET', '/v1/messages')).status).toBe(200);
  });
  const ofMessages = statements.filter(({ text }) => /\bmessages\b/.test(text));
  expect(ofMessages.length).toBeGreaterThan(1);
  expect(ofMessages.filter(({ text }) => text.includes('content_enc'))).toEqual([]);
});
