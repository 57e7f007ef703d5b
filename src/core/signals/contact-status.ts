import type { ChannelState } from '../consent/consent-state.ts';
import type { ConsentMethod } from '../method.ts';

/** `GET /v1/contacts/{id}` without names, addresses or text, as of the last look at the record. */
export type ContactStatus = {
  id: string;
  light: 'green' | 'red';
  reason?: string;
  channels: Partial<
    Record<
      ConsentMethod,
      {
        state: ChannelState;
        /** A reply may be a stop: nothing with content leaves until it is settled, whatever the state. */
        doubtful?: true;
        reason?: string;
        lastSentAt?: string;
        acceptedAt?: string;
      }
    >
  >;
  queued: number;
  oldestQueuedAt?: string;
  asOf: string;
};
