import { expect, test } from 'vitest';
import { Faults } from '../../../packages/sandbox/faults.ts';

test('the same seed gives the same decisions, and probability is kept', () => {
  const decisions = (seed: number) => {
    const faults = new Faults();
    faults.add({ kind: 'accept_then_drop', probability: 0.3, seed });
    return Array.from({ length: 2_000 }, () => faults.drawCall('email').drop);
  };
  expect(decisions(7)).toEqual(decisions(7));
  expect(decisions(7)).not.toEqual(decisions(8));
  const share = decisions(7).filter(Boolean).length / 2_000;
  expect(share).toBeGreaterThan(0.26);
  expect(share).toBeLessThan(0.34);
});

test('a count is how many times it applies; then it is gone', () => {
  const faults = new Faults();
  faults.add({ kind: 'status', status: 429, retryAfterSeconds: 2, count: 2, channel: 'sms' });
  expect(faults.drawCall('email').status).toBeUndefined();
  expect(faults.drawCall('sms').status).toEqual({ status: 429, retryAfterSeconds: 2 });
  expect(faults.list()[0]).toMatchObject({ applied: 1, count: 2 });
  expect(faults.drawCall('sms').status?.status).toBe(429);
  expect(faults.drawCall('sms').status).toBeUndefined();
  expect(faults.list()).toEqual([]);
});

test('webhook faults do not touch calls, and wanted webhooks are not lost', () => {
  const faults = new Faults();
  faults.add({ kind: 'lose_webhook' });
  expect(faults.drawCall('email')).toEqual({ delayMs: 0, drop: false });
  expect(faults.drawWebhook('email', true)).toBe(0);
  expect(faults.drawWebhook('email', false)).toBe(1);
  faults.clear();
  faults.add({ kind: 'duplicate_webhook' });
  expect(faults.drawWebhook('sms', true)).toBe(2);
});

test.each([
  [null, 'object'],
  [{}, 'kind'],
  [{ kind: 'explode' }, 'kind'],
  [{ kind: 'delay', channel: 'fax' }, 'channel'],
  [{ kind: 'delay', delayMs: -1 }, 'delayMs'],
  [{ kind: 'status', status: 99 }, 'status'],
  [{ kind: 'status', probability: 2 }, 'probability'],
  [{ kind: 'status', count: 1.5 }, 'count'],
  [{ kind: 'status', dealyMs: 5 }, 'dealyMs'],
])('%j is refused with a text that names the trouble', (body, named) => {
  expect(new Faults().add(body)).toContain(named);
});
