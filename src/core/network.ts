import ipaddr from 'ipaddr.js';

/** Bits of an address that one customer's, or one attacker's, share: a /24, and a /48 (RFC 6177: one site). */
const prefixBits = { ipv4: 24, ipv6: 48 } as const;

/** The network that an IP address is in, for counting: the holder of one address in it has the others for free. */
export function networkOf(ip: string): string {
  if (!ipaddr.isValid(ip)) return ip;
  const address = ipaddr.process(ip);
  const bits = prefixBits[address.kind()];
  const first = (address.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6).networkAddressFromCIDR(
    `${address.toString()}/${bits}`,
  );
  return `${first.toString()}/${bits}`;
}
