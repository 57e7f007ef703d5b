import { setMaxListeners } from 'node:events';
import { cancellationSignal } from '@temporalio/activity';
import { ifReadable } from '../src/platform/db/cipher.ts';
import type { Database } from '../src/platform/db/database.ts';
import type { PlacedEvent } from '../src/features/events/event-store.ts';
import type { WebhookEndpoint } from '../src/platform/db/generated/client.ts';
import { readEndpoint, secretsOf } from '../src/features/events/webhook-endpoint-store.ts';
import {
  nextEvents,
  noteFailure,
  noteIdle,
  noteSuccess,
} from '../src/features/events/webhook-progress.ts';
import { Budget, eventsBudget } from '../src/delivery/budget.ts';
import { Turns } from '../src/core/turns/turns.ts';
import { workerLimits } from '../src/core/limits/worker-limits.ts';
import type { PostWebhook } from '../src/features/events/webhook-sender.ts';
import type { WebhookActivities } from '../src/core/signals/activity-types.ts';
import { withPulse } from './pulse.ts';

export type WebhookDependencies = { db: Database; postWebhook: PostWebhook; stopping: AbortSignal };

/**
 * Posts a practice's events to one of its endpoints, in their order, one call each; the next only when the one before
 * was accepted. The endpoint's record is read before every page, so a change of it needs no signal. A practice's endpoints
 * have its share of the process's slots, however slow they are: one beyond it gives its slot back at once.
 */
export function createDeliverEvents(deps: WebhookDependencies): WebhookActivities['deliverEvents'] {
  const { db, stopping } = deps;
  const abandoned = somewhatAfter(stopping);
  const { slots, webhooksOfPractice: each, webhookTurnMs } = workerLimits;
  const turns = new Turns({ each, all: slots.webhooks, waiting: 0 });
  const run: WebhookActivities['deliverEvents'] = async (ref) => {
    const budget = new Budget(eventsBudget, cancellationSignal(), stopping);
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
      await postPage(deps, endpoint, events, { budget, abandoned });
    }
    return { more: true };
  };
  return async (ref) => {
    const { practiceId } = ref;
    if (!turns.takeNow(practiceId)) {
      const retryAt = new Date(db.clock.now().getTime() + webhookTurnMs);
      return { more: false, retryAt: retryAt.toISOString() };
    }
    try {
      return await withPulse(() => run(ref));
    } finally {
      turns.giveBack(practiceId);
    }
  };
}

/** Until one is not accepted, or the endpoint has changed. */
async function postPage(
  { db, postWebhook }: WebhookDependencies,
  endpoint: WebhookEndpoint,
  events: readonly PlacedEvent[],
  { budget, abandoned }: { budget: Budget; abandoned: AbortSignal },
): Promise<void> {
  let current = endpoint;
  for (const { place, event } of events) {
    if (budget.spent) return;
    const secrets = ifReadable(() => secretsOf(db, current));
    if (!secrets) return noteFailure(db, current, { problem: 'its secret cannot be opened' });
    const answer = await postWebhook(
      {
        url: current.url,
        id: event.id,
        body: JSON.stringify(event),
        secrets,
        at: db.clock.now(),
      },
      abandoned,
    );
    budget.take(1);
    // It is posted again, with the same id: that this process ends is no failure of the receiver's.
    if (!answer.ok && abandoned.aborted) return;
    if (!answer.ok) return noteFailure(db, current, answer);
    const moved = await noteSuccess(db, current, place, answer.status);
    if (moved?.state !== 'active' || moved.types.join() !== endpoint.types.join()) return;
    current = moved;
  }
}

/**
 * Aborts `workerLimits.webhookStopMs` after `stopping`: an answer that is on its way may still come, but the process does not
 * wait for the slowest of receivers.
 */
function somewhatAfter(stopping: AbortSignal): AbortSignal {
  const controller = new AbortController();
  // Each call under way listens to it.
  setMaxListeners(0, controller.signal);
  const abandon = (): void => {
    setTimeout(() => controller.abort(), workerLimits.webhookStopMs).unref();
  };
  stopping.addEventListener('abort', abandon, { once: true });
  return controller.signal;
}
