import type { AskedByHand, Channel, Method, Registration } from './journal.ts';
import { upsetsPerChannel } from './answers.ts';
import { draft, signal } from './messages.ts';
import { newAddress, reformatted, registrationOf, type Contact } from './people.ts';
import { expectStatus, refresh, type Action, type Scene } from './scene.ts';

/** Acts of staff: register, change, ask again. */

/** `how` writes the addresses in some spelling; the contact has the real ones. */
export async function register(
  scene: Scene,
  contact: Contact,
  how: (address: string) => string = (address) => address,
): Promise<void> {
  const { calls, journal, random, person } = scene;
  const registration: Registration = { ...registrationOf(contact), began: Date.now() };
  journal.data.registrations.push(registration);
  const { methods, addresses } = registration;
  const body = {
    name: `Person ${person.index}`,
    role: 'client',
    methods,
    email: how(addresses.email),
    phone: how(addresses.sms),
    ...(methods.includes('fax') ? { fax: how(addresses.fax) } : {}),
  };
  const answer =
    contact.registered && random.chance(0.3)
      ? await calls.api('PATCH', `/contacts/${contact.id}`, body)
      : await calls.api('PUT', `/contacts/${contact.id}`, body);
  if (!expectStatus(scene, `register ${contact.id}`, answer, [200, 201])) return;
  registration.ended = Date.now();
  contact.registered = true;
}

/** The first step of a life. Some are known to Temporal before anybody registered them. */
export async function arrive(scene: Scene): Promise<void> {
  for (const contact of scene.person.contacts) {
    if (scene.random.chance(0.12))
      for (let count = scene.random.whole(1, 3); count > 0; count -= 1)
        await signal(scene, draft(scene.random, contact));
    await register(scene, contact);
  }
}

export const changeActions: Record<string, Action> = {
  reformat: {
    weight: 3,
    run: async (scene) =>
      register(scene, scene.contact, (address) => reformatted(address, scene.random)),
  },
  changeAddress: {
    weight: 2,
    run: async (scene) => {
      const { contact, person, random } = scene;
      const channel = random.pick<Channel>(['email', 'sms']);
      const closed =
        channel === 'email' && ['revoked', 'failed'].includes(contact.states.email ?? '');
      // Two contacts that share a number keep it: replies from it count for both.
      if (channel === 'sms' && person.contacts.length > 1) return;
      if (contact.upsets[channel] >= upsetsPerChannel && !closed) return;
      contact.upsets[channel] += 1;
      contact.addresses[channel] = newAddress(person, channel);
      await register(scene, contact);
      await refresh(scene);
    },
  },
  /** A method goes, or comes (back). */
  changeMethods: {
    weight: 1.5,
    run: async (scene) => {
      const { contact, person, random } = scene;
      if (person.contacts.length > 1) return;
      const method = random.pick<Method>(['email', 'sms', 'fax']);
      const without = contact.methods.filter((one) => one !== method);
      if (without.length === 0) return;
      contact.methods = without.length < contact.methods.length ? without : [...without, method];
      await register(scene, contact);
      await refresh(scene);
    },
  },
  /** Looks into the queue. */
  look: {
    weight: 2,
    run: async (scene) => {
      await refresh(scene);
      const path = `/contacts/${scene.contact.id}/messages?limit=${scene.random.whole(1, 50)}`;
      expectStatus(scene, 'GET messages', await scene.calls.api('GET', path), [200]);
    },
  },
  /** Asks by hand where the opt-in does not seem to have arrived. */
  askAgain: {
    weight: 4,
    run: async (scene) => {
      const { calls, contact, journal, mailbox } = scene;
      await refresh(scene);
      for (const channel of ['email', 'sms'] as const) {
        const state = contact.states[channel];
        const address = contact.addresses[channel];
        if (state !== 'failed' && state !== 'sent') continue;
        if (mailbox.optIns(address).some((optIn) => !optIn.answered)) continue;
        const asked: AskedByHand = { contactId: contact.id, channel, address, began: Date.now() };
        journal.data.askedByHand.push(asked);
        const path = `/contacts/${contact.id}/opt-in`;
        const options = { takes429: true };
        const answer = await calls.api('POST', path, { methods: [channel] }, options);
        expectStatus(scene, 'POST opt-in', answer, [202, 409, 422, 429]);
        asked.ended = Date.now();
        // A 429 may be the answer to the repeat of a call that was carried out.
        if (answer.status === 409 || answer.status === 422)
          journal.data.askedByHand.splice(journal.data.askedByHand.indexOf(asked), 1);
      }
    },
  },
};
