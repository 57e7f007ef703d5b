import ipaddr from 'ipaddr.js';

/**
 * What TRUSTED_PROXIES may name. Anybody in such a network chooses the address that limits and evidence go by, so it may
 * hold no more addresses than a network of proxies has. One rule for all notations: an IPv6 network whose addresses
 * carry an IPv4 address counts by the bits of IPv4 that it fixes, since everybody with such an address is in it.
 */

type Family = 'ipv4' | 'ipv6';

/** Bits that one network fixes at least. */
const fixedAtLeast: Record<Family, number> = { ipv4: 8, ipv6: 16 };

/** All networks of a family together: as many addresses as so many of the widest. Private ones of IPv4 are fewer. */
const widestTogether = 4;

/** IPv6 networks whose addresses carry an IPv4 address, and the bit at which it begins. */
const carriers = (
  [
    // IPv4-compatible, mapped (RFC 4291) and translated (RFC 2765) addresses.
    ['::/96', 96],
    ['::ffff:0:0/96', 96],
    ['::ffff:0:0:0/96', 96],
    // Translators, the well-known prefix (RFC 6052) and local ones (RFC 8215).
    ['64:ff9b::/96', 96],
    ['64:ff9b:1::/48', 96],
    // 6to4 (RFC 3056), and Teredo (RFC 4380), where it stands inverted.
    ['2002::/16', 16],
    ['2001::/32', 96],
  ] as const
).map(([network, at]) => ({ carrier: ipaddr.IPv6.parseCIDR(network), at }));

/** `live`: with real providers. A sandbox may trust whole networks of test machines, but not everybody at once. */
export function proxyProblems(proxies: readonly string[], live: boolean): string[] {
  const problems: string[] = [];
  const networks: Network[] = [];
  for (const proxy of proxies) {
    const say = (problem: string) => void problems.push(`TRUSTED_PROXIES: "${proxy}" ${problem}`);
    const network = parse(proxy);
    if (!network) say('is neither an address nor a network');
    else if (network.bits === 0) say('is everybody: anybody could choose their address');
    else if (live && fixed(network).bits < fixedAtLeast[fixed(network).family])
      say(
        'is wider than any network of proxies: everybody in it could choose the address that limits and evidence go by',
      );
    else networks.push(network);
  }
  if (live && problems.length === 0 && areWide(networks))
    problems.push(
      'TRUSTED_PROXIES: its networks are together wider than any networks of proxies: everybody in them could choose the address that limits and evidence go by',
    );
  return problems;
}

/** A mapped network is that of IPv4, as for Fastify. */
type Network = { address: ipaddr.IPv4 | ipaddr.IPv6; bits: number };

function parse(proxy: string): Network | undefined {
  if (ipaddr.isValid(proxy)) {
    const address = ipaddr.process(proxy);
    return { address, bits: address.kind() === 'ipv4' ? 32 : 128 };
  }
  if (!ipaddr.isValidCIDR(proxy)) return undefined;
  const [address, bits] = ipaddr.parseCIDR(proxy);
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && bits > 96)
    return { address: address.toIPv4Address(), bits: bits - 96 };
  return { address, bits };
}

/** How many bits of which family are the same for everybody in it. */
function fixed({ address, bits }: Network): { family: Family; bits: number } {
  if (address instanceof ipaddr.IPv4) return { family: 'ipv4', bits };
  for (const { carrier, at } of carriers) {
    const [prefix, length] = carrier;
    if (address.match(prefix, Math.min(bits, length)))
      return { family: 'ipv4', bits: Math.min(Math.max(bits - at, 0), 32) };
  }
  return { family: 'ipv6', bits };
}

function areWide(networks: readonly Network[]): boolean {
  const shares: Record<Family, number> = { ipv4: 0, ipv6: 0 };
  const different = new Map(networks.map((network) => [nameOf(network), network]));
  for (const network of different.values()) {
    const { family, bits } = fixed(network);
    shares[family] += 2 ** (fixedAtLeast[family] - bits);
  }
  return shares.ipv4 > widestTogether || shares.ipv6 > widestTogether;
}

/** The same for each way to write a network. */
function nameOf({ address, bits }: Network): string {
  const first = (address instanceof ipaddr.IPv4 ? ipaddr.IPv4 : ipaddr.IPv6).networkAddressFromCIDR(
    `${address.toString()}/${bits}`,
  );
  return `${first.toString()}/${bits}`;
}
