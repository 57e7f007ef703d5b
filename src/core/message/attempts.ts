/**
 * The attempts of one delivery. For late reports, the provider's id and the address of each finished attempt are kept
 * side by side; an unknown one is ''. Attempts from before addresses were kept may leave fewer addresses than ids.
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

/** The statuses of a delivery with no call under way, and none since the attempts that are kept. */
export const notBegun = ['queued', 'cancelled', 'expired', 'suppressed'] as const;

type Attempt = { id: string; address: string };

/**
 * The addresses to bar for a report under that id. A report of a dead address is about one of them: none is barred if
 * it was not kept, or if the attempt is unclear and they went to several. `stop`: it may be a stop from any address
 * that it can be about, and a possible stop stops content.
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
