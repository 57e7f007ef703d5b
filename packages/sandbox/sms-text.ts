import { SegmentedMessage } from 'sms-segments-calculator';
import { limits } from './limits.ts';

/** Units (segments) Plivo would charge: GSM-7 160/153, UCS-2 70/67. */
export function unitsOf(text: string): number {
  return isTooLong(text)
    ? Math.ceil(text.length / 67)
    : Math.max(new SegmentedMessage(text).segmentsCount, 1);
}

/** Plivo takes 1,600 characters in GSM-7 and 737 in UCS-2. */
export function isTooLong(text: string): boolean {
  // The library's time grows with the square of the length.
  if (text.length > limits.gsmCharacters) return true;
  const isGsm = new SegmentedMessage(text).encodingName === 'GSM-7';
  return text.length > (isGsm ? limits.gsmCharacters : limits.ucs2Characters);
}
