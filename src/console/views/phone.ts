/** Addresses as people read them. */

/** `(415) 555-2007`, for a number of North America; any other as it is stored. */
export function phoneInWords(phone: string): string {
  const [, area, office, line] = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(phone) ?? [];
  return area === undefined ? phone : `(${area}) ${office}-${line}`;
}

/** `(415) …07`, `m…@example.org`: to recognise an address by, not to read it off. */
export function masked(method: 'email' | 'sms' | 'fax', address: string): string {
  if (method === 'email') return address.replace(/^(.).*@/, '$1…@');
  const [, area] = /^\+1(\d{3})/.exec(address) ?? [];
  const end = address.slice(-2);
  return area === undefined ? `…${end}` : `(${area}) …${end}`;
}
