import { limits } from '../core/limits.ts';

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
 * does not wait until a thousand templates are rendered. However many requests are worked on, they share each turn; and
 * after a piece of work that took longer than a turn, others have as long to themselves: an answer takes many turns.
 */
export async function giveWay(): Promise<void> {
  while (isOver()) await nextTurn();
}

/** When the first piece of work of this turn began; undefined: none has. */
let began: number | undefined;
let isResting = false;
const waiting: (() => void)[] = [];

function isOver(): boolean {
  if (isResting) return true;
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

function endTurn(): void {
  const tookMs = performance.now() - began!;
  began = undefined;
  if (tookMs <= 2 * turnMs) return goOn();
  isResting = true;
  setTimeout(endRest, Math.min(tookMs, mostRestMs));
}

/** However busy the machine is. */
const mostRestMs = 200;

function endRest(): void {
  isResting = false;
  goOn();
}

/** One request goes on in the next turn, which it begins. */
function goOn(): void {
  waiting.shift()?.();
}
