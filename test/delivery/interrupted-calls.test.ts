import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createProviders } from '../../src/main/compose.ts';
import { addressHash } from '../../src/record/contacts/contact-store.ts';
import { callProvider } from '../../src/delivery/call.ts';
import { claimLanes, type Claimed } from '../../src/delivery/claim.ts';
import { settleLanes } from '../../src/delivery/settle.ts';
import { limits } from '../../src/core/limits.ts';
import { registerWithConsent, someone, type Person } from '../harness/people.ts';
import { postResend } from '../harness/signed-webhooks.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';
import { resendEmailEvent } from '../unit/providers/provider-bodies.ts';

/**
 * An email call for three contacts whose worker died, and one of its emails that may not leave any more: the other two
 * get theirs once, whether or not the provider had taken the call.
 */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack.stop());
beforeEach(() => {
  stack.time.offsetMs = 0;
});

const bars = {
  'stopped by its person': async ({ id }: Person) => {
    await stack.db.prisma.channel.updateMany({
      where: { contactId: id, method: 'email' },
      data: { state: 'revoked' },
    });
  },
  'to a stopped address': async ({ email }: Person) => {
    const address = { method: 'email', addressHash: addressHash(stack.db, email) };
    await stack.db.prisma.suppression.create({
      data: {
        practiceId: stack.practiceId,
        ...address,
        kind: 'stopped',
        reason: 'STOP',
        since: stack.db.clock.now(),
      },
    });
  },
  overdue: async ({ id }: Person) => {
    await stack.db.prisma.delivery.updateMany({
      where: { contactId: id },
      data: { notAfter: new Date(Date.now() + 1_000) },
    });
  },
  'to an address of before': async ({ id }: Person) => {
    const body = { email: someone().email };
    await stack.call('PATCH', `/v1/contacts/${id}`, body);
  },
  'replaced by another': async ({ id }: Person) => {
    const { id: supersedes } = await stack.db.prisma.message.findFirstOrThrow({
      where: { contactId: id },
    });
    const other = { kind: 'ad_hoc', subject: 's', body: 'another', supersedes };
    await stack.call('POST', `/v1/contacts/${id}/messages`, [other]);
  },
} satisfies Record<string, (person: Person) => Promise<void>>;

async function threePeople(): Promise<[Person, Person, Person]> {
  const people = [someone(), someone(), someone()] as [Person, Person, Person];
  for (const person of people) {
    await registerWithConsent(stack, person, ['email']);
    const message = { kind: 'ad_hoc', subject: 's', body: `for ${person.id}` };
    await stack.call('POST', `/v1/contacts/${person.id}/messages`, [message]);
  }
  return people;
}

async function claim(people: readonly Person[]): Promise<Claimed & { kind: 'email' }> {
  for (;;) {
    const lanes = {
      practiceId: stack.practiceId,
      contactIds: people.map(({ id }) => id),
      method: 'email',
    } as const;
    const sending = { publicUrl: stack.url, senders: {} };
    const result = await claimLanes(stack.db, lanes, sending, limits.emailBatch);
    if (result.kind === 'email') return result;
    if (result.kind !== 'again') throw new Error(`got ${result.kind}`);
  }
}

const call = (claimed: Claimed) =>
  callProvider(createProviders(stack.config), claimed, new AbortController().signal);

const statusOf = async ({ id }: Person): Promise<string> =>
  (
    await stack.db.prisma.delivery.findFirstOrThrow({
      where: { contactId: id, purpose: 'content' },
      orderBy: { arrival: 'asc' },
    })
  ).status;

/** The webhook, lost before, that says that the person's email arrived. */
async function tellsOf({ emails }: Claimed & { kind: 'email' }, { email }: Person): Promise<void> {
  const { deliveryId } = emails.find(({ to }) => to.includes(email))!;
  const ids = { emailId: `of-${deliveryId}`, deliveryId };
  expect(await postResend(stack, resendEmailEvent('email.delivered', ids))).toBe(200);
}

const arrived = async ({ id }: Person): Promise<number> =>
  (await stack.outbox()).filter(({ text }) => text.includes(`for ${id}`)).length;

for (const [bar, close] of Object.entries(bars))
  for (const taken of [true, false])
    it(`one email is ${bar}, the call was ${taken ? '' : 'not '}taken: the others leave once`, async () => {
      const [ann, bob, cem] = await threePeople();
      const dead = await claim([ann, bob, cem]);
      expect(dead.emails).toHaveLength(3);
      if (taken) {
        await stack.control('/faults', { channel: 'email', kind: 'lose_webhook', count: 6 });
        await call(dead);
      }
      await close(bob);
      stack.time.offsetMs = limits.leaseMs + 1_001;

      const again = await claim([ann, bob, cem]);
      const to = again.emails.flatMap(({ to }) => to);
      expect(to.toSorted()).toEqual([ann.email, cem.email].toSorted());
      expect(again).toMatchObject({ batchId: dead.batchId, repeat: true });
      expect(await statusOf(bob)).toBe('unknown');
      const { outcomes } = await call(again);
      await settleLanes(stack.db, again, outcomes);

      for (const person of [ann, cem]) {
        expect(await arrived(person)).toBe(1);
        if (taken) {
          // The provider had the call, and names no email of it: its webhooks do.
          expect(await statusOf(person)).toBe('unknown');
          await tellsOf(again, person);
        }
        await until('it is delivered', async () => (await statusOf(person)) === 'delivered');
      }
      expect(await arrived(bob)).toBe(taken ? 1 : 0);
    });

it('a shorter call that is interrupted in its turn repeats as it was', async () => {
  const [ann, bob, cem] = await threePeople();
  await claim([ann, bob, cem]);
  await bars['stopped by its person'](bob);
  stack.time.offsetMs = limits.leaseMs + 1;
  const shorter = await claim([ann, bob, cem]);
  await call(shorter);
  stack.time.offsetMs *= 2;
  const again = await claim([ann, bob, cem]);
  expect(again.emails).toEqual(shorter.emails);
  const { outcomes } = await call(again);
  expect(outcomes.map(({ outcome }) => outcome.kind)).toEqual(['sent', 'sent']);
  for (const [person, times] of [
    [ann, 1],
    [bob, 0],
    [cem, 1],
  ] as const)
    // prettier-ignore
    expect(await arrived(person)).toBe(times);
});
