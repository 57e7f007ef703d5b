/** How messages travel to a provider: the calls that one kind of provider takes. */
export type Transport = 'email' | 'sms';

/** What the rules know of a channel. */
type ChannelRules = {
  /** It carries content only after the person said yes on it. */
  needsConsent: boolean;
  transport: Transport;
  /** The contact's field that has the address. */
  field: string;
  address: AddressKind;
  /** What a message is made of. */
  parts: readonly Part[];
};

export type Part = 'subject' | 'text' | 'html';

export type AddressKind = 'mailbox' | 'number';

/**
 * The registry of channels, the ways to reach a contact. A new one is a line here, its words, and a folder in
 * src/channels; the compiler then names each place that has to decide something about it (docs/architecture.md).
 */
export const channelRules = {
  email: {
    needsConsent: true,
    transport: 'email',
    field: 'email',
    address: 'mailbox',
    parts: ['subject', 'text', 'html'],
  },
  sms: {
    needsConsent: true,
    transport: 'sms',
    field: 'phone',
    address: 'number',
    parts: ['text'],
  },
  /** An email to a gateway. */
  fax: {
    needsConsent: false,
    transport: 'email',
    field: 'fax',
    address: 'number',
    parts: ['subject', 'text'],
  },
} as const satisfies Record<string, ChannelRules>;

export type Method = keyof typeof channelRules;

/** The channels that carry content only after the person said yes on them. */
export type ConsentMethod = {
  [M in Method]: (typeof channelRules)[M]['needsConsent'] extends true ? M : never;
}[Method];

/** The others. */
export type FreeMethod = Exclude<Method, ConsentMethod>;

/** In the order in which they are shown. */
export const methods = Object.keys(channelRules) as Method[];
export const consentMethods = methods.filter(needsConsent);
export const freeMethods = methods.filter((method): method is FreeMethod => !needsConsent(method));

export function needsConsent(method: Method): method is ConsentMethod {
  return channelRules[method].needsConsent;
}

export function isConsentMethod(value: unknown): value is ConsentMethod {
  return consentMethods.some((method) => method === value);
}

export function transportOf(method: Method): Transport {
  return channelRules[method].transport;
}

/** Whether messages of the channel have this part. */
export function hasPart(method: Method, part: Part): boolean {
  return channelRules[method].parts.some((one: Part) => one === part);
}

/** The contact's field that has the address of the channel. */
export function addressField<M extends Method>(method: M): (typeof channelRules)[M]['field'] {
  return channelRules[method].field;
}

/** A contact's addresses, by their fields. */
export type Addresses = { [Field in (typeof channelRules)[Method]['field']]?: string };

/** Says something of each channel. */
export function byMethod<T>(of: (method: Method) => T): Record<Method, T> {
  return Object.fromEntries(methods.map((method) => [method, of(method)])) as Record<Method, T>;
}

/** The channels whose messages travel in this way. */
export function methodsBy(transport: Transport): Method[] {
  return methods.filter((method) => transportOf(method) === transport);
}
