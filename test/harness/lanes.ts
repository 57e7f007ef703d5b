import { claimLanes, type Claim, type Claimed } from '../../src/delivery/claim.ts';
import { settleLanes, type Outcome } from '../../src/delivery/settle.ts';
import { limits } from '../../src/core/limits.ts';
import type { Method } from '../../src/core/method.ts';
import type { Person } from './people.ts';
import type { Stack } from './stack.ts';

/** A worker's steps one by one, for a stack without a worker: what happens between them is the test's. */

export const claim = (stack: Stack, person: Person, method: Method): Promise<Claim> =>
  claimLanes(
    stack.db,
    { practiceId: stack.practiceId, contactIds: [person.id], method },
    { publicUrl: stack.url, senders: {} },
    limits.emailBatch,
  );

export async function claimed(stack: Stack, person: Person, method: Method): Promise<Claimed> {
  const result = await claim(stack, person, method);
  if (result.kind !== 'email' && result.kind !== 'sms') throw new Error(`got ${result.kind}`);
  return result;
}

export const settle = (stack: Stack, one: Claimed, outcome: Outcome): Promise<void> => {
  const ids = one.kind === 'email' ? one.emails : one.messages;
  return settleLanes(
    stack.db,
    one,
    ids.map(({ deliveryId }) => ({ deliveryId, outcome })),
  );
};
