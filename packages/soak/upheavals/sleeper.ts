import type { World } from '../scene.ts';
import { accept, newBystander, write } from './bystanders.ts';

/** In ms; the whole installation may just be coming back. */
const wakeMs = 180_000;

/**
 * A contact that is asked at the beginning and answers after everything else has happened: its workflow sleeps through
 * all of it. Returns what wakes it.
 */
export async function putToSleep(world: World): Promise<() => Promise<void>> {
  const scene = await newBystander(world, 'sleeper');
  const { id } = await write(scene);
  return async () => {
    world.journal.data.promised.push({ messageId: id, why: 'it slept, and woke with a yes' });
    if (!(await accept(scene, wakeMs))) world.journal.surprise('the sleeper did not wake');
  };
}
