/**
 * The attempts of one delivery. Of one that is over the provider's id for it and the address that it went to are kept, side
 * by side, for what is said of it late; what is not known of them is ''.
 */
export type Attempts = {
  /** Of the last one. */
  providerId: string | null;
  addressHash: string | null;
  /** Of those before it that were given back or tried again. */
  earlierIds: readonly string[];
  earlierAddresses: readonly string[];
};

/**
 * The address that the attempt with that id went to. Undefined where it was not kept, or where nobody can tell which
 * attempt is meant and they went to several: no address is barred for what another one said.
 */
export function addressOfAttempt(
  { providerId: last, addressHash, earlierIds, earlierAddresses }: Attempts,
  providerId: string | undefined,
): string | undefined {
  const attempts = [
    ...earlierIds.map((id, n) => ({ id, address: earlierAddresses[n] ?? '' })),
    { id: last ?? '', address: addressHash ?? '' },
  ];
  const named = (name: string) => attempts.filter(({ id }) => id === name);
  // Under an id that nobody knows it may be any of those without one.
  const guesses = providerId === undefined ? [] : [named(providerId), named('')];
  const meant = guesses.find(({ length }) => length > 0) ?? attempts;
  const [address, ...others] = new Set(meant.map((attempt) => attempt.address));
  return others.length === 0 && address ? address : undefined;
}
