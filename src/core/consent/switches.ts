import { senderFields } from '../sender.ts';
import type { Sender, Settings } from '../settings.ts';

/** The settings whose change may open a lane, or make it time to ask somebody. */

type Effect =
  /** The gate, quiet hours or the time of asking are computed from it. */
  | 'lanes'
  /** Nobody is asked before it is complete. */
  | 'identity'
  /** It shows in what is sent or on pages, and changes no time. */
  | 'none';

const effects: Record<keyof Settings, Effect> = {
  messagingEnabled: 'lanes',
  optInEnabled: 'lanes',
  gate: 'lanes',
  onRevoke: 'lanes',
  optInLead: 'lanes',
  smsConsentVia: 'lanes',
  quietHours: 'lanes',
  timeZone: 'lanes',
  sender: 'identity',
  optInExpires: 'none',
  landingUrl: 'none',
  privacyPolicy: 'none',
  identityCheck: 'none',
  emailContent: 'none',
  confirmationSms: 'none',
  emailFooter: 'none',
  defaultCountry: 'none',
  bookingCountries: 'none',
  retention: 'none',
};

/** Whether the practice's waiting lanes must be looked at again. */
export function mayOpenLanes(before: Settings, after: Settings): boolean {
  return Object.entries(effects).some(([name, effect]) => {
    const field = name as keyof Settings;
    switch (effect) {
      case 'lanes':
        return JSON.stringify(before[field]) !== JSON.stringify(after[field]);
      case 'identity':
        return completes(before.sender, after.sender);
      case 'none':
        return false;
    }
  });
}

/** A part that was missing is there. */
function completes(before: Sender, after: Sender): boolean {
  return senderFields.some((field) => !before[field] && Boolean(after[field]));
}
