/**
 * Replaces a signal's unreadable payload: `{ undecodable: reason }`. Anybody with a Temporal client can send an object
 * that looks the same, so a reason is shown only if it is one of these.
 */
export const undecodableReasons = {
  key: 'unknown encryption key',
  damaged: 'the sealed payload is damaged',
  foreign: 'the payload is sealed for another workflow',
  unreadable: 'the payload cannot be read',
  size: 'the payload is too large',
} as const;

export type Undecodable = {
  undecodable: (typeof undecodableReasons)[keyof typeof undecodableReasons];
};

export function undecodable(why: keyof typeof undecodableReasons): Undecodable {
  return { undecodable: undecodableReasons[why] };
}

/** Undefined: the payload could be read. */
export function whyUndecodable(payload: object): string | undefined {
  if (!('undecodable' in payload)) return undefined;
  const known = Object.values(undecodableReasons).find((reason) => reason === payload.undecodable);
  return known === undefined ? 'undecodable' : `undecodable: ${known}`;
}
