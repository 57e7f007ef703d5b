import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MessageInput } from '../../src/core/message/message-schema.ts';
import { rowOf } from '../../src/record/messages/message-store.ts';
import { register, someone, type Person } from '../harness/people.ts';
import { startStack, type Stack } from '../harness/stack.ts';

/** The same message again, spelled otherwise: by another machine, or before texts were cleaned at the door. */

let stack: Stack;
let ann: Person;
beforeAll(async () => {
  stack = await startStack({ worker: false });
  ann = someone();
  await register(stack, ann, ['email']);
});
afterAll(() => stack.stop());

type Message = Omit<MessageInput, 'id'>;

let serial = 0;

async function post(id: string, message: object): Promise<[number, string | undefined]> {
  const { status, body } = await stack.call<{ error?: { code: string } }>(
    'POST',
    `/v1/contacts/${ann.id}/messages`,
    { id, ...message },
  );
  return [status, body.error?.code];
}

async function stored(message: object): Promise<string> {
  serial += 1;
  const id = `m-${serial}`;
  expect(await post(id, message)).toEqual([202, undefined]);
  return id;
}

/** As the message lies in the table that came before texts were cleaned. */
async function storedLongAgo(message: Message): Promise<string> {
  const id = await stored(message);
  const { practiceId, db } = stack;
  const words = (await stack.call<Message>('GET', `/v1/messages/${id}`)).body;
  const input = message.template === undefined ? message : { ...message, content: words.content };
  const entry = { contactId: ann.id, input, written: message };
  const { row } = rowOf(db, { practiceId, id }, entry as never, db.clock.now(), 'http');
  await db.prisma.message.update({
    where: { practiceId_id: { practiceId, id } },
    data: {
      contentEnc: row.contentEnc,
      contentHash: row.contentHash,
      about: message.about ?? null,
      aboutEnc: null,
    },
  });
  return id;
}

const taken = [202, undefined];
const refused = [409, 'message_conflict'];

const clean = {
  kind: 'ad_hoc',
  subject: 'Café José',
  body: 'Año nuevo\nNúñez',
  about: 'José',
  sendAt: '2040-01-01T00:00:00Z',
} satisfies Message;

const decomposed = (text: string): string => text.normalize('NFD');
const withCrLf = (text: string): string => text.replaceAll('\n', '\r\n');
const respelled = (spell: (text: string) => string): Message => ({
  ...clean,
  subject: spell(clean.subject),
  body: spell(clean.body),
  about: spell(clean.about),
});

const spellings: [string, Message][] = [
  ['decomposed accents', respelled(decomposed)],
  ['CR LF', respelled(withCrLf)],
  ['CR alone', respelled((text) => text.replaceAll('\n', '\r'))],
  ['both, and a byte order mark', respelled((text) => `\ufeff${withCrLf(decomposed(text))}`)],
  ['a subject of two lines', { ...clean, subject: 'Café\r\n José' }],
];

describe.each(spellings)('a message with %s', (_what, spelled) => {
  it('is the same as without, in either order', async () => {
    expect(await post(await stored(spelled), clean)).toEqual(taken);
    expect(await post(await stored(clean), spelled)).toEqual(taken);
  });

  it('that was stored before texts were cleaned is the same, in every spelling', async () => {
    const id = await storedLongAgo(spelled);
    for (const [, again] of spellings) expect(await post(id, again)).toEqual(taken);
    expect(await post(id, clean)).toEqual(taken);
    expect(await stack.db.prisma.message.count({ where: { id } })).toBe(1);
  });

  it('is another one where it says something else, or says it at another time', async () => {
    const id = await storedLongAgo(spelled);
    for (const other of [
      { ...clean, body: 'Ano nuevo\nNúñez' },
      { ...clean, body: 'Año nuevo Núñez' },
      { ...clean, about: 'Jose' },
      { ...clean, sendAt: '2040-01-01T00:00:01Z' },
      { ...clean, methods: ['email'] },
    ])
      expect(await post(id, other)).toEqual(refused);
  });
});

it('words by channel are compared in the same way', async () => {
  const words = (spell: (text: string) => string): Message => ({
    kind: 'ad_hoc',
    content: {
      email: { subject: spell('Café'), text: spell('Año\nnuevo'), html: spell('<p>Año\n</p>') },
      sms: { text: spell('Año\nnuevo') },
    },
  });
  const id = await storedLongAgo(words((text) => withCrLf(decomposed(text))));
  expect(
    await post(
      id,
      words((text) => text),
    ),
  ).toEqual(taken);
  expect(
    await post(
      id,
      words((text) => text.replace('A', 'a')),
    ),
  ).toEqual(refused);
});

it('a template’s values are compared in the same way', async () => {
  const words = (data: Record<string, string>): Message => ({
    kind: 'appointment_reminder',
    template: 'appointment_reminder',
    data,
    eventAt: '2040-01-01T00:00:00Z',
  });
  const data = { when: 'lunes, 7 de enéro' };
  for (const spell of [decomposed, withCrLf, (text: string) => withCrLf(decomposed(text))]) {
    const id = await storedLongAgo(words({ when: spell(data.when) }));
    expect(await post(id, words(data))).toEqual(taken);
    expect(await post(id, words({ when: 'martes' }))).toEqual(refused);
  }
});

describe('a message with a character that is refused today', () => {
  const unseen = '\ue000';
  const former: [string, Message][] = [
    ['in its body', { ...clean, body: `Año ${unseen}` }],
    ['beside decomposed accents', { ...respelled(decomposed), body: decomposed(`Año ${unseen}`) }],
    [
      'in a template’s value',
      {
        kind: 'appointment_reminder',
        template: 'appointment_reminder',
        data: { when: `lunes ${unseen}` },
        eventAt: '2040-01-01T00:00:00Z',
      },
    ],
  ];
  const refusedNow = [422, 'validation_failed'];

  it.each(former)(
    '%s: repeats what was stored before, and is refused as anything else',
    async (_where, message) => {
      const allowed = JSON.parse(JSON.stringify(message).replaceAll(unseen, '')) as Message;
      const id = await stored(allowed);
      const { practiceId, db } = stack;
      const { row } = rowOf(
        db,
        { practiceId, id },
        { contactId: ann.id, input: message },
        db.clock.now(),
        'http',
      );
      await db.prisma.message.update({
        where: { practiceId_id: { practiceId, id } },
        data: { contentEnc: row.contentEnc, contentHash: row.contentHash, about: row.about },
      });
      expect(await post(id, message)).toEqual(taken);
      expect(await post(id, { ...message, sendAt: '2040-01-01T00:00:01Z' })).toEqual(refusedNow);
      expect(await post('another', message)).toEqual(refusedNow);
      const many = await stack.call('POST', `/v1/contacts/${ann.id}/messages`, [
        { id, ...message },
        { id: 'another', ...message },
      ]);
      expect(many).toMatchObject({
        status: 422,
        body: {
          error: { details: [{ index: 1, message: expect.stringContaining('private-use') }] },
        },
      });
    },
  );
});

it('a signal repeats what came over HTTP, and is refused with other words', async () => {
  const id = await storedLongAgo(respelled(decomposed));
  await stack.startWorker();
  await stack.client.workflow.signalWithStart('contact', {
    workflowId: stack.workflowId(ann.id),
    taskQueue: stack.taskQueue,
    signal: 'sendMessage',
    signalArgs: [{ messageId: id, ...respelled(withCrLf) }],
  });
  await stack.client.workflow.signalWithStart('contact', {
    workflowId: stack.workflowId(ann.id),
    taskQueue: stack.taskQueue,
    signal: 'sendMessage',
    signalArgs: [{ messageId: id, ...clean, body: 'another one' }],
  });
  // The second one shows that both were looked at.
  await expect
    .poll(() => stack.db.prisma.rejectedSignal.count(), { timeout: 45_000 })
    .toBeGreaterThan(0);
  const rejected = await stack.db.prisma.rejectedSignal.findMany();
  expect(rejected.map(({ reason }) => reason)).toEqual([
    'a message with this id and other content already exists',
  ]);
});
