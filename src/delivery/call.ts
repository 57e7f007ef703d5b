import { performance } from 'node:perf_hooks';
import { providers, type Provider } from '../channels/providers.ts';
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
  senders: Providers,
  claimed: Claimed,
  stopping: AbortSignal,
): Promise<Answers> {
  if (claimed.kind === 'email')
    return { outcomes: await callEmail(senders.email, claimed, stopping) };
  const calls = await Promise.allSettled(
    claimed.messages.map(({ sms }) => callSms(senders.sms, sms, claimed, stopping)),
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
  { provider, lease }: Claimed,
  stopping: AbortSignal,
): Promise<Outcome> {
  const late = tooLate(lease, stopping);
  if (late) return late;
  try {
    const { providerId } = await sender.sendSms(sms, { timeoutMs: limits.callTimeoutMs });
    return { kind: 'sent', providerId };
  } catch (error) {
    return outcomeOf(provider, providerError(error), lease.failures);
  }
}

async function callEmail(
  sender: EmailSender,
  claimed: Claimed & { kind: 'email' },
  stopping: AbortSignal,
): Promise<SettledDelivery[]> {
  const { provider, lease } = claimed;
  const { failures } = lease;
  const settle = (deliveryId: string, outcome: Outcome): SettledDelivery => ({
    deliveryId,
    outcome: claimed.repeat ? ofRepeat(outcome) : outcome,
  });
  const all = (outcome: Outcome): SettledDelivery[] =>
    claimed.emails.map(({ deliveryId }) => settle(deliveryId, outcome));
  const late = tooLate(lease, stopping);
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
          : outcomeOf(provider, answer.error, failures),
      );
    });
  } catch (error) {
    return all(outcomeOf(provider, providerError(error), failures));
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

function outcomeOf(provider: Provider, error: ProviderError, failures: number): Outcome {
  const { kind, code, retryAfterMs } = error;
  switch (kind) {
    case 'rejected':
      return { kind: 'failed', reason: `the provider refused: ${code}` };
    case 'taken_before':
      // Of a call that was interrupted and repeated with fewer messages (interrupted.ts): the webhooks tell of each.
      return { kind: 'unknown', reason: 'the provider had taken the interrupted call' };
    case 'throttled':
    case 'in_progress':
      return {
        kind: 'given_back',
        waitMs: Math.max(retryAfterMs ?? backoffMs(failures), limits.retryFirstMs),
        reason: `the provider asks to wait: ${code}`,
        ...(kind === 'throttled' ? { throttled: true } : {}),
      };
    case 'not_sent':
      return {
        kind: 'given_back',
        waitMs: backoffMs(failures),
        reason: `the provider cannot be reached: ${code}`,
      };
    case 'ambiguous':
      return providers[provider].idempotent
        ? repeat(code, failures)
        : { kind: 'unknown', reason: `the provider gave no clear answer: ${code}` };
  }
}

function repeat(code: string, failures: number): Outcome {
  return {
    kind: 'repeat',
    waitMs: backoffMs(failures),
    reason: `the provider gave no clear answer: ${code}`,
  };
}
