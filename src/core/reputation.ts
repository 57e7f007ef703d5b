/**
 * Where nobody is asked (opt-in switched off), complaints and dead addresses are people's only voice. Too many of them
 * suspend the practice: mailbox providers do not forgive 0.3 % of complaints (Gmail and Yahoo sender rules), and 5 % of
 * permanent bounces means that the addresses are not real.
 */
export type Reputation = { delivered: number; complained: number; bounced: number };

export const reputationWindowMs = 30 * 24 * 60 * 60 * 1_000;
const fewDelivered = 200;
const fewEvents = 3;
const complaintShare = 0.003;
const bounceShare = 0.05;

/** Why the practice must stop; undefined: it need not. */
export function suspensionReason(reputation: Reputation): string | undefined {
  const { delivered, complained, bounced } = reputation;
  if (delivered < fewDelivered) return undefined;
  if (complained >= fewEvents && complained / delivered >= complaintShare)
    return `${complained} complaints on ${delivered} delivered messages in 30 days`;
  if (bounced >= fewEvents && bounced / delivered >= bounceShare)
    return `${bounced} permanent bounces on ${delivered} delivered messages in 30 days`;
  return undefined;
}
