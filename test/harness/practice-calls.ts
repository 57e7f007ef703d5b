import { expect } from 'vitest';
import { readEvidence } from './evidence.ts';
import { createKey, createPractice } from '../../src/record/practices/practice-store.ts';
import { isOptIn, type Person } from './people.ts';
import { testIdentity } from './service.ts';
import { postPlivo } from './signed-webhooks.ts';
import { testAdminKey, until, type OutboxEntry, type Stack } from './stack.ts';
import { whyNotArrived } from './why-not-arrived.ts';

/** Several practices of one service, each with its own key, and persons who text to their numbers. */

type Reply = {
  contactId?: string;
  from: string;
  text: string;
  meaning: string;
  doubt?: string;
  answered?: string;
  handledAt?: string;
};
type Sms = { state: string; doubtful?: true; reason?: string };

export type PracticeCalls = ReturnType<typeof callsOf>;

export async function anotherPractice(
  stack: Stack,
  called: string,
  displayName: string,
  smsFrom?: string,
): Promise<PracticeCalls> {
  const id = stack.own(called);
  const sender = { ...testIdentity, displayName, ...(smsFrom ? { smsFrom } : {}) };
  await createPractice(stack.db, { id, name: displayName, settings: { quietHours: null, sender } });
  return callsOf(stack, id, (await createKey(stack.db, id, 'test')).key);
}

/** What one practice does, and what it gets to see. */
export function callsOf(stack: Stack, id: string, key: string) {
  const as = { authorization: `Bearer ${key}` };
  const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const answer = await stack.call<T>(method, `/v1${path}`, body, as);
    expect([path, answer.status < 300]).toEqual([path, true]);
    return answer.body;
  };
  const smsOf = async ({ id: contact }: Person): Promise<Sms> =>
    (await call<{ channels: { sms: Sms } }>('GET', `/contacts/${contact}`)).channels.sms;
  const register = (person: Person) =>
    call('PUT', `/contacts/${person.id}`, {
      name: 'Ann',
      role: 'client',
      methods: ['sms'],
      phone: person.phone,
    });
  return {
    id,
    call,
    register,
    smsOf,
    /** Asked by text: the request is open. */
    async ask(person: Person): Promise<OutboxEntry> {
      await register(person);
      const before = (await stack.outbox(person.phone)).length;
      await call('POST', `/contacts/${person.id}/opt-in`, {});
      const asked = await until('it is asked', async () =>
        (await stack.outbox(person.phone)).slice(before).find(isOptIn),
      );
      await until('it is recorded', async () => (await smsOf(person)).state === 'sent');
      return asked;
    },
    /** A text to somebody who had agreed on paper. */
    async text(person: Person, body: string): Promise<OutboxEntry> {
      await register(person);
      const { state } = await smsOf(person);
      if (state !== 'accepted')
        await call('POST', `/contacts/${person.id}/consents`, {
          method: 'sms',
          address: person.phone,
          source: 'paper',
          obtainedAt: new Date().toISOString(),
          evidence: 'a form',
        });
      await call('POST', `/contacts/${person.id}/messages`, { kind: 'ad_hoc', body });
      const arrival = until('it arrived', async () =>
        (await stack.outbox(person.phone)).find(({ text }) => text.includes(body)),
      );
      return arrival.catch(async (cause: unknown) => {
        const known = await whyNotArrived(stack, { practiceId: id, contactId: person.id });
        throw new Error(`did not arrive: ${known}`, { cause });
      });
    },
    /** The operator gives it these numbers and no others; it sends from `smsFrom`, or from the one that is lent. */
    async moveTo(smsFrom: string | null, shared = false): Promise<void> {
      const numbers = smsFrom === null ? {} : { [shared ? 'sharedSmsFrom' : 'smsFrom']: [smsFrom] };
      const operator = { authorization: `Bearer ${testAdminKey}` };
      const path = `/v1/practices/${id}/senders`;
      const allotted = await stack.call('PUT', path, numbers, operator);
      expect(allotted).toMatchObject({ status: 200 });
      if (smsFrom !== null) await call('PATCH', '/settings', { sender: { smsFrom } });
    },
    replies: async ({ phone }: Person): Promise<Reply[]> =>
      (await call<{ items: Reply[] }>('GET', '/inbound?limit=200')).items.filter(
        ({ from }) => from === phone,
      ),
    /** Everything that it may read of one person. */
    sees: async ({ id: contact, phone }: Person): Promise<string> => {
      const paths = ['', '/evidence', '/answers', '/export', '/messages'];
      const own = await Promise.all(
        paths.map((path) => call('GET', `/contacts/${contact}${path}`)),
      );
      const lists = await Promise.all(
        ['/inbound?limit=200', '/events?limit=200'].map((path) =>
          call<{ items: object[] }>('GET', path),
        ),
      );
      const about = lists
        .flatMap(({ items }) => items.map((item) => JSON.stringify(item)))
        .filter((item) => item.includes(contact) || item.includes(phone));
      return JSON.stringify([own, about], (name, value: unknown) =>
        ['asOf', 'exportedAt'].includes(name) ? undefined : value,
      );
    },
    evidence: async ({ id: contactId }: Person) =>
      (await readEvidence(stack.db, { practiceId: id, contactId })).entries,
    erase: ({ id: contact }: Person) =>
      until(
        'it is erased',
        async () =>
          (await stack.call('DELETE', `/v1/contacts/${contact}`, undefined, as)).status === 204,
      ),
  };
}

let serial = 0;

/** Acknowledged: whatever it leads to was decided. */
export async function says(
  stack: Stack,
  { phone }: Person,
  text: string,
  to: string,
): Promise<void> {
  serial += 1;
  const form = { From: phone, To: to, Text: text, MessageUUID: `said-${serial}`, Type: 'sms' };
  expect(await postPlivo(stack, 'inbound', form)).toBe(200);
}
