import { Resend } from 'resend';
import { single, type RefusedWebhook, type WebhookHeaders } from '../../webhook.ts';

// Only its `webhooks.verify` is used, which does not call anything and needs no key.
const resend = new Resend('re_only_for_verification');

/**
 * Svix signature over the exact bytes received, within ±300 s of our clock. `secrets` holds more than one
 * while a secret is being rotated. `id` is Svix's message id: the same for every repeat of one event.
 */
export function verifyResendWebhook(
  rawBody: string,
  headers: WebhookHeaders,
  secrets: readonly string[],
): { ok: true; id: string; event: unknown } | RefusedWebhook {
  const id = single(headers['svix-id']);
  const timestamp = single(headers['svix-timestamp']);
  const signature = single(headers['svix-signature']);
  if (id === undefined || timestamp === undefined || signature === undefined)
    return { ok: false, reason: 'missing_headers' };
  let reason: RefusedWebhook['reason'] = 'bad_signature';
  for (const webhookSecret of secrets) {
    try {
      const event: unknown = resend.webhooks.verify({
        payload: rawBody,
        headers: { id, timestamp, signature },
        webhookSecret,
      });
      return { ok: true, id, event };
    } catch (error) {
      if (error instanceof SyntaxError) reason = 'malformed_body';
      else if (error instanceof Error && error.message.includes('timestamp'))
        reason = 'stale_timestamp';
    }
  }
  return { ok: false, reason };
}
