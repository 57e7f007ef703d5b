/** One event on its way to one endpoint of a practice. */
export type WebhookCall = {
  url: string;
  /** The event's id: a receiver knows a repeat by it. */
  id: string;
  /** JSON; the same bytes on every attempt. */
  body: string;
  /** `whsec_…`; each signs, while a secret is rotated there are two. */
  secrets: readonly string[];
  /** Of this attempt. */
  at: Date;
};

export type WebhookAnswer =
  | { ok: true; status: number }
  | {
      ok: false;
      /** Absent: there was no answer. */
      status?: number;
      /** A fixed phrase or a code, safe to store and show. */
      problem: string;
      /** How long the receiver asked us to wait. */
      retryAfterMs?: number;
    };

/**
 * Posts an event, signed as Standard Webhooks says. Never throws for what a receiver does. `abandoned`: nobody waits for
 * the answer any more; the call is broken off.
 */
export type PostWebhook = (call: WebhookCall, abandoned?: AbortSignal) => Promise<WebhookAnswer>;
