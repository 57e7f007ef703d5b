import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

/** In a process of its own: what is counted is what the whole process worked. */
async function blockedBy(work: string): Promise<number[]> {
  const script = `
    import { setTimeout } from 'node:timers/promises';
    import { watchEventLoop } from '${new URL('../../src/platform/event-loop.ts', import.meta.url).href}';
    const blocked = [];
    watchEventLoop((ms) => blocked.push(ms));
    await setTimeout(150);
    ${work}
    await setTimeout(150);
    console.log(JSON.stringify(blocked));`;
  const { stdout } = await run(script);
  return JSON.parse(stdout) as number[];
}

function run(script: string): Promise<{ stdout: string }> {
  const args = ['--import', 'tsx', '--input-type=module', '-e', script];
  return promisify(execFile)(process.execPath, args);
}

it('notices work that keeps everybody else waiting', async () => {
  const worked = '({ user, system }) => (user + system) / 1_000';
  const blocked = await blockedBy(`
    const worked = ${worked};
    const from = process.cpuUsage();
    while (worked(process.cpuUsage(from)) < 400);`);
  expect(blocked.some((ms) => ms > 250)).toBe(true);
});

it('does not take a machine that is busy elsewhere for such work', async () =>
  expect(
    await blockedBy('Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);'),
  ).toEqual([]));

it('gives everybody a turn between pieces of work, however many requests are worked on', async () => {
  const { stdout } = await run(`
    import { giveWay } from '${new URL('../../src/platform/event-loop.ts', import.meta.url).href}';
    const busy = (ms) => { const from = performance.now(); while (performance.now() - from < ms); };
    let [pieces, most, sinceTurn, ended] = [0, 0, 0, false];
    const look = () => { most = Math.max(most, sinceTurn); sinceTurn = 0; if (!ended) setImmediate(look); };
    setImmediate(look);
    const request = async () => {
      for (let entry = 0; entry < 10; entry += 1) { await giveWay(); busy(25); pieces += 1; sinceTurn += 1; }
    };
    const arrived = () => new Promise((done) => setTimeout(() => done(request()), 5));
    await Promise.all(Array.from({ length: 8 }, arrived));
    ended = true;
    console.log(JSON.stringify({ pieces, most }));`);
  expect(JSON.parse(stdout)).toEqual({ pieces: 80, most: 1 });
});

it('leaves others as long to themselves as one long piece of work took', async () => {
  const { stdout } = await run(`
    import { giveWay } from '${new URL('../../src/platform/event-loop.ts', import.meta.url).href}';
    const busy = (ms) => { const from = performance.now(); while (performance.now() - from < ms); };
    let [turns, pieces] = [0, 0];
    const look = () => { turns += 1; if (pieces < 20) setTimeout(look, 1); };
    const request = async () => {
      for (let entry = 0; entry < 5; entry += 1) { await giveWay(); busy(60); pieces += 1; }
    };
    look();
    await Promise.all([request(), request(), request(), request()]);
    console.log(JSON.stringify({ turns, pieces }));`);
  const { turns, pieces } = JSON.parse(stdout) as { turns: number; pieces: number };
  expect(pieces).toBe(20);
  // With each piece right behind the one before, there is one turn between two.
  expect(turns).toBeGreaterThan(5 * pieces);
});
