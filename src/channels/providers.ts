import { limits } from '../core/limits.ts';
import { transportOf, type Method, type Transport } from '../core/method.ts';

/** What delivery has to know of a provider. */
type ProviderFacts = {
  transport: Transport;
  /** Messages in one call, all of one practice and one channel. */
  perCall: number;
  /** A call has a key, and the same call with the same key is not sent again. */
  idempotent: boolean;
  /** Below `/webhooks`, where it reports on one message, with the message's own token; absent: by its id. */
  statusPath: string | undefined;
};

/** The registry of providers. A new one is a line here and a folder beside its channel's others. */
export const providers = {
  resend: {
    transport: 'email',
    perCall: limits.emailBatch,
    idempotent: true,
    statusPath: undefined,
  },
  plivo: { transport: 'sms', perCall: 1, idempotent: false, statusPath: '/plivo/status' },
} as const satisfies Record<string, ProviderFacts>;

export type Provider = keyof typeof providers;

export const providerIds = Object.keys(providers) as Provider[];

const byTransport: Record<Transport, Provider> = { email: 'resend', sms: 'plivo' };

/** The provider that takes the messages of a channel. */
export function providerOf(method: Method): Provider {
  return byTransport[transportOf(method)];
}

/** Deliveries of one claim: those of one call, or as many calls as begin within a claim's time. */
export function perClaim(provider: Provider): number {
  const { perCall } = providers[provider];
  return perCall > 1 ? perCall : limits.smsAtOnce;
}
