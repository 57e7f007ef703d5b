import { describe, expect, it } from 'vitest';
import { leftoverLimits } from '../../../src/core/limits/leftover-limits.ts';
import { limits } from '../../../src/core/limits.ts';

const [second, minute, hour, day] = [1_000, 60_000, 3_600_000, 86_400_000] as const;

describe('what callers and the law rely on', () => {
  it.each([
    ['entries of one array call', limits.arrayEntries, 1_000],
    ['entries of a list, at most', limits.pageMax, 200],
    ['entries of a list, by default', limits.pageDefault, 50],
    ['the time an idempotency key is kept', limits.idempotencyMs, 24 * hour],
    ['the bytes of a raw signal’s body', limits.signalBodyBytes, 32 * 1_024],
    ['the time events can be read', limits.eventMemoryMs, 30 * day],
    ['the time between two opt-ins by hand', limits.optInEveryMs, 5 * minute],
    ['opt-ins by hand in a day', limits.optInsPerDay, 5],
    ['the day of these', limits.optInDayMs, 24 * hour],
    ['opt-ins by itself for one channel', limits.automaticOptIns, 3],
    ['the week of these', limits.flapWindowMs, 7 * day],
    ['wrong birth dates', limits.identityTries, 5],
    ['the time to answer a reply (47 CFR 64.1200(a)(12))', limits.answerMs, 5 * minute],
    ['emails in one call (Resend)', limits.emailBatch, 100],
    ['characters of a subject (RFC 5322)', limits.subjectCharacters, 998],
    ['wrong codes', limits.codeTries, 5],
    ['the time a code works', limits.codeMs, 10 * minute],
    ['segments of a text', limits.smsSegments, 10],
  ])('%s', (_what, limit, promised) => {
    expect(limit).toBe(promised);
  });

  it('three days of tries for an endpoint (Standard Webhooks)', () => {
    const total = limits.webhookRetriesMs.reduce<number>((sum, wait) => sum + wait, 0);
    expect(total).toBe(75 * hour + 35 * minute + 5 * second);
    expect(limits.webhookRetriesMs.toSorted((a, b) => a - b)).toEqual(limits.webhookRetriesMs);
  });
});

describe('limits that lean on each other', () => {
  it.each([
    [
      'a lease outlives the call it is for',
      limits.callStartMs + limits.callTimeoutMs,
      limits.leaseMs,
    ],
    ['an email is repeated only while Resend knows its key', limits.emailRepeatMs, 24 * hour],
    ['what is forgotten outlasts a lease', limits.leaseMs, limits.forgottenMs],
    [
      'a worker shows life several times before it is given up',
      3 * limits.heartbeatMs,
      limits.heartbeatTimeoutMs,
    ],
    [
      'a worker that does nothing for many times as long as is reported loses no activity by it',
      // The SDK passes a sign on once in 0.8 of the time-out: what is left is for a process that stands still.
      5 * limits.eventLoopBlockedMs,
      (1 - 0.8) * limits.heartbeatTimeoutMs,
    ],
    [
      'a sign of life is there whenever the SDK passes one on',
      2 * limits.heartbeatMs,
      0.8 * limits.heartbeatTimeoutMs,
    ],
    [
      'signs of life come more often than an activity reports',
      limits.heartbeatTimeoutMs,
      limits.deliverMs,
    ],
    [
      'what a practice keeps no longer outlasts whatever goes by it',
      Math.max(limits.eventMemoryMs, limits.messageLinkMs, limits.webhookMemoryMs),
      leftoverLimits.retentionLeastMs,
    ],
    ['a code works for less than a booking', limits.codeMs, limits.bookingMs],
    ['a booking is remembered after it ended', limits.bookingMs, limits.bookingMemoryMs],
    ['a raw signal fits into a batch', limits.signalBodyBytes, limits.storeBatchBytes],
    [
      'a batch fits into what Temporal warns of, sealed',
      (limits.storeBatchBytes * 8) / 7,
      512 * 1_024,
    ],
    ['one email fits into a batch', limits.emailBytes, limits.emailBatchBytes],
    ['one email fits into a message', limits.emailBytes, limits.messageBytes],
    ['several messages are opened together', 4 * limits.messageBytes, limits.openedBytes],
    ['what one call brings may be rendered', limits.requestBytes - 1, limits.callRenderBytes],
    ['a working day fits into a session', 10 * hour, limits.consoleSessionMs],
    ['a session ends before the next day', limits.consoleSessionMs, day],
    [
      'the length of the queue is kept for all days of the statistics',
      limits.statisticsDays * day,
      limits.queueSampleMs,
    ],
    [
      'a link to preferences is renewed long before it ends',
      2 * limits.preferenceLinkEveryMs,
      limits.preferenceLinkMs,
    ],
    [
      'webhook ids are remembered for longer than a provider repeats',
      3 * day,
      limits.webhookMemoryMs,
    ],
    ['the first wait for a provider is the shortest', limits.retryFirstMs, limits.retryMaxMs],
  ])('%s', (_why, smaller, larger) => {
    expect(smaller).toBeLessThan(larger);
  });
});
