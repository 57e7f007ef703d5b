import { setTimeout as sleep } from 'node:timers/promises';
import type { Calls } from './calls.ts';
import { channels, type Channel, type Journal } from './journal.ts';
import type { Mailbox } from './mailbox.ts';
import type { ChannelState, Contact, Person } from './people.ts';
import type { Random } from './random.ts';

/** The context of a step of somebody's life. */
export type World = {
  calls: Calls;
  journal: Journal;
  mailbox: Mailbox;
  people: Person[];
  /** Aborted when time is up: steps under way finish, no new ones begin. */
  over: AbortSignal;
  /** Aborted when somebody ends the run before its time: what is under way need not come to its end. */
  interrupted: AbortSignal;
  /** Happens only so often in a run: too many complaints would suspend the practice. */
  rare: { complaints: number; bounces: number };
};

export type Scene = World & { person: Person; contact: Contact; random: Random };

/**
 * One kind of step. `weight`: how often it is drawn into a plan. Returns without doing anything where it makes no
 * sense.
 */
export type Action = { weight: number; run: (scene: Scene) => Promise<void> };

type ContactAnswer = { light: string; channels: Partial<Record<Channel, { state: ChannelState }>> };

/** Looks at the contact in the API, as staff do. */
export async function refresh(scene: Scene, contact = scene.contact): Promise<void> {
  const { status, body } = await scene.calls.api('GET', `/contacts/${contact.id}`);
  if (status !== 200) {
    if (contact.registered) scene.journal.surprise(`GET contact ${contact.id}: ${status}`);
    return;
  }
  const answer = body as ContactAnswer;
  for (const channel of channels) {
    const state = answer.channels[channel]?.state;
    if (state === undefined) delete contact.states[channel];
    else contact.states[channel] = state;
  }
}

/**
 * Polls the API until it shows the awaited state; false when it does not within `patienceMs`, and what an upheaval since
 * excuses.
 */
export async function sees(
  scene: Scene,
  contact: Contact,
  holds: (contact: Contact) => boolean,
  patienceMs: number,
): Promise<boolean> {
  const began = Date.now();
  for (let waitMs = 60; ; waitMs = Math.min(waitMs * 1.5, 1_000)) {
    await refresh(scene, contact);
    if (holds(contact)) return true;
    if (Date.now() > began + patienceMs + scene.journal.excusedMs(began)) return false;
    await sleep(waitMs);
  }
}

/** A 4xx that the driver did not provoke. */
export function expectStatus(
  { journal }: Pick<World, 'journal'>,
  what: string,
  answer: { status: number; text: string },
  allowed: readonly number[],
): boolean {
  if (allowed.includes(answer.status)) return true;
  journal.surprise(`${what} answered ${answer.status}: ${answer.text.slice(0, 300)}`);
  return false;
}
