import type { Announcement } from './consent-store.ts';
import type { ContactRef } from '../../core/ids.ts';

/** What is left to do once a provider's report, or a mail to our mailbox, was applied and committed. */
export type ReportResult = {
  announcements: Announcement[];
  stopped: ContactRef[];
  /** The provider takes nothing of the whole account for so long. */
  pause?: { waitMs: number; reason: string };
};
