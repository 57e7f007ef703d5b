import { limits } from './domain/limits.ts';

/** How often the event loop is looked at, in ms. */
const lookMs = 50;

/**
 * Calls `onBlocked` with the time in ms after each time that one piece of work kept the event loop for more than
 * `limits.eventLoopBlockedMs`: nobody's STOP, YES or unsubscribe was heard meanwhile. Counts the process's CPU time, so
 * that a busy machine is not mistaken for a request that was too hard. Returns a function that ends the watch.
 */
export function watchEventLoop(onBlocked: (ms: number) => void): () => void {
  let expected = performance.now() + lookMs;
  let before = process.cpuUsage();
  const timer = setInterval(() => {
    const late = performance.now() - expected;
    const { user, system } = process.cpuUsage(before);
    const blocked = Math.min(late, (user + system) / 1_000);
    expected = performance.now() + lookMs;
    before = process.cpuUsage();
    if (blocked > limits.eventLoopBlockedMs) onBlocked(Math.round(blocked));
  }, lookMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** How long work may keep the event loop in one of its turns before others have theirs, in ms. */
const turnMs = 20;

/**
 * For work on many entries of one request: `await giveWay()` before each. While it waits, others are answered: a STOP
 * does not wait until a thousand templates are rendered. However many requests are worked on, they share each turn.
 */
export async function giveWay(): Promise<void> {
  while (isOver()) await nextTurn();
}

/** When the first piece of work of this turn began; undefined: none has. */
let began: number | undefined;
const waiting: (() => void)[] = [];

function isOver(): boolean {
  const now = performance.now();
  if (began === undefined) {
    began = now;
    setImmediate(endTurn);
  }
  return now - began >= turnMs;
}

function nextTurn(): Promise<void> {
  return new Promise((goOn) => waiting.push(goOn));
}

/** One request goes on in the next, which it begins. */
function endTurn(): void {
  began = undefined;
  waiting.shift()?.();
}
