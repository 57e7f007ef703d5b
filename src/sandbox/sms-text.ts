import { SegmentedMessage } from 'sms-segments-calculator';
import { limits } from './limits.ts';

/** Units (segments) Plivo would charge: GSM-7 160/153, UCS-2 70/67. */
export function unitsOf(text: string): number {
  return Math.max(new SegmentedMessage(text).segmentsCount, 1);
}

/** Plivo takes 1,600 characters in GSM-7 and 737 in UCS-2. */
export function isTooLong(text: string): boolean {
  const isGsm = new SegmentedMessage(text).encodingName === 'GSM-7';
  return text.length > (isGsm ? limits.gsmCharacters : limits.ucs2Characters);
}
