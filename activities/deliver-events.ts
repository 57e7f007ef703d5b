import { cancellationSignal } from '@temporalio/activity';
import type { Database } from '../src/db/database.ts';
import type { PlacedEvent } from '../src/db/event-store.ts';
import type { WebhookEndpoint } from '../src/db/generated/client.ts';
import { readEndpoint, secretsOf } from '../src/db/webhook-endpoint-store.ts';
import { nextEvents, noteFailure, noteIdle, noteSuccess } from '../src/db/webhook-progress.ts';
import { Budget } from '../src/delivery/drain.ts';
import type { PostWebhook } from '../src/ports/webhook-sender.ts';
import type { WebhookActivities } from '../workflows/activity-types.ts';
import { withPulse } from './pulse.ts';

export type WebhookDependencies = { db: Database; postWebhook: PostWebhook };

/**
 * Posts a practice's events to one of its endpoints, in their order, one call each; the next only when the one before
 * was taken. What to do is read from the record before every page, so a change of the endpoint needs no telling.
 */
export function createDeliverEvents(deps: WebhookDependencies): WebhookActivities['deliverEvents'] {
  const { db } = deps;
  const run: WebhookActivities['deliverEvents'] = async (ref) => {
    const budget = new Budget(cancellationSignal());
    while (!budget.spent) {
      const endpoint = await readEndpoint(db, ref);
      // Deleted or switched off.
      if (endpoint?.state !== 'active') return { more: false };
      const { retryAt } = endpoint;
      if (retryAt && retryAt > db.clock.now())
        return { more: false, retryAt: retryAt.toISOString() };
      const events = await nextEvents(db, endpoint);
      if (events.length === 0) {
        await noteIdle(db, endpoint);
        return { more: false };
      }
      await postPage(deps, endpoint, events, budget);
    }
    return { more: true };
  };
  return (ref) => withPulse(() => run(ref));
}

/** Until one is not taken, or the endpoint is no longer what it was. */
async function postPage(
  { db, postWebhook }: WebhookDependencies,
  endpoint: WebhookEndpoint,
  events: readonly PlacedEvent[],
  budget: Budget,
): Promise<void> {
  let current = endpoint;
  for (const { place, event } of events) {
    if (budget.spent) return;
    const answer = await postWebhook({
      url: current.url,
      id: event.id,
      body: JSON.stringify(event),
      secrets: secretsOf(db, current),
      at: db.clock.now(),
    });
    budget.take(1);
    if (!answer.ok) return noteFailure(db, current, answer);
    const moved = await noteSuccess(db, current, place, answer.status);
    if (moved?.state !== 'active' || moved.types.join() !== endpoint.types.join()) return;
    current = moved;
  }
}
