import { describe, expect, it } from 'vitest';
import { undecodable } from '../../../src/core/signals/undecodable.ts';
import { workerLimits } from '../../../src/core/limits/worker-limits.ts';
import type { StoreReport } from '../../../src/core/signals/activity-types.ts';
import { Inbox } from '../../../workflows/inbox.ts';
import { markPayload, type Unopened } from '../../../src/core/signals/payload-marks.ts';
import { rawPayload, rawSignal } from '../../../workflows/raw-signals.ts';

const at = '2026-12-01T00:00:00.000Z';
const signal = (id: string, bytes = 10) =>
  rawSignal('sendMessage', { messageId: id, body: 'x'.repeat(bytes) }, at);
const filled = (count: number, bytes?: number): Inbox => {
  const inbox = new Inbox();
  for (let n = 0; n < count; n += 1) inbox.put(signal(`m${n}`, bytes));
  return inbox;
};

describe('which signals are stored', () => {
  it.each<[string, string, unknown[], unknown]>([
    [
      'a message',
      'sendMessage',
      [{ messageId: 'a', kind: 'ad_hoc' }],
      { messageId: 'a', kind: 'ad_hoc' },
    ],
    ['an announcement that is none', 'acceptChannel', [{ method: 'fax' }], { method: 'fax' }],
    ['another signal, with all that it carries', 'unheardOf', [1, 2], [1, 2]],
    ['nothing at all', 'sendMessage', [], undefined],
  ])('%s', (_what, name, args, payload) => {
    expect(rawPayload(name, args)).toEqual({ payload });
  });

  it.each<[string, string, unknown[]]>([
    ['a wake-up', 'wake', []],
    ['a renewal', 'renew', []],
    ['the id of a message that is stored', 'sendMessage', [{ messageId: 'a' }]],
    [
      'a yes that is in the record',
      'acceptChannel',
      [{ method: 'sms', consentId: 'c', version: 3 }],
    ],
    ['a no that is', 'revokeChannel', [{ method: 'email', consentId: 'c' }]],
  ])('not %s', (_what, name, args) => {
    expect(rawPayload(name, args)).toBeUndefined();
  });

  it('one that is far too large is kept without what it carries', () => {
    expect(signal('m', 200_000).signal.payload).toMatchObject({ undecodable: expect.any(String) });
  });
});

describe('a signal that did not open when it came', () => {
  const sealed = { metadata: { encoding: 'c2VhbGVk' }, data: 'x'.repeat(5_000) };
  const unopened = { why: 'key', keyId: 'late', sealed } as const;
  const closed = (how: Unopened) => {
    const payload = undecodable('key');
    markPayload(payload, { unopened: how });
    return rawSignal('sendMessage', payload, at);
  };

  it('carries its sealed bytes, unless they are far too many', () => {
    const { signal: kept, bytes } = closed(unopened);
    expect(kept.unopened).toEqual(unopened);
    expect(bytes).toBeGreaterThan(5_000);
    const tooLarge = { ...unopened, sealed: { ...sealed, data: 'x'.repeat(200_000) } };
    expect(closed(tooLarge).signal.unopened).toBeUndefined();
    expect(closed(tooLarge).signal.payload).toEqual(undecodable('size'));
  });

  it('goes by reference with those beside it, however long it is to who looks', () => {
    for (const looks of [closed(unopened), signal('opened by now')]) {
      const inbox = filled(2);
      inbox.put({ ...looks, leftSealed: true });
      expect(inbox.isLong).toBe(true);
      const { input, done } = inbox.next(50, 'b');
      expect(input).toEqual({ signals: [], held: { after: 0, upTo: 50 }, batch: 'b' });
      done({ upTo: 50 });
      expect(inbox.isEmpty).toBe(true);
      inbox.put(signal('next'));
      expect(inbox.next(60, 'b').input.signals).toHaveLength(1);
    }
  });
});

describe('a few signals', () => {
  it('are passed on by value, all at once, in a slot that people wait for', () => {
    expect(filled(workerLimits.signalsByValue).isLong).toBe(false);
    const inbox = filled(3);
    const { input, done } = inbox.next(50, 'b');
    expect(input.held).toBeUndefined();
    expect(input.signals).toHaveLength(3);
    inbox.put(signal('later'));
    done(null);
    expect(inbox.next(60, 'b').input.signals).toEqual([signal('later').signal]);
  });

  it('do not make the run leave its inbox to the next', () => {
    const inbox = filled(3);
    inbox.next(50, 'b').done(null);
    expect(inbox.byReference).toBe(false);
    expect(inbox.carry('run', 60)).toEqual([]);
  });
});

describe.each([
  ['many', () => filled(workerLimits.signalsByValue + 1)],
  ['long ones', () => filled(3, workerLimits.signalBytesByValue / 2)],
])('%s', (_what, fill) => {
  it('are read from the history: from after what is stored, up to what this run has seen', () => {
    const inbox = fill();
    expect(inbox.isLong).toBe(true);
    const first = inbox.next(500, 'b');
    expect(first.input).toEqual({ signals: [], held: { after: 0, upTo: 500 }, batch: 'b' });
    first.done({ upTo: 500 });
    expect(inbox.isEmpty).toBe(true);
    expect(inbox.byReference).toBe(true);
  });

  it('go on where the activity’s time was up, with those that came meanwhile', () => {
    const inbox = fill();
    inbox.next(500, 'b').done({ upTo: 200 });
    expect(inbox.isEmpty).toBe(false);
    inbox.put(signal('later'));
    const second = inbox.next(520, 'b');
    expect(second.input.held).toEqual({ after: 200, upTo: 520 });
    second.done({ upTo: 520 });
    expect(inbox.isEmpty).toBe(true);
  });

  it('that came while the others were stored are not forgotten', () => {
    const inbox = fill();
    const first = inbox.next(500, 'b');
    inbox.put(signal('later'));
    first.done({ upTo: 500 });
    expect(inbox.isEmpty).toBe(false);
    for (let n = 0; n < 30; n += 1) inbox.put(signal(`more${n}`));
    expect(inbox.next(600, 'b').input.held).toEqual({ after: 500, upTo: 600 });
  });

  it('are left to the next run, which stores them first and then its own', () => {
    const inbox = fill();
    inbox.next(500, 'b').done({ upTo: 200 });
    const held = inbox.carry('first run', 600);
    expect(held).toEqual([{ runId: 'first run', after: 200, upTo: 600 }]);

    const next = new Inbox(held);
    next.put(signal('own'));
    expect(next.isLong).toBe(true);
    const first = next.next(4, 'b');
    expect(first.input).toEqual({ signals: [], held: held[0], batch: 'b' });
    first.done({ upTo: 400 });
    expect(next.carry('second run', 10)).toEqual([
      { runId: 'first run', after: 400, upTo: 600 },
      { runId: 'second run', after: 0, upTo: 10 },
    ]);
    const second = next.next(10, 'b');
    expect(second.input.held).toEqual({ runId: 'first run', after: 400, upTo: 600 });
    second.done({ upTo: 600 });
    expect(next.next(10, 'b').input.signals).toEqual([signal('own').signal]);
  });
});

describe('an outcome that is not this activity’s report', () => {
  // As sealed for this workflow, and given to this activity by somebody with access to Temporal.
  const look = { gone: false, version: 3, handled: 0 } as StoreReport;

  it.each<[string, StoreReport]>([
    ['that of another batch', { batch: 'a' }],
    ['a former one by reference', { upTo: 50 }],
    ['that of a look', look],
  ])('leaves signals by value to be stored: %s', (_whose, outcome) => {
    const inbox = filled(2);
    inbox.next(50, 'b').done(outcome);
    expect(inbox.next(60, 'c').input.signals).toHaveLength(2);
    inbox.next(60, 'c').done({ batch: 'c' });
    expect(inbox.isEmpty).toBe(true);
  });

  it.each<[string, StoreReport]>([
    ['that of another batch', { batch: 'a', upTo: 500 }],
    ['one by value', { batch: 'b' }],
    ['one past what was asked for', { batch: 'b', upTo: 900 }],
    ['one before what was asked for', { batch: 'b', upTo: -1 }],
    ['that of a look', look],
  ])('leaves signals by reference to be stored: %s', (_whose, outcome) => {
    const held = [{ runId: 'earlier', after: 0, upTo: 500 }];
    for (const inbox of [new Inbox(held), filled(workerLimits.signalsByValue + 1)]) {
      inbox.next(500, 'b').done(outcome);
      expect(inbox.isEmpty).toBe(false);
      expect(inbox.next(500, 'c').input.held).toMatchObject({ after: 0, upTo: 500 });
    }
  });
});

it('what was handed over before a look is not read again', () => {
  const inbox = filled(2);
  inbox.next(50, 'b').done(null);
  inbox.settle(80);
  for (let n = 0; n < 30; n += 1) inbox.put(signal(`m${n}`));
  expect(inbox.next(120, 'b').input.held).toEqual({ after: 80, upTo: 120 });
});

it('a history from before, with batch after batch by value, is followed step by step', () => {
  // Three of these fit into one former batch of 400 KB.
  const inbox = filled(7, 120_000);
  for (const left of [true, true, false]) {
    const { done } = inbox.next(100, 'b');
    done(null);
    expect(!inbox.isEmpty).toBe(left);
  }
});
