/** A value as a word in somebody's sentence: one line, without space around it. */
export function oneLine(value: string): string {
  return value.replaceAll(/\s+/g, ' ').trim();
}
