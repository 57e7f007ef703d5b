import { setTimeout as sleep } from 'node:timers/promises';
import { decide } from '../answers.ts';
import { register } from '../changes.ts';
import type { Message } from '../journal.ts';
import { draft, post, type Wish } from '../messages.ts';
import { unregistered, type Person } from '../people.ts';
import { Random } from '../random.ts';
import { refresh, type Scene, type World } from '../scene.ts';

/** Contacts of their own, not among the people: what happens to them is known, so more can be asked of the service. */

/** Behind all people (of whom there are at most 10,000): their addresses follow from it. */
const firstIndex = 20_000;
let bystanders = 0;

/** By email alone: one answer opens the gate. Registered when this resolves. */
export async function newBystander(world: World, name: string): Promise<Scene> {
  const index = firstIndex + bystanders;
  bystanders += 1;
  const ip = `198.18.${index >> 8}.${index & 255}`;
  const person: Person = { index, ip, contacts: [], addresses: 0 };
  const contact = unregistered(person, `${name}${index - firstIndex}`, ['email']);
  person.contacts.push(contact);
  const scene: Scene = { ...world, person, contact, random: new Random(`bystander/${index}`) };
  await register(scene, contact);
  return scene;
}

export async function write(scene: Scene, wish: Wish = {}): Promise<Message> {
  const one = draft(scene.random, scene.contact, { ...wish, plain: true });
  await post(scene, [one]);
  return one.message;
}

/** Answers the question on its page. False: the API does not show the yes in time. */
export async function accept(scene: Scene, patienceMs: number): Promise<boolean> {
  const { contact, mailbox } = scene;
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline; await sleep(500)) {
    await refresh(scene);
    if (contact.states.email === 'accepted') return true;
    const [question] = mailbox.optIns(contact.addresses.email);
    if (question) await decide(scene, question, 'accept', false);
  }
  return false;
}
