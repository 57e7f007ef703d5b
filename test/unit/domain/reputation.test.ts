import { describe, expect, it } from 'vitest';
import { reputationWindowMs, suspensionReason } from '../../../src/core/reputation.ts';

describe('a practice that asks nobody', () => {
  it.each([
    [1_000, 3, 0, '3 complaints on 1000 delivered messages in 30 days'],
    [1_001, 3, 0, undefined],
    [1_000, 2, 0, undefined],
    [200, 3, 0, '3 complaints on 200 delivered messages in 30 days'],
    [199, 3, 0, undefined],
    [200, 2, 0, undefined],
    [200, 0, 10, '10 permanent bounces on 200 delivered messages in 30 days'],
    [201, 0, 10, undefined],
    [199, 0, 199, undefined],
    [1_000, 3, 50, '3 complaints on 1000 delivered messages in 30 days'],
    [100_000, 0, 0, undefined],
  ])(
    'with %i delivered, %i complaints and %i dead addresses is suspended because: %s',
    (delivered, complained, bounced, reason) => {
      expect(suspensionReason({ delivered, complained, bounced })).toBe(reason);
    },
  );

  it('is judged by 30 days', () => {
    expect(reputationWindowMs).toBe(2_592_000_000);
  });
});
