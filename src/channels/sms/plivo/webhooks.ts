import { storableTexts } from '../../../platform/http/storable.ts';
import { providers } from '../../providers.ts';
import type { FormFields, ProviderWebhook, RefusedWebhook, WebhookCall } from '../../webhook.ts';
import { text } from './fields.ts';
import { parsePlivoInbound } from './inbound.ts';
import { parsePlivoStatus } from './status.ts';
import { verifyPlivoWebhook } from './verify.ts';

export function plivoWebhooks(account: { authToken: string; allowV2: boolean }): ProviderWebhook[] {
  /** The form, and the name of the call: a signature has no time, and its nonce counts once. */
  const verified = (
    call: WebhookCall,
  ): { ok: true; form: FormFields; name: string } | RefusedWebhook => {
    if (!('form' in call)) return { ok: false, reason: 'malformed_body' };
    const { form: params, ...rest } = call;
    const checked = verifyPlivoWebhook({ ...rest, ...account, params });
    return checked.ok
      ? { ok: true, form: storableTexts(params), name: `nonce:${checked.nonce}` }
      : checked;
  };
  return [
    {
      path: '/plivo/inbound',
      body: 'form',
      about: 'replies',
      read(call) {
        const signed = verified(call);
        if (!signed.ok) return signed;
        const { form, name } = signed;
        const sms = parsePlivoInbound(form);
        if (!sms) return { ok: true, event: { kind: 'unknown', type: 'inbound' }, names: [name] };
        return {
          ok: true,
          event: { kind: 'reply', sms },
          names: [name],
          namesForEver: [`inbound:${sms.providerId}`],
          sender: sms.to,
        };
      },
    },
    {
      path: `${providers.plivo.statusPath}/:token`,
      body: 'form',
      about: 'reports',
      read(call) {
        const signed = verified(call);
        if (!signed.ok) return signed;
        const sender = text(signed.form.From);
        return {
          ok: true,
          event: parsePlivoStatus(signed.form),
          names: [signed.name],
          ...(sender ? { sender } : {}),
        };
      },
    },
  ];
}
