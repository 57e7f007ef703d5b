import { storableTexts } from '../../../platform/http/storable.ts';
import type { ProviderWebhook } from '../../webhook.ts';
import { parseResendEvent, senderDomainOf } from './events.ts';
import { verifyResendWebhook } from './verify.ts';

export function resendWebhooks({ webhookSecrets }: { webhookSecrets: readonly string[] }) {
  const events: ProviderWebhook = {
    path: '/resend',
    body: 'json',
    about: 'reports',
    read(call) {
      if (!('text' in call)) return { ok: false, reason: 'malformed_body' };
      const verified = verifyResendWebhook(call.text, call.headers, webhookSecrets);
      if (!verified.ok) return verified;
      const event = parseResendEvent(storableTexts(verified.event));
      // Anybody writes a mail, under any domain: all of them count as one.
      const sender = event.kind === 'mail' ? 'mail' : senderDomainOf(verified.event);
      return { ok: true, event, names: [verified.id], ...(sender ? { sender } : {}) };
    },
  };
  return [events];
}
