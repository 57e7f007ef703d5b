/** A person's text to one of our numbers. */
export type InboundSms = {
  /** E.164 with `+`, or a short code as it is. */
  from: string;
  to: string;
  /** Untouched: it may become evidence. Empty: the person sent no words. */
  text: string;
  /** Pictures and other files that came with it. */
  mediaCount: number;
  /** The provider's id of the message. */
  providerId: string;
  /** The provider's own reading. */
  intent?: InboundIntent;
  /** The provider itself has blocked the number and told the person so: no second answer. */
  stoppedByProvider: boolean;
  /** A word by which the provider frees a number that it had blocked, and tells the person so. */
  freedByProvider: boolean;
};

export const inboundIntents = { optout: true, optin: true, help: true } as const;
export type InboundIntent = keyof typeof inboundIntents;

/** A mail to one of our addresses: who wrote, to which, and the subject; never its words. */
export type InboundMail = {
  providerId: string;
  from: string;
  to: string[];
  subject: string;
};
