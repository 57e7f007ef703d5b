import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  liftSuppression,
  suppressAddress,
  suppressionsOn,
  weakenDoubt,
  type SuppressionKind,
} from '../../src/record/consent/suppression-store.ts';
import { startStack, type Stack } from '../harness/stack.ts';

/** What one row keeps of an address: a stop, a doubt beneath it, and beneath both that the address is dead. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack.stop());

let serial = 0;
let hash = '';
const at = () => ({ method: 'sms', addressHash: hash }) as const;
const minute = (n: number): Date => new Date(1_800_000_000_000 + n * 60_000);

type Word = [kind: SuppressionKind, reason: string, doubtStays?: true];
const page: Word = ['stopped', 'on the preferences page', true];
const stop: Word = ['stopped', 'STOP'];
const unsure: Word = ['doubtful', 'unsure'];
const wrong: Word = ['doubtful', 'wrong_person'];
const dead: Word = ['unreachable', 'no such number'];

/** Each a minute after the one before. */
async function said(...words: Word[]): Promise<void> {
  serial += 1;
  hash = `beneath-${serial}`;
  for (const [n, [kind, reason, doubtStays]] of words.entries())
    await suppressAddress(stack.db.prisma, stack.practiceId, {
      ...at(),
      kind,
      reason,
      since: minute(n),
      doubtStays,
    });
}

/** `kind reason minute`, the strongest first. */
const there = async (): Promise<string[]> =>
  (await suppressionsOn(stack.db.prisma, { practiceId: stack.practiceId, ...at() })).map(
    ({ kind, reason, since }) => {
      const minutes = (since.getTime() - minute(0).getTime()) / 60_000;
      return `${kind} ${reason} ${minutes}`;
    },
  );
const lift = (...only: SuppressionKind[]) =>
  liftSuppression(
    stack.db.prisma,
    stack.practiceId,
    'sms',
    hash,
    minute(90),
    only.length === 0 ? undefined : only,
  );

const stopped = 'stopped on the preferences page';
const no = 'unreachable no such number';

describe('a stop that settles no doubt', () => {
  it.each<[string, Word[], string[]]>([
    ['before it', [wrong, page], [`${stopped} 1`, 'doubtful wrong_person 0']],
    ['after it', [page, wrong], [`${stopped} 0`, 'doubtful wrong_person 1']],
    [
      'twice, as strong as the stronger',
      [unsure, page, wrong, unsure],
      [`${stopped} 1`, 'doubtful wrong_person 0'],
    ],
    [
      'and a dead address',
      [dead, wrong, page],
      [`${stopped} 2`, 'doubtful wrong_person 1', `${no} 0`],
    ],
    [
      'and a dead address, found last',
      [wrong, page, dead],
      [`${stopped} 1`, 'doubtful wrong_person 0', `${no} 2`],
    ],
    [
      'and a second one',
      [wrong, page, ['stopped', 'by several people', true]],
      ['stopped by several people 2', 'doubtful wrong_person 0'],
    ],
  ])('keeps one %s', async (_what, words, expected) => {
    await said(...words);
    expect(await there()).toEqual(expected);
  });

  it.each<[string, Word[], string[]]>([
    ['the phone’s STOP, before or after', [wrong, page, stop], ['stopped STOP 2']],
    ['a doubt after the phone’s STOP', [stop, wrong], ['stopped STOP 0']],
    ['the phone’s STOP alone', [wrong, stop], ['stopped STOP 1']],
  ])('is not %s', async (_what, words, expected) => {
    await said(...words);
    expect(await there()).toEqual(expected);
  });

  it('gives way to the doubt, then to the dead address, then to nothing', async () => {
    await said(dead, wrong, page);
    await lift('stopped');
    expect(await there()).toEqual(['doubtful wrong_person 1', `${no} 0`]);
    await lift('doubtful');
    expect(await there()).toEqual([`${no} 0`]);
    await lift('unreachable');
    expect(await there()).toEqual([]);
  });

  it('stays when the doubt is settled, or weakened', async () => {
    await said(wrong, page);
    await weakenDoubt(stack.db.prisma, stack.practiceId, at(), 'unsure');
    expect(await there()).toEqual([`${stopped} 1`, 'doubtful unsure 0']);
    await lift('doubtful');
    expect(await there()).toEqual([`${stopped} 1`]);
    await lift('stopped');
    expect(await there()).toEqual([]);
  });

  it.each<[string, SuppressionKind[]]>([
    ['START', []],
    ['a page that its link was sent to', ['stopped', 'doubtful', 'unreachable']],
  ])('goes with all that is beneath it by %s, for good', async (_word, only) => {
    await said(dead, wrong, page);
    await lift(...only);
    expect(await there()).toEqual([]);
    await suppressAddress(stack.db.prisma, stack.practiceId, {
      ...at(),
      kind: 'stopped',
      reason: 'on the preferences page',
      since: minute(99),
      doubtStays: true,
    });
    expect(await there()).toEqual([`${stopped} 99`]);
  });
});
