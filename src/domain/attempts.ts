/**
 * The attempts of one delivery. Of one that is over the provider's id for it and the address that it went to are kept, side
 * by side, for what is said of it late; what is not known of them is ''. Of attempts from before addresses were kept there
 * may be fewer addresses than ids.
 */
export type Attempts = {
  status: string;
  /** Of the last one. */
  providerId: string | null;
  addressHash: string | null;
  /** Of those before it that were given back or tried again. */
  earlierIds: readonly string[];
  earlierAddresses: readonly string[];
};

/** What a delivery is while no call is under way, and none was made since what is kept of earlier attempts. */
export const notBegun = ['queued', 'cancelled', 'expired', 'suppressed'] as const;

type Attempt = { id: string; address: string };

/**
 * The addresses that are to be barred for what is said under that id. What makes an address dead is said of one: none
 * where it was not kept, or where nobody can tell which attempt is meant and they went to several. `stop`: it may be the
 * stop of any address that it can be about, and whatever may be a stop stops content.
 */
export function addressesOfAttempt(
  attempts: Attempts,
  providerId: string | undefined,
  { stop }: { stop: boolean },
): string[] {
  const made = attemptsMade(attempts);
  const meant = new Set(attemptsMeant(made, providerId).map(({ address }) => address));
  if (!stop) return meant.size === 1 ? known(meant) : [];
  const addresses = known(meant);
  return addresses.length > 0 ? addresses : known(new Set(made.map(({ address }) => address)));
}

function attemptsMade(attempts: Attempts): Attempt[] {
  const { status, providerId, addressHash, earlierIds, earlierAddresses } = attempts;
  const isMade = !notBegun.some((one) => one === status);
  return [
    ...earlierIds.map((id, n) => ({ id, address: earlierAddresses[n] ?? '' })),
    ...(isMade ? [{ id: providerId ?? '', address: addressHash ?? '' }] : []),
  ];
}

/** Those that it can be about. */
function attemptsMeant(made: readonly Attempt[], providerId: string | undefined): Attempt[] {
  const named = (name: string) => made.filter(({ id }) => id === name);
  // Under an id that nobody knows it may be any of those without one.
  const guesses = providerId === undefined ? [] : [named(providerId), named('')];
  return guesses.find(({ length }) => length > 0) ?? [...made];
}

function known(addresses: ReadonlySet<string>): string[] {
  return [...addresses].filter((address) => address !== '');
}
