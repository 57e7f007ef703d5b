import { describe, expect, it } from 'vitest';
import { limits } from '../../../src/core/limits.ts';
import { afterFailure } from '../../../src/features/events/webhook-retry.ts';
import { webhookUrlProblem } from '../../../src/core/webhook-url.ts';

const now = new Date('2026-11-26T12:00:00Z');
const waitOf = (next: ReturnType<typeof afterFailure>): number =>
  'retryAt' in next ? next.retryAt.getTime() - now.getTime() : NaN;

describe('after a failure', () => {
  const refused = { status: 500, problem: 'HTTP 500' };

  it('the waits grow, and all together are three days', () => {
    const waits = limits.webhookRetriesMs.map((_, n) => waitOf(afterFailure(refused, n, now, 0)));
    expect(waits).toEqual([...limits.webhookRetriesMs]);
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    const days = waits.reduce((sum, wait) => sum + wait, 0) / 86_400_000;
    expect(days).toBeGreaterThan(3);
    expect(days).toBeLessThan(3.5);
  });

  it('a share of chance is added, never taken away', () => {
    expect(waitOf(afterFailure(refused, 1, now, 1))).toBe(330_000);
  });

  it('the receiver may ask for more time, not for less', () => {
    const asks = (retryAfterMs: number) =>
      waitOf(afterFailure({ ...refused, retryAfterMs }, 1, now, 0));
    expect(asks(3_600_000)).toBe(3_600_000);
    expect(asks(1_000)).toBe(300_000);
  });

  it('the last is the last, and 410 always is', () => {
    const { length } = limits.webhookRetriesMs;
    expect(afterFailure(refused, length, now, 0)).toEqual({
      disable: `${length + 1} attempts failed, the last with: HTTP 500`,
    });
    expect(afterFailure({ status: 410, problem: 'HTTP 410' }, 0, now, 0)).toHaveProperty('disable');
  });
});

describe('an address to post to', () => {
  it.each([
    'https://hooks.example.com/optgate?practice=7',
    'https://hooks.example.com:8443/',
    'https://93.184.216.34/',
    'https://[2606:2800:220:1::1]/',
    'https://[::93.184.216.34]/',
  ])('%s is taken', (url) => {
    expect(webhookUrlProblem(url, false)).toBeUndefined();
  });

  it.each([
    'nonsense',
    '//hooks.example.com',
    'http://hooks.example.com/',
    'ftp://hooks.example.com/',
    'https://user:word@hooks.example.com/',
    'https://hooks.example.com/#part',
    'https://localhost/',
    'https://LOCALHOST./',
    'https://api.localhost/',
    'https://127.0.0.1/',
    'https://0x7f.1/',
    'https://2130706433/',
    'https://0.0.0.0/',
    'https://10.1.2.3/',
    'https://172.16.0.1/',
    'https://192.168.1.1/',
    'https://100.64.0.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://224.0.0.1/',
    'https://[::1]/',
    'https://[::]/',
    'https://[fe80::1]/',
    'https://[fd00::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:a00:1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[::127.0.0.1]/',
    'https://[::7f00:1]/',
    'https://[0:0:0:0:0:0:10.1.2.3]/',
    'https://[::169.254.169.254]/',
    'https://[::192.168.1.1]/',
  ])('%s is refused', (url) => {
    expect(webhookUrlProblem(url, false)).toBeTypeOf('string');
  });

  it('may be this machine, without TLS, in the sandbox', () => {
    expect(webhookUrlProblem('http://localhost:8080/hook', true)).toBeUndefined();
    expect(webhookUrlProblem('http://127.0.0.1:8080/hook', true)).toBeUndefined();
    expect(webhookUrlProblem('file:///etc/passwd', true)).toBeTypeOf('string');
  });
});
