/** The ways to reach a contact. `fax` leaves through an email-to-fax gateway and needs no opt-in. */
export const methods = ['email', 'sms', 'fax'] as const;
export type Method = (typeof methods)[number];

/** The methods that carry content only after the person said yes on them. */
export const consentMethods = ['email', 'sms'] as const;
export type ConsentMethod = (typeof consentMethods)[number];

export function needsConsent(method: Method): method is ConsentMethod {
  return method !== 'fax';
}
