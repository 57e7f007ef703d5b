import { maskedAddress } from '../../core/address.ts';
import { channelRules, type Method } from '../../core/method.ts';

/** Addresses as people read them. */

/** `(415) 555-2007`, for a number of North America; any other as it is stored. */
export function phoneInWords(phone: string): string {
  const [, area, office, line] = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(phone) ?? [];
  return area === undefined ? phone : `(${area}) ${office}-${line}`;
}

/** `(415) …07`, `m…@example.org`: to recognise an address by, not to read it off. */
export function masked(method: Method, address: string): string {
  const end = maskedAddress(method, address);
  switch (channelRules[method].address) {
    case 'mailbox':
      return end;
    case 'number': {
      const [, area] = /^\+1(\d{3})/.exec(address) ?? [];
      return area === undefined ? `…${end}` : `(${area}) …${end}`;
    }
  }
}
