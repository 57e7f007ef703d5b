import { setTimeout as sleep } from 'node:timers/promises';
import { answerActions } from './answers.ts';
import { Unanswered } from './calls.ts';
import { arrive, changeActions } from './changes.ts';
import { messageActions } from './messages.ts';
import type { Person } from './people.ts';
import { Random } from './random.ts';
import type { Action, Scene, World } from './scene.ts';

/** Every kind of step there is. A new kind is one more entry in one of these tables. */
const actions: Record<string, Action> = { ...messageActions, ...answerActions, ...changeActions };

/** One step of a life: its time, action, and the seed for its random draws. */
export type Step = { atMs: number; action: string; contact: number; seed: string };

/**
 * The plan of a life is drawn before it begins and depends on the seed alone. The outcome of a step does not: it
 * depends on the scheduling of a dozen processes. A step that makes no sense when its time comes is passed over.
 */
export function planLife(options: {
  seed: number;
  person: Person;
  durationMs: number;
  /** Mean time between the steps of one person, in ms. */
  paceMs: number;
}): Step[] {
  const { seed, person, durationMs, paceMs } = options;
  const random = new Random(`${seed}/life/${person.index}`);
  const choices = Object.entries(actions).map(([name, { weight }]) => ({ name, weight }));
  const steps: Step[] = [];
  // People arrive in the first fifth; somebody always does something.
  let atMs = random.between(0, durationMs / 5);
  while (atMs < durationMs) {
    const first = steps.length === 0;
    steps.push({
      atMs,
      action: first ? 'arrive' : random.weighted(choices).name,
      contact: random.whole(0, person.contacts.length - 1),
      seed: `${seed}/step/${person.index}/${steps.length}`,
    });
    // The opt-in takes a moment; then people are curious.
    atMs += first ? random.between(500, 3_000) : 200 + random.exponential(paceMs);
  }
  return steps;
}

export async function live(world: World, person: Person, plan: readonly Step[]): Promise<void> {
  const start = Date.now();
  for (const step of plan) {
    const waitMs = start + step.atMs - Date.now();
    if (waitMs > 0) await sleep(waitMs, undefined, { signal: world.over }).catch(() => undefined);
    if (world.over.aborted) return;
    const contact = person.contacts[step.contact]!;
    const scene: Scene = { ...world, person, contact, random: new Random(step.seed) };
    world.journal.countStep(step.action);
    try {
      await (step.action === 'arrive' ? arrive(scene) : actions[step.action]!.run(scene));
    } catch (error) {
      // Without an answer nothing is known, and nothing is claimed: the journal has no `ended` for it.
      if (!(error instanceof Unanswered))
        world.journal.surprise(`${step.action} of ${contact.id}: ${String(error)}`);
    }
  }
}
