import { describe, expect, test } from 'vitest';
import { Outbox } from '../../../packages/sandbox/outbox.ts';

const sms = (to: string, text = 'hello') => ({
  id: 'id',
  channel: 'sms' as const,
  to,
  from: '+15550100000',
  text,
  headers: {},
});

const seqs = (outbox: Outbox, filter = {}) => [...outbox.select(filter)].map(({ seq }) => seq);

describe('the outbox', () => {
  test('gives what is new after a seq, oldest first', () => {
    const outbox = new Outbox();
    for (const to of ['+15551230001', '+15551230002', '+15551230001']) outbox.add(sms(to));
    expect(seqs(outbox)).toEqual([1, 2, 3]);
    expect(seqs(outbox, { after: 1 })).toEqual([2, 3]);
    expect(seqs(outbox, { after: 3 })).toEqual([]);
    expect(seqs(outbox, { after: 999 })).toEqual([]);
    expect(seqs(outbox, { channel: 'email' })).toEqual([]);
  });

  test('finds a number however it is written, an address whatever its case', () => {
    const outbox = new Outbox();
    outbox.add(sms('+15551230001'));
    outbox.add({ ...sms('Anna@people.example'), channel: 'email' });
    expect(seqs(outbox, { to: '15551230001' })).toEqual([1]);
    // A `+` that was not escaped in a query arrives as a space.
    expect(seqs(outbox, { to: ' 15551230001' })).toEqual([1]);
    expect(seqs(outbox, { to: 'anna@PEOPLE.example' })).toEqual([2]);
  });

  test('numbering goes on after it was emptied, so that a cursor stays valid', () => {
    const outbox = new Outbox();
    const before = outbox.generation;
    outbox.add(sms('+15551230001'));
    outbox.clear();
    expect(seqs(outbox)).toEqual([]);
    outbox.add(sms('+15551230001'));
    expect(seqs(outbox, { after: 1 })).toEqual([2]);
    expect(outbox.generation).not.toBe(before);
  });

  test('the oldest go when it is full, by number and by size', () => {
    const byNumber = new Outbox({ entries: 3, characters: 1e9 });
    for (let count = 0; count < 30_005; count += 1) byNumber.add(sms('+15551230001'));
    expect(seqs(byNumber)).toEqual([30_003, 30_004, 30_005]);
    expect(byNumber.get(30_004)?.seq).toBe(30_004);
    expect(byNumber.get(1)).toBeUndefined();

    const bySize = new Outbox({ entries: 100, characters: 5_000 });
    for (let count = 0; count < 5; count += 1) bySize.add(sms('+15551230001', 'x'.repeat(1_500)));
    expect(seqs(bySize)).toEqual([4, 5]);
  });

  test('asking for what is new costs what is new, not what is kept', () => {
    const outbox = new Outbox();
    for (let count = 0; count < 200_000; count += 1) outbox.add(sms('+15551230001'));
    const startedAt = performance.now();
    for (let round = 0; round < 10_000; round += 1) seqs(outbox, { after: 199_999 });
    // A scan of 200,000 entries takes over 1 ms: 10,000 of them would take over 10 s.
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
