/** Reads fields of a webhook, of which only the signature is certain. */

/** A classification is one short word; anything longer may be prose about a person. */
export function word(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Za-z_.]{1,64}$/.test(value.trim())
    ? value.trim()
    : undefined;
}

export function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** Providers write their words in any letter case. */
export function keyOf<Table extends object>(
  table: Table,
  value: string,
): Extract<keyof Table, string> | undefined {
  const lower = value.trim().toLowerCase();
  const names = Object.keys(table) as Extract<keyof Table, string>[];
  return names.find((name) => name === lower);
}
