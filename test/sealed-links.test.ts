import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashToken, newToken } from '../src/platform/db/cipher.ts';
import { adoptLinks } from '../src/record/links/link-adopt.ts';
import { begin, byEmail, choose } from './harness/bookings.ts';
import { answer, open, submit } from './harness/pages.ts';
import {
  arrived,
  contents,
  lightOf,
  linkOf,
  optIns,
  queue,
  register,
  registerWithConsent,
  reply,
  someone,
  type Person,
} from './harness/people.ts';
import { startStack, until, type Stack } from './harness/stack.ts';

/** Somebody who can write to the database, and has no key, makes up what a person follows or answers. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

async function asked(method: 'email' | 'sms'): Promise<{ person: Person; link: string }> {
  const person = someone();
  await register(stack, person, [method]);
  await queue(stack, person, 'content');
  const [entry] = await optIns(stack, person, 1);
  return { person, link: linkOf(entry!) };
}

const stateOf = async (person: Person, method: 'email' | 'sms') =>
  (await lightOf(stack, person)).channels[method]?.state;

const requestsOf = ({ id }: Person) => ({ where: { contactId: id } });
/** As the service counts them. */
async function refused(column: string): Promise<number> {
  const metrics = await (await fetch(`${stack.url}/metrics`)).text();
  const line = new RegExp(
    `^optgate_values_unreadable_total\\{[^}]*column="${column}"[^}]*\\} (\\d+)`,
    'm',
  );
  return Number(line.exec(metrics)?.[1] ?? 0);
}

describe('an opt-in request that was changed by SQL', () => {
  it('with a token of the writer’s own takes no yes, shows no page, and is counted', async () => {
    const { person } = await asked('email');
    const token = newToken();
    await stack.db.prisma.optInRequest.updateMany({
      ...requestsOf(person),
      data: { tokenHash: hashToken(token) },
    });
    const before = await refused('opt_in_requests.token');
    const page = await open(`${stack.url}/o/${token}`);
    expect(page.status).toBe(404);
    expect(
      (await submit(`${stack.url}/o/${token}`, { decision: 'accept', agree: 'yes' })).status,
    ).toBe(404);
    expect(await stateOf(person, 'email')).not.toBe('accepted');
    expect(await refused('opt_in_requests.token')).toBeGreaterThan(before);
  });

  it('to be about somebody else takes no yes from the person whose link it was', async () => {
    const [writer, victim] = [await asked('email'), await asked('email')];
    await stack.db.prisma.optInRequest.deleteMany(requestsOf(victim.person));
    await stack.db.prisma.optInRequest.updateMany({
      ...requestsOf(writer.person),
      data: { contactId: victim.person.id },
    });
    expect((await open(writer.link)).status).toBe(404);
    expect(await stateOf(victim.person, 'email')).not.toBe('accepted');
  });

  it('to be answered from another phone takes no yes by text', async () => {
    const [writer, victim] = [await asked('sms'), await asked('sms')];
    const { addressHash } = await stack.db.prisma.channel.findFirstOrThrow({
      where: { contactId: writer.person.id, method: 'sms' },
    });
    await stack.db.prisma.optInRequest.deleteMany(requestsOf(writer.person));
    await stack.db.prisma.optInRequest.updateMany({
      ...requestsOf(victim.person),
      data: { addressHash: addressHash! },
    });
    await stack.db.prisma.channel.updateMany({
      where: { contactId: victim.person.id, method: 'sms' },
      data: { addressHash },
    });
    await reply(stack, writer.person, 'YES');
    await until(
      'the reply is kept',
      async () => (await stack.db.prisma.inboundMessage.count({ where: { addressHash } })) > 0,
    );
    expect(await stateOf(victim.person, 'sms')).not.toBe('accepted');
  });

  it('without a seal is refused, unless the operator takes the links of before over', async () => {
    const { person, link } = await asked('email');
    await stack.db.prisma.optInRequest.updateMany({
      ...requestsOf(person),
      data: { tokenEnc: null },
    });
    expect((await open(link)).status).toBe(404);
    expect(await adoptLinks(stack.db)).toBe(1);
    expect(await adoptLinks(stack.db)).toBe(0);
    expect((await answer(link, 'accept')).status).toBe(200);
    expect(await stateOf(person, 'email')).toBe('accepted');
  });
});

it('a preferences link that was made up, or turned to somebody else, opens nothing', async () => {
  const [writer, victim] = [someone(), someone()];
  for (const person of [writer, victim]) await registerWithConsent(stack, person, ['email']);
  await queue(stack, writer, 'hello');
  const [sent] = await until('the message', async () => {
    const found = await arrived(stack, writer);
    return found.length > 0 && found;
  });
  const link = /https?:\/\/\S+\/p\/[\w-]{32,}/.exec(sent!.text)![0];
  expect((await open(link)).status).toBe(200);
  const { prisma } = stack.db;
  const row = await prisma.preferenceLink.findFirstOrThrow({ where: { contactId: writer.id } });
  const theirs = await prisma.channel.findFirstOrThrow({
    where: { contactId: victim.id, method: 'email' },
  });
  const turned = { contactId: victim.id, addressHash: theirs.addressHash! };
  await prisma.preferenceLink.update({ where: { tokenHash: row.tokenHash }, data: turned });
  expect((await open(link)).status).toBe(404);
  const token = newToken();
  const tokenHash = stack.db.lookup.tokenHash(token);
  await prisma.preferenceLink.create({ data: { ...row, ...turned, tokenHash } });
  expect((await open(`${stack.url}/p/${token}`)).status).toBe(404);
});

it('a message link that was made up shows nothing', async () => {
  expect((await stack.call('PATCH', '/v1/settings', { emailContent: 'notice' })).status).toBe(200);
  try {
    const person = someone();
    await registerWithConsent(stack, person, ['email']);
    await queue(stack, person, 'secret');
    await until('the notice', async () => (await contents(stack, person, 'email')).length > 0);
    const { prisma } = stack.db;
    const row = await prisma.messageLink.findFirstOrThrow({ where: { contactId: person.id } });
    const token = newToken();
    await prisma.messageLink.update({
      where: { tokenHash: row.tokenHash },
      data: { tokenHash: hashToken(token) },
    });
    const page = await open(`${stack.url}/m/${token}`);
    expect(page.status).toBe(404);
    expect(page.html).not.toContain('secret');
  } finally {
    await stack.call('PATCH', '/v1/settings', { emailContent: 'full' });
  }
});

it.each([
  ['a code was entered', { state: 'done', proven: ['email'] }],
  ['no code is asked for', { methods: [], state: 'proving' }],
])('a booking of which the database says that %s is none', async (_what, data) => {
  const person = someone();
  const link = await begin(stack, { contactId: person.id });
  expect((await choose(link, byEmail(person))).status).toBe(200);
  const tokenHash = hashToken(link.split('/').at(-1)!);
  await stack.db.prisma.bookingSession.update({ where: { tokenHash }, data });
  expect((await open(link)).status).toBe(404);
  expect(await stack.db.prisma.contact.count({ where: { id: person.id } })).toBe(0);
});
