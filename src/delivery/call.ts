import { performance } from 'node:perf_hooks';
import { limits } from '../core/limits.ts';
import { ProviderError, type EmailSender, type SmsSender } from '../channels/sender.ts';
import type { Claimed } from './claim.ts';
import type { Lease } from './lease.ts';
import { backoffMs, type Outcome } from './settle.ts';

/** The provider calls between claim and settle, and the meaning of their answers for each delivery. */

export type Providers = { email: EmailSender; sms: SmsSender };

export type SettledDelivery = { deliveryId: string; outcome: Outcome };

/** `fault`: one of the calls ended in an error of ours, and has no outcome; the answers to the others are known. */
export type Answers = { outcomes: SettledDelivery[]; fault?: unknown };

/**
 * A process that was frozen since its claim must not send on an old permission, and one that is ending begins nothing:
 * such a call is given back.
 */
export async function callProvider(
  providers: Providers,
  claimed: Claimed,
  stopping: AbortSignal,
): Promise<Answers> {
  if (claimed.kind === 'email')
    return { outcomes: await callEmail(providers.email, claimed, stopping) };
  const calls = await Promise.allSettled(
    claimed.messages.map(({ sms }) => callSms(providers.sms, sms, claimed.lease, stopping)),
  );
  const outcomes = calls.flatMap((call, n) =>
    call.status === 'fulfilled'
      ? [{ deliveryId: claimed.messages[n]!.deliveryId, outcome: call.value }]
      : [],
  );
  const failed = calls.find((call) => call.status === 'rejected');
  return failed ? { outcomes, fault: failed.reason } : { outcomes };
}

/**
 * Why a claimed call does not begin any more; undefined: it may. Another process can take it at once from one that ends;
 * a machine that was too slow rests first, for longer each time: at once it would be too slow again, and do nothing else.
 */
function tooLate({ claimedAtMs, failures }: Lease, stopping: AbortSignal): Outcome | undefined {
  const givenBack = (reason: string, waitMs: number): Outcome => ({
    kind: 'given_back',
    waitMs,
    reason,
  });
  if (stopping.aborted) return givenBack('the process was asked to stop', 0);
  if (performance.now() - claimedAtMs > limits.callStartMs)
    return givenBack('the claim was too old to call', backoffMs(failures));
  return undefined;
}

async function callSms(
  sender: SmsSender,
  sms: Parameters<SmsSender['sendSms']>[0],
  lease: Lease,
  stopping: AbortSignal,
): Promise<Outcome> {
  const late = tooLate(lease, stopping);
  if (late) return late;
  try {
    const { providerId } = await sender.sendSms(sms, { timeoutMs: limits.callTimeoutMs });
    return { kind: 'sent', providerId };
  } catch (error) {
    return outcomeOf('sms', providerError(error), lease.failures);
  }
}

async function callEmail(
  sender: EmailSender,
  claimed: Claimed & { kind: 'email' },
  stopping: AbortSignal,
): Promise<SettledDelivery[]> {
  const { failures } = claimed.lease;
  const settle = (deliveryId: string, outcome: Outcome): SettledDelivery => ({
    deliveryId,
    outcome: claimed.repeat ? ofRepeat(outcome) : outcome,
  });
  const all = (outcome: Outcome): SettledDelivery[] =>
    claimed.emails.map(({ deliveryId }) => settle(deliveryId, outcome));
  const late = tooLate(claimed.lease, stopping);
  if (late) return all(late);
  try {
    const answers = await sender.sendBatch(claimed.emails, {
      idempotencyKey: claimed.batchId,
      timeoutMs: limits.callTimeoutMs,
    });
    return claimed.emails.map(({ deliveryId }, index) => {
      const answer = answers[index];
      if (!answer) return settle(deliveryId, repeat('no answer', failures));
      return settle(
        deliveryId,
        answer.ok
          ? { kind: 'sent', providerId: answer.providerId }
          : outcomeOf('email', answer.error, failures),
      );
    });
  } catch (error) {
    return all(outcomeOf('email', providerError(error), failures));
  }
}

/**
 * The first call of this batch may have arrived. Without its key it would arrive again, so it is never taken apart; and
 * a refusal now says nothing about then.
 */
function ofRepeat(outcome: Outcome): Outcome {
  if (outcome.kind === 'given_back') return { ...outcome, kind: 'repeat' };
  if (outcome.kind === 'failed') return { ...outcome, kind: 'unknown' };
  return outcome;
}

/** Anything else is a fault of ours: the activity fails, and the lease decides what may be repeated. */
function providerError(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  throw error;
}

function outcomeOf(kind: Claimed['kind'], error: ProviderError, failures: number): Outcome {
  switch (error.kind) {
    case 'rejected':
      // Only a repeat has a key that the provider knows: the first call had arrived, with emails that may not leave any
      // more (interrupted.ts). Its webhooks tell of each.
      if (error.code === 'invalid_idempotent_request')
        return { kind: 'unknown', reason: 'the provider had taken the interrupted call' };
      return { kind: 'failed', reason: `the provider refused: ${error.code}` };
    case 'throttled':
      return {
        kind: 'given_back',
        waitMs: Math.max(error.retryAfterMs ?? backoffMs(failures), limits.retryFirstMs),
        reason: `the provider asks to wait: ${error.code}`,
        // That one key is being worked on says nothing about the others.
        ...(error.code === 'concurrent_idempotent_requests' ? {} : { throttled: true }),
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
