import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from './journal.ts';
import type { Contact } from './people.ts';
import type { Random } from './random.ts';
import { expectStatus, type Action, type Scene } from './scene.ts';

/** Acts of schedulers: queue messages, by every way there is. */

export type Draft = { contact: Contact; message: Message; body: Record<string, unknown> };

export type Wish = { sendAt?: number; notAfter?: number; supersedes?: string; plain?: boolean };

const kinds = ['ad_hoc', 'ad_hoc', 'billing_reminder', 'online_form', 'late_payment_reminder'];
const words = 'please bring the card and the form to your next visit on monday at nine'.split(' ');

export function draft(random: Random, contact: Contact, wish: Wish = {}): Draft {
  contact.messages += 1;
  const id = `${contact.id}-m${contact.messages}`;
  const nonce = Math.floor(random.next() * 2 ** 32).toString(16);
  const mark = `${id}~${nonce}`;
  const text = (): string =>
    `[~${mark}~] ${Array.from({ length: random.whole(1, 40) }, () => random.pick(words)).join(' ')}`;
  const consented = contact.methods.filter((method) => method !== 'fax');
  const methods =
    !wish.plain && consented.length > 0 && random.chance(0.08)
      ? [random.pick(consented)]
      : undefined;
  const perMethod = !wish.plain && random.chance(0.12);
  const body = {
    id,
    kind: random.pick(kinds),
    ...(perMethod
      ? {
          content: {
            email: { subject: 'Hello', text: text() },
            sms: { text: text() },
            fax: { subject: 'Hello', text: text() },
          },
        }
      : { subject: 'Hello', body: text() }),
    ...(methods ? { methods } : {}),
    ...(wish.sendAt === undefined ? {} : { sendAt: new Date(wish.sendAt).toISOString() }),
    ...(wish.notAfter === undefined ? {} : { notAfter: new Date(wish.notAfter).toISOString() }),
    ...(wish.supersedes === undefined ? {} : { supersedes: wish.supersedes }),
  };
  const { plain: _, ...timing } = wish;
  const message: Message = {
    id,
    contactId: contact.id,
    mark,
    via: 'http',
    call: 0,
    position: 0,
    began: 0,
    ...timing,
    ...(methods ? { methods } : {}),
  };
  return { contact, message, body };
}

/** One call with all of them; entries that an error leaves open are sent again with the same ids. */
export async function post(scene: Scene, drafts: readonly Draft[]): Promise<void> {
  const { journal, random, calls } = scene;
  const call = journal.nextCall();
  const began = Date.now();
  for (const [position, { message }] of drafts.entries()) {
    Object.assign(message, { call, position, began });
    journal.data.messages.push(message);
  }
  const contacts = new Set(drafts.map(({ contact }) => contact.id));
  const [first] = drafts;
  const across = contacts.size > 1 || random.chance(0.1);
  const bodies = drafts.map(({ contact, body }) =>
    across ? { ...body, contactId: contact.id } : body,
  );
  const headers = random.chance(0.1) ? { 'idempotency-key': `call-${first!.message.id}` } : {};
  const answer = await calls.api(
    'POST',
    across ? '/messages' : `/contacts/${first!.contact.id}/messages`,
    bodies.length === 1 && random.chance(0.7) ? bodies[0] : bodies,
    { headers },
  );
  if (!expectStatus(scene, `POST ${drafts.length} messages`, answer, [202])) return;
  const ended = Date.now();
  for (const { contact, message, body } of drafts) {
    message.ended = ended;
    remember(contact, { message, body });
  }
}

export async function signal(scene: Scene, { contact, message, body }: Draft): Promise<void> {
  const { journal, calls } = scene;
  Object.assign(message, { call: journal.nextCall(), via: 'signal', began: Date.now() });
  journal.data.messages.push(message);
  await calls.signalMessage(contact.id, asSignal(body));
  message.ended = Date.now();
  remember(contact, { message, body });
}

function asSignal({ id, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return { messageId: id, ...rest };
}

function remember(contact: Contact, sent: Contact['sent'][number]): void {
  contact.sent.push(sent);
  if (contact.sent.length > 30) contact.sent.shift();
}

function drafts(scene: Scene, count: number): Draft[] {
  return Array.from({ length: count }, () => draft(scene.random, scene.contact));
}

/** The rest of somebody's queue at once: long enough for things to happen in the middle of its drain. */
export async function burst(scene: Scene, count: number): Promise<void> {
  await post(
    scene,
    Array.from({ length: count }, () => draft(scene.random, scene.contact, { plain: true })),
  );
}

export const messageActions: Record<string, Action> = {
  single: { weight: 14, run: async (scene) => post(scene, drafts(scene, 1)) },
  array: { weight: 12, run: async (scene) => post(scene, drafts(scene, scene.random.whole(2, 6))) },
  long: { weight: 2, run: async (scene) => burst(scene, scene.random.whole(10, 25)) },
  signals: {
    weight: 9,
    run: async (scene) => {
      for (const one of drafts(scene, scene.random.whole(1, 3))) await signal(scene, one);
    },
  },
  across: {
    weight: 5,
    run: async (scene) => {
      const { random, people } = scene;
      const all = people.flatMap(({ contacts }) => contacts).filter((c) => c.registered);
      const some = random.shuffled(all).slice(0, random.whole(2, 5));
      if (some.length > 1)
        await post(
          scene,
          some.map((contact) => draft(random, contact)),
        );
    },
  },
  scheduled: {
    weight: 6,
    run: async (scene) => {
      const { random, contact } = scene;
      const start = Date.now();
      const times = Array.from({ length: random.whole(1, 3) }, () => random.between(1_000, 15_000));
      const wishes = times.map((ms) => ({
        sendAt: Math.round(start + ms),
        ...(random.chance(0.2) ? { notAfter: Math.round(start + ms + 20_000) } : {}),
      }));
      await post(
        scene,
        wishes.map((wish) => draft(random, contact, wish)),
      );
    },
  },
  expiring: {
    weight: 4,
    run: async (scene) => {
      const notAfter = Math.round(Date.now() + scene.random.between(1_000, 20_000));
      const one = draft(scene.random, scene.contact, { notAfter });
      if (scene.random.chance(0.4)) {
        const { notAfter: eventAt, ...rest } = one.body;
        one.body = { ...rest, kind: 'appointment_reminder', eventAt };
      }
      await post(scene, [one]);
    },
  },
  superseding: {
    weight: 2,
    run: async (scene) => {
      const { random, contact } = scene;
      const sendAt = Math.round(Date.now() + random.between(2_000, 9_000));
      const old = draft(random, contact, { sendAt });
      await post(scene, [old]);
      await sleep(random.between(0, 3_000));
      await post(scene, [draft(random, contact, { supersedes: old.message.id })]);
    },
  },
  /** A caller that is not sure sends again; sometimes by the other way. */
  repeat: {
    weight: 4,
    run: async (scene) => {
      const { contact, random, calls } = scene;
      if (contact.sent.length === 0) return;
      const again = random.pick(contact.sent);
      if (random.chance(0.3)) return calls.signalMessage(contact.id, asSignal(again.body));
      if (again.message.via === 'signal') again.message.crossed = true;
      const answer = await calls.api('POST', `/contacts/${contact.id}/messages`, again.body);
      expectStatus(scene, `POST ${again.message.id} again`, answer, [202]);
    },
  },
};
