import type { Config } from '../platform/config/config.ts';
import { resendWebhooks } from './email/resend/webhooks.ts';
import { providerIds, type Provider } from './providers.ts';
import { plivoWebhooks } from './sms/plivo/webhooks.ts';
import type { ProviderWebhook } from './webhook.ts';

/** What each provider brings, beside what the rules know of it (providers.ts). */
const webhooks: Record<Provider, (config: Config) => ProviderWebhook[]> = {
  resend: ({ resend }) => resendWebhooks(resend),
  plivo: ({ plivo }) => plivoWebhooks(plivo),
};

/** The webhooks of every provider. */
export function webhooksOf(config: Config): [Provider, ProviderWebhook[]][] {
  return providerIds.map((id) => [id, webhooks[id](config)]);
}
