import { performance } from 'node:perf_hooks';
import { limits } from '../domain/limits.ts';
import { ProviderError, type EmailSender, type SmsSender } from '../ports/sender.ts';
import type { Claimed } from './claim.ts';
import { backoffMs, type Outcome } from './settle.ts';

/** The provider call between claim and settle, and what its answer means for each delivery. */

export type Providers = { email: EmailSender; sms: SmsSender };

export type SettledDelivery = { deliveryId: string; outcome: Outcome };

/**
 * `claimedAtMs` (performance.now) is when the claim's transaction ended. A process that was frozen since then must not
 * send on an old permission, so a late call is given back.
 */
export async function callProvider(
  providers: Providers,
  claimed: Claimed,
  options: { claimedAtMs: number; failures: number },
): Promise<SettledDelivery[]> {
  const all = (outcome: Outcome): SettledDelivery[] =>
    claimed.deliveryIds.map((deliveryId) => ({ deliveryId, outcome }));
  if (performance.now() - options.claimedAtMs > limits.callStartMs)
    return all({ kind: 'given_back', waitMs: 0, reason: 'the claim was too old to call' });

  const timeoutMs = limits.callTimeoutMs;
  try {
    if (claimed.kind === 'sms') {
      const { providerId } = await providers.sms.sendSms(claimed.sms, { timeoutMs });
      return all({ kind: 'sent', providerId });
    }
    const answers = await providers.email.sendBatch(claimed.emails, {
      idempotencyKey: claimed.batchId,
      timeoutMs,
    });
    return claimed.deliveryIds.map((deliveryId, index) => {
      const answer = answers[index];
      if (!answer) return { deliveryId, outcome: repeat('no answer', options.failures) };
      return answer.ok
        ? { deliveryId, outcome: { kind: 'sent', providerId: answer.providerId } }
        : { deliveryId, outcome: outcomeOf(claimed.kind, answer.error, options.failures) };
    });
  } catch (error) {
    if (error instanceof ProviderError)
      return all(outcomeOf(claimed.kind, error, options.failures));
    throw error;
  }
}

function outcomeOf(kind: Claimed['kind'], error: ProviderError, failures: number): Outcome {
  switch (error.kind) {
    case 'rejected':
      return { kind: 'failed', reason: `the provider refused: ${error.code}` };
    case 'throttled':
      return {
        kind: 'given_back',
        waitMs: error.retryAfterMs ?? backoffMs(failures),
        reason: `the provider asks to wait: ${error.code}`,
      };
    case 'not_sent':
      return {
        kind: 'given_back',
        waitMs: backoffMs(failures),
        reason: `the provider cannot be reached: ${error.code}`,
      };
    case 'ambiguous':
      return kind === 'sms'
        ? { kind: 'unknown', reason: `the provider gave no clear answer: ${error.code}` }
        : repeat(error.code, failures);
  }
}

function repeat(code: string, failures: number): Outcome {
  return {
    kind: 'repeat',
    waitMs: backoffMs(failures),
    reason: `the provider gave no clear answer: ${code}`,
  };
}
