import type { InboundMail, InboundSms } from '../core/inbound.ts';
import type { ProviderReport } from './provider-report.ts';

/**
 * What a provider posts to us. Each provider says how a call is verified and read (`ProviderWebhook`); what follows from
 * it is the same for all (src/delivery/webhook-routes.ts).
 */

/** Header names in lower case, as Node.js delivers them. */
export type WebhookHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

export type RefusedWebhook = {
  ok: false;
  reason:
    | 'missing_headers'
    | 'stale_timestamp'
    | 'bad_signature'
    | 'malformed_body'
    | 'unsupported_method';
};

/** Fields of a form: a field that occurs twice has an array. */
export type FormFields = Readonly<Record<string, string | readonly string[]>>;

/** A call as it came. A signature covers the bytes: JSON stays a text, a form is parsed as it was sent. */
export type WebhookCall = {
  method: string;
  /** By our public address, whatever a proxy made of the Host header. */
  url: string;
  headers: WebhookHeaders;
} & ({ text: string } | { form: FormFields });

export type ProviderEvent =
  /** About one message: by the token in the path, by our id where the provider sends it back, or by its own id. */
  | {
      kind: 'report';
      deliveryId?: string;
      report: ProviderReport;
      /** A word in no documentation known to us: it counts as a failure of this message. */
      unknownWord?: string;
    }
  /** A person's text. */
  | { kind: 'reply'; sms: InboundSms }
  /** A mail to one of our receiving addresses: how an unsubscribe by `mailto:` arrives. */
  | { kind: 'mail'; mail: InboundMail }
  /** The provider sends nothing to this address any more, from any practice of this account. */
  | { kind: 'barred'; address: string; as: 'stopped' | 'unreachable'; reason: string }
  /** The domain rewrites links: these go through a third party. */
  | { kind: 'tracked'; type: string }
  | { kind: 'nothing'; type: string }
  /** A word, or a shape, that is in no documentation known to us. */
  | { kind: 'unknown'; type: string };

export type ReadWebhook = {
  ok: true;
  event: ProviderEvent;
  /** Names of this call: one that has any of them again is a repeat. */
  names: readonly string[];
  /** The same, kept for ever: of signatures without a time a captured one would count again later. */
  namesForEver?: readonly string[];
  /** The sender, as a rule one practice's: calls about it take turns. */
  sender?: string;
};

export type ProviderWebhook = {
  /** Below `/webhooks`. With `:token`: of one message, by the token in its status URL. */
  path: string;
  body: 'json' | 'form';
  about: 'reports' | 'replies';
  /** Never throws on a stranger's input. A refusal's reason is a fixed word, safe to log and count. */
  read(call: WebhookCall): ReadWebhook | RefusedWebhook;
};

/** A header that is missing, empty or sent twice is no header. */
export function single(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
