/**
 * Any Temporal client may signal a contact, also without our codec: then the text stands in the history, where anybody
 * with access to Temporal reads it. The payload converter marks such objects, and the contact's workflow passes the
 * mark on, so that they are counted and their producer can be mended.
 */

const clearMark = Symbol.for('optgate.clear');

export function markClear(value: unknown): void {
  if (typeof value === 'object' && value !== null)
    Object.defineProperty(value, clearMark, { value: true });
}

export function cameInTheClear(value: unknown): boolean {
  return typeof value === 'object' && value !== null && clearMark in value;
}
