import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressHash } from '../src/record/contacts/contact-store.ts';
import { sealRequest } from '../src/record/links/link-seal.ts';
import { sealShown } from '../src/record/links/opt-in-request.ts';
import { spreadBars } from '../src/features/consents/spread-bars.ts';
import { limits } from '../src/core/limits.ts';
import type { Person } from './harness/people.ts';
import { nth, sharing } from './harness/sharing.ts';
import { postPlivo } from './harness/signed-webhooks.ts';
import { statementsOf } from './harness/statements.ts';
import { startStack, type Stack } from './harness/stack.ts';

/** A number that very many contacts have, all asked there, none of which has answered. */

const sender = '+12025550100';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack.stop());

const minute = 60_000;
const codeOf = (n: number): string => String(n).padStart(4, '0');

/** The nth with the code n, the first the longest ago. */
async function asked(count: number): Promise<Person> {
  const desk = await sharing(stack, count);
  const where = { contactId: { startsWith: `${desk.id}-` }, method: 'sms' };
  await stack.db.prisma.channel.updateMany({ where, data: { state: 'sent' } });
  for (let n = 1; n <= count; n += 1)
    await ask(desk, n, new Date(Date.now() - (count - n + 1) * minute));
  return desk;
}

async function ask(desk: Person, n: number, createdAt: Date): Promise<void> {
  const { db, practiceId } = stack;
  const { id: contactId } = nth(desk, n);
  const deliveryId = newId();
  const ref = { practiceId, contactId, method: 'sms', epoch: 1, createdAt };
  await db.prisma.delivery.create({
    data: {
      ...ref,
      id: deliveryId,
      purpose: 'opt_in',
      automatic: true,
      status: 'delivered',
      arrival: BigInt(n),
      size: 1,
      dueAt: createdAt,
    },
  });
  const place = { practiceId, deliveryId };
  const row = {
    ...ref,
    deliveryId,
    addressHash: addressHash(db, desk.phone),
    sender,
    tokenHash: null,
    code: codeOf(n),
  };
  await db.prisma.optInRequest.create({
    data: {
      id: newId(),
      ...row,
      ...sealShown(db, place, { version: 'v', text: 'May we?' }, { version: 'v', text: 'Risks' }),
      tokenEnc: sealRequest(db, row),
      expiresAt: new Date(Date.now() + 60 * minute),
    },
  });
}

let serial = 0;
const say = async ({ phone }: Person, text: string) => {
  serial += 1;
  const ids = { MessageUUID: `asked-${serial}`, Type: 'sms' };
  const statements = await statementsOf(async () => {
    const form = { From: phone, To: sender, Text: text, ...ids };
    expect(await postPlivo(stack, 'inbound', form)).toBe(200);
  });
  return statements;
};
const accepted = async (person: Person): Promise<string[]> => {
  const where = { contactId: { startsWith: `${person.id}-` }, method: 'sms', state: 'accepted' };
  const rows = await stack.db.prisma.channel.findMany({ where });
  return rows.map(({ contactId }) => contactId);
};
const answeredWith = async ({ phone }: Person) => {
  const where = { addressHash: addressHash(stack.db, phone) };
  const orderBy = { receivedAt: 'desc' } as const;
  return (await stack.db.prisma.inboundMessage.findFirst({ where, orderBy }))?.answered;
};

describe('a reply from a number where very many were asked', () => {
  const many = limits.requestsRead + 20;

  it('is one contact’s by its code, also of the one who was asked first', async () => {
    const desk = await asked(many);
    const statements = await say(desk, 'YES');
    expect(await answeredWith(desk)).toBe('which');
    const read = statements.filter(({ text }) => text.includes('opt_in_requests'));
    const most = Math.max(...read.map(({ values }) => values.length));
    expect(most).toBeLessThan(limits.requestsRead + 20);
    await say(desk, `YES ${codeOf(1)}`);
    expect(await accepted(desk)).toEqual([nth(desk, 1).id]);
    await say(desk, `NO ${codeOf(many)}`);
    const last = { contactId: nth(desk, many).id, method: 'sms' };
    expect(await stack.db.prisma.channel.findFirst({ where: last })).toMatchObject({
      state: 'declined',
    });
  });

  it('is nobody’s yes after a STOP, though the contact’s record has yet to follow', async () => {
    const desk = await asked(many);
    await say(desk, 'STOP');
    await say(desk, `YES ${codeOf(many)}`);
    expect(await accepted(desk)).toEqual([]);
    while (await spreadBars(stack.db));
    const where = { contactId: { startsWith: `${desk.id}-` }, method: 'sms', state: 'revoked' };
    expect(await stack.db.prisma.channel.count({ where })).toBe(many);
  });
});
