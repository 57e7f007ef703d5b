/** Addresses as the two providers accept and write them. */

/** The bare address of `a@b.example` or `Name <a@b.example>`; undefined when it is neither. */
export function parseMailbox(value: string): string | undefined {
  const bracketed = /^[^<>\r\n]*<\s*([^<>\s]+)\s*>$/.exec(value.trim());
  const address = bracketed?.[1] ?? value.trim();
  if (address.length > 254 || !/^[^\s@<>,;:"()[\]\\]{1,64}@[^\s@<>,;:"()[\]\\]+$/.test(address))
    return undefined;
  const [local = '', domain = ''] = address.split('@');
  const labelsFit = domain
    .split('.')
    .every((label) => /^[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?$/u.test(label));
  return labelsFit && domain.includes('.') && !/^\.|\.\.|\.$/.test(local) ? address : undefined;
}

/** Digits of a telephone number: Plivo takes it with or without `+` and writes it without. */
export function digitsOf(number: string): string {
  return number.replace(/\D/g, '');
}

/** E.164 with `+`, from a typed number; undefined when it is no telephone number. */
export function parsePhone(value: string): string | undefined {
  const compact = value.trim().replace(/[\s().-]/g, '');
  return /^\+?[1-9]\d{6,14}$/.test(compact) ? `+${digitsOf(compact)}` : undefined;
}

/** The senders that Plivo accepts: a telephone number, a short code, or a name of up to 11 characters. */
export function parseSmsSender(value: string): string | undefined {
  if (/^\d{3,6}$/.test(value)) return value;
  if (/^(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}$/.test(value)) return value;
  return parsePhone(value);
}

/** Do both mean the same recipient? Email regardless of case, telephone numbers by their digits. */
export function sameRecipient(one: string, other: string): boolean {
  return one.includes('@') || other.includes('@')
    ? one.trim().toLowerCase() === other.trim().toLowerCase()
    : digitsOf(one) === digitsOf(other);
}
