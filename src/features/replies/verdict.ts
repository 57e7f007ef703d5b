import type { InboundIntent } from '../../core/inbound.ts';
import type { Doubt } from '../../core/consent/doubt.ts';
import type { Locale } from '../../core/locale.ts';

/** A text message as it came from the provider, before anything is read into it. */
export type ReceivedText = {
  /** The words: Plivo's `Text` for SMS, `Body` for MMS. */
  text: string;
  /**
   * The provider's own reading, where it gives one (Plivo's `MessageIntent`). An `optout` means that the provider has
   * blocked the number already.
   */
  intent?: InboundIntent;
};

/**
 * The meaning of a reply.
 *
 *   stop           no more texts: acts on the address at once
 *   doubtful_stop  may be a stop: holds content to the address until the person or staff settle it
 *   yes, no        an answer to an open request; `code` where the person wrote one
 *   start          ends a stop or a doubt
 *   help           asks for the sender, or for help
 *   reaction       a phone's "Liked “…”": the person typed nothing
 *   automatic      an answer that a machine wrote
 *   unclear        none of these, for staff to read
 */
export const verdictKinds = [
  'stop',
  'doubtful_stop',
  'yes',
  'no',
  'help',
  'start',
  'reaction',
  'automatic',
  'unclear',
] as const;

export type Verdict = {
  /** The rule that gave it, for staff, logs and tests; never a word of the text. */
  rule: string;
  /** The language that was recognised, where it is not English. */
  locale?: Exclude<Locale, 'en'>;
} &
  /** `name`: the words of the name that the writer gives, in lower case, without accents. */
  (
    | { kind: 'yes'; code?: string; name?: string[] }
    | { kind: 'no'; code?: string }
    | {
        kind: 'stop';
        /** People also text this word to cancel a visit (CANCEL): it stops, and staff read it. */
        maybeVisit?: true;
      }
    | { kind: 'doubtful_stop'; doubt: Doubt }
    | { kind: 'help' | 'start' | 'reaction' | 'automatic' | 'unclear' }
  );
