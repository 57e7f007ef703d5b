import { freeze } from '../disturb.ts';
import { partsOfKind } from '../installation.ts';
import { draft, signal } from '../messages.ts';
import { Random } from '../random.ts';
import type { Scene, World } from '../scene.ts';
import type { Upheaval } from './field.ts';

/** Raw signals of about 32 KB, the most that one may hold, less the words around the body. */
const bodyBytes = 32 * 1024 - 512;
const contacts = 5;
const signalsEach = 60;
/** In ms: on a busy machine the rest is sent to a worker that runs. */
const heldMs = 35_000;

/** They gather while no worker runs: Temporal has acknowledged each, so each is in the record once one does. */
export const largeSignals: Upheaval = async ({ service, world, random }) => {
  const chosen = random.shuffled(scenesOf(world)).slice(0, contacts);
  const sent = new AbortController();
  const held = partsOfKind(service, 'worker').map((part) =>
    freeze(service, part, heldMs, world, sent.signal),
  );
  await Promise.all(chosen.map((scene) => sendMany(scene)));
  sent.abort();
  await Promise.all(held);
};

/** Green, red or unknown so far: what was acknowledged is kept for each. */
function scenesOf(world: World): Scene[] {
  return world.people.flatMap((person) =>
    person.contacts
      .filter(({ methods }) => methods.includes('email'))
      .map((contact) => ({ ...world, person, contact, random: new Random(contact.id) })),
  );
}

async function sendMany(scene: Scene): Promise<void> {
  for (let count = 0; count < signalsEach; count += 1) {
    const one = draft(scene.random, scene.contact, { plain: true });
    const { id: _, kind } = one.body;
    const text = `[~${one.message.mark}~] `;
    // By email alone: a text message holds ten segments.
    one.message.methods = ['email'];
    one.body = {
      id: one.message.id,
      kind,
      subject: 'Long',
      body: text.padEnd(bodyBytes, 'please read all of it '),
      methods: ['email'],
    };
    await signal(scene, one);
  }
}
