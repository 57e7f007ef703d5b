/** Fields of Plivo's forms. One that occurs twice has an array. */

export function text(value: string | readonly string[] | undefined): string {
  return typeof value === 'string' ? value.trim() : '';
}

export function wholeNumber(value: string | readonly string[] | undefined): number | undefined {
  const digits = text(value);
  return /^\d{1,9}$/.test(digits) ? Number(digits) : undefined;
}

/** E.164 with `+` (Plivo sends numbers without it); short codes, of 3 to 6 digits, as they are. */
export function withPlus(number: string): string {
  return /^\d{7,15}$/.test(number) ? `+${number}` : number;
}
