import { expect } from 'vitest';
import { openAnswer } from '../../src/record/replies/answer-store.ts';
import { testIdentity } from './service.ts';
import { until, type OutboxEntry, type Stack } from './stack.ts';
import { answerPage } from '../../packages/demo/page-answer.ts';

/** Acts of people and schedulers, through the public interfaces. */

let serial = 0;

/** A new person, with addresses that nobody else in this run has. */
export function someone(): { id: string; email: string; phone: string } {
  serial += 1;
  // An exchange begins with 2 to 9 (NANP), or the number is nobody's.
  const tail = `${200 + (process.pid % 800)}` + String(serial).padStart(4, '0');
  return { id: `c-${tail}`, email: `p${tail}@example.com`, phone: `+1202${tail}` };
}

export type Person = ReturnType<typeof someone>;

export async function register(
  stack: Stack,
  person: Person,
  methods: string[] = ['email', 'sms'],
): Promise<void> {
  const { status } = await stack.call('PUT', `/v1/contacts/${person.id}`, {
    name: 'Ann Example',
    role: 'client',
    methods,
    ...(methods.includes('email') ? { email: person.email } : {}),
    ...(methods.includes('sms') ? { phone: person.phone } : {}),
  });
  expect([200, 201]).toContain(status);
}

/** Somebody whose consent the practice holds on paper: what is queued leaves without an opt-in. */
export async function registerWithConsent(
  stack: Stack,
  person: Person,
  methods: ('email' | 'sms')[],
): Promise<void> {
  await register(stack, person, methods);
  for (const method of methods) {
    const { status } = await stack.call('POST', `/v1/contacts/${person.id}/consents`, {
      method,
      address: method === 'email' ? person.email : person.phone,
      source: 'paper',
      obtainedAt: '2026-01-01T00:00:00Z',
      evidence: 'form',
    });
    expect(status).toBe(201);
  }
}

/** Registered, and agreed elsewhere: green without anybody being asked, and looked after by the dispatcher. */
export async function greenPeople(
  stack: Stack,
  count: number,
  methods: string[] = ['email'],
): Promise<Person[]> {
  const people = Array.from({ length: count }, () => someone());
  for (let start = 0; start < count; start += 500) {
    const part = people.slice(start, start + 500);
    const registered = await stack.call(
      'PUT',
      '/v1/contacts',
      part.map(({ id, email, phone }) => ({
        id,
        name: 'Ann',
        role: 'client',
        methods,
        email,
        phone,
      })),
    );
    expect(registered.status).toBe(200);
    const consents = part.flatMap(({ id, email, phone }) =>
      methods.map((method) => ({
        contactId: id,
        method,
        address: method === 'email' ? email : phone,
        source: 'paper',
        obtainedAt: '2026-01-01T00:00:00Z',
        evidence: 'form',
      })),
    );
    expect((await stack.call('POST', '/v1/consents', consents)).status).toBe(201);
  }
  await until(
    'the dispatcher looks after them',
    async () => {
      const rows = await stack.db.prisma.channel.count({
        where: { contactId: { in: people.map(({ id }) => id) }, dispatched: true, assigned: true },
      });
      return rows === count * methods.length;
    },
    110_000,
  );
  return people;
}

export async function queue(stack: Stack, person: Person, ...bodies: string[]): Promise<void> {
  const { status } = await stack.call(
    'POST',
    `/v1/contacts/${person.id}/messages`,
    bodies.map((body) => ({ kind: 'ad_hoc', subject: `About ${body}`, body })),
  );
  expect(status).toBe(202);
}

export async function arrived(stack: Stack, person: Person): Promise<OutboxEntry[]> {
  return (await stack.outbox()).filter(({ to }) => to === person.email || to === person.phone);
}

export async function optIns(stack: Stack, person: Person, count: number): Promise<OutboxEntry[]> {
  return until(`${count} opt-ins for ${person.id}`, async () => {
    const entries = (await arrived(stack, person)).filter(isOptIn);
    return entries.length >= count && entries;
  });
}

export function isOptIn(entry: OutboxEntry): boolean {
  return /\/o\/[\w-]{20,}/.test(entry.text);
}

/** What the practice said, without the footer that emails with content have. */
export function saidIn({ text }: Pick<OutboxEntry, 'text'>): string {
  return text.split('\n\n-- \n')[0]!;
}

/** The sender's name, before a message of the practice. */
const writtenBy = `${testIdentity.displayName}: `;

/** The texts that are no opt-in, in order of arrival: messages without the name before them, answers as they came. */
export async function contents(
  stack: Stack,
  person: Person,
  channel: 'email' | 'sms',
): Promise<string[]> {
  const said = (await arrived(stack, person))
    .filter((entry) => entry.channel === channel && !isOptIn(entry))
    .map(saidIn);
  if (channel === 'email') return said;
  const rows = await stack.db.prisma.delivery.findMany({ where: { purpose: 'answer' } });
  const answers = new Set(rows.map((row) => openAnswer(stack.db, row)));
  return said.map((text) =>
    !answers.has(text) && text.startsWith(writtenBy) ? text.slice(writtenBy.length) : text,
  );
}

export function linkOf(entry: OutboxEntry): string {
  const link = /https?:\/\/\S+\/o\/[\w-]+/.exec(entry.text)?.[0];
  expect(link).toBeDefined();
  return link!;
}

/** Opens the page, ticks what goes with the answer, and presses. */
export async function decide(link: string, decision: 'accept' | 'decline'): Promise<number> {
  return answerPage(link, decision);
}

export async function reply(stack: Stack, person: Person, text: string): Promise<void> {
  const response = await stack.control('/inbound', { from: person.phone, text });
  expect(response.ok).toBe(true);
}

export async function lightOf(
  stack: Stack,
  person: Person,
): Promise<{
  light: string;
  reason?: string;
  channels: Record<string, { state: string; doubtful?: true; reason?: string }>;
  queued: number;
  version: number;
}> {
  const { body } = await stack.call<Awaited<ReturnType<typeof lightOf>>>(
    'GET',
    `/v1/contacts/${person.id}`,
  );
  return body;
}

/** Yes on the email's page, YES by SMS. */
export async function acceptBoth(stack: Stack, person: Person): Promise<void> {
  const entries = await optIns(stack, person, 2);
  await decide(linkOf(entries.find(({ channel }) => channel === 'email')!), 'accept');
  await reply(stack, person, 'YES');
  await until('green', async () => (await lightOf(stack, person)).light === 'green');
}
