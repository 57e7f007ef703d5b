import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { messageSchema, type MessageInput } from '../src/core/message/message-schema.ts';
import { register, someone, type Person } from './harness/people.ts';
import { startStack, type Stack } from './harness/stack.ts';

/** A message that waits, and is changed by its practice. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack.stop());

type Delivery = { method: string; status: string; reason?: string; dueAt: string };
type Shown = MessageInput & { status: string; deliveries: Delivery[] };
type Refusal = { error?: { code: string; details?: { path: string }[] } };

const first = {
  kind: 'appointment_reminder',
  subject: 'before',
  body: 'before',
  content: { email: { subject: 'before', text: 'before' } },
  methods: ['email'],
  sendAt: '2030-01-06T09:00:00.000Z',
  notAfter: '2030-01-07T09:00:00.000Z',
  eventAt: '2030-01-07T10:00:00.000Z',
  about: 'before',
} as const;

async function waiting(message: object = first): Promise<Person> {
  const ann = someone();
  await register(stack, ann);
  await write(ann, { ...message, id: ann.id });
  return ann;
}
async function write(ann: Person, message: object): Promise<void> {
  const { status } = await stack.call('POST', `/v1/contacts/${ann.id}/messages`, message);
  expect(status).toBe(202);
}
const change = ({ id }: Person, patch: object) =>
  stack.call<Refusal>('PATCH', `/v1/messages/${id}`, patch);
const shown = async (id: string) => (await stack.call<Shown>('GET', `/v1/messages/${id}`)).body;
const waysOf = async ({ id }: Person) =>
  Object.fromEntries((await shown(id)).deliveries.map(({ method, status }) => [method, status]));

/** An id stays; what a message supersedes has rules of its own. */
const otherwise = ['id', 'supersedes'] as const;

/** Of each field another value, and what is seen of it afterwards. */
const changes: Record<
  Exclude<keyof MessageInput, (typeof otherwise)[number]>,
  { patch: object; seen: (message: Shown) => unknown; as: unknown }
> = {
  kind: { patch: { kind: 'ad_hoc' }, seen: ({ kind }) => kind, as: 'ad_hoc' },
  subject: { patch: { subject: 'after' }, seen: ({ subject }) => subject, as: 'after' },
  body: { patch: { body: 'after' }, seen: ({ body }) => body, as: 'after' },
  content: {
    patch: { content: { email: { subject: 'after', text: 'after' } } },
    seen: ({ content }) => content,
    as: { email: { subject: 'after', text: 'after' } },
  },
  template: {
    patch: { template: 'appointment_reminder', data: { when: 'after' } },
    seen: (message) => [message.template, message.body],
    as: ['appointment_reminder', undefined],
  },
  data: {
    patch: { template: 'appointment_reminder', data: { when: 'after' } },
    seen: ({ content }) => content?.email?.text,
    as: expect.stringContaining('after'),
  },
  methods: {
    patch: { methods: ['sms'] },
    seen: ({ methods, deliveries }) => [methods, deliveries.map(({ method }) => method)],
    as: [['sms'], ['sms']],
  },
  sendAt: {
    patch: { sendAt: '2030-01-06T12:00:00.000Z' },
    seen: ({ sendAt, deliveries }) => [sendAt, deliveries[0]?.dueAt],
    as: ['2030-01-06T12:00:00.000Z', '2030-01-06T12:00:00.000Z'],
  },
  notAfter: {
    patch: { notAfter: '2030-01-07T08:00:00.000Z' },
    seen: ({ notAfter }) => notAfter,
    as: '2030-01-07T08:00:00.000Z',
  },
  eventAt: {
    patch: { eventAt: '2030-01-07T11:00:00.000Z' },
    seen: ({ eventAt }) => eventAt,
    as: '2030-01-07T11:00:00.000Z',
  },
  about: { patch: { about: 'after' }, seen: ({ about }) => about, as: 'after' },
};

describe('a change of a message that waits', () => {
  const fields = Object.keys(messageSchema.properties).filter(
    (name) => !otherwise.some((one) => one === name),
  );
  it.each(fields as (keyof typeof changes)[])('of %s is done', async (field) => {
    const ann = await waiting();
    const { patch, seen, as } = changes[field];
    expect(seen(await shown(ann.id))).not.toEqual(as);
    expect((await change(ann, patch)).status).toBe(200);
    expect(seen(await shown(ann.id))).toEqual(as);
  });

  it('of its methods moves its deliveries, at their old place in the queue', async () => {
    const ann = await waiting({ ...first, content: undefined });
    const arrivals = async () =>
      (await stack.db.prisma.delivery.findMany({ where: { messageId: ann.id } })).map(
        ({ arrival }) => arrival,
      );
    const [arrival] = await arrivals();
    await change(ann, { methods: ['sms', 'email'] });
    expect(await waysOf(ann)).toEqual({ email: 'queued', sms: 'queued' });
    await change(ann, { methods: ['sms'] });
    expect(await waysOf(ann)).toEqual({ sms: 'queued' });
    await change(ann, { methods: ['fax'] });
    expect(await waysOf(ann)).toEqual({ fax: 'cancelled' });
    await change(ann, { methods: null });
    expect(await waysOf(ann)).toMatchObject({ email: 'queued', sms: 'queued' });
    expect(new Set(await arrivals())).toEqual(new Set([arrival]));
  });

  it('of its words, so that a method has none, takes that delivery away', async () => {
    const ann = await waiting({ ...first, methods: undefined });
    expect(await waysOf(ann)).toEqual({ email: 'queued', sms: 'queued' });
    await change(ann, { body: null });
    expect(await waysOf(ann)).toEqual({ email: 'queued' });
    await change(ann, { content: { sms: { text: 'after' } } });
    expect(await waysOf(ann)).toEqual({ sms: 'queued' });
  });

  it('keeps a method by which it was tried', async () => {
    const ann = await waiting();
    const where = { messageId: ann.id };
    await stack.db.prisma.delivery.updateMany({ where, data: { claimedAt: new Date() } });
    const { status, body } = await change(ann, { methods: ['sms'] });
    expect([status, body.error?.code]).toEqual([409, 'message_claimed']);
    expect((await change(ann, { methods: ['email', 'sms'] })).status).toBe(200);
    expect(await waysOf(ann)).toEqual({ email: 'queued', sms: 'queued' });
  });

  it('lets it take the place of another one, for good', async () => {
    const ann = await waiting();
    await write(ann, { ...first, id: `${ann.id}-old` });
    expect((await change(ann, { supersedes: `${ann.id}-old` })).status).toBe(200);
    expect((await shown(`${ann.id}-old`)).deliveries).toMatchObject([
      { status: 'cancelled', reason: 'superseded' },
    ]);
    for (const supersedes of [null, `${ann.id}-other`]) {
      const { status, body } = await change(ann, { supersedes });
      expect([status, body.error?.details?.[0]?.path]).toEqual([422, '/supersedes']);
    }
    expect((await change(ann, { supersedes: `${ann.id}-old`, body: 'after' })).status).toBe(200);
  });

  it('is refused once it was cancelled, also before its contact was registered', async () => {
    const ann = await waiting();
    await stack.db.prisma.delivery.deleteMany({ where: { messageId: ann.id } });
    await stack.call('DELETE', `/v1/messages/${ann.id}`);
    expect((await change(ann, { body: 'after' })).body.error?.code).toBe('message_claimed');
  });
});
