import ipaddr from 'ipaddr.js';

/**
 * Why events cannot be posted there; undefined: they can. The resolved address is checked at each call
 * (src/features/events/webhook-post.ts): it may change at any time, so a check here would prove nothing.
 *
 * `anywhere`: the sandbox, where people try things with a receiver on this machine, without TLS.
 */
export function webhookUrlProblem(text: string, anywhere: boolean): string | undefined {
  if (!URL.canParse(text)) return 'is no URL';
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(anywhere && url.protocol === 'http:'))
    return anywhere ? 'must start with https:// or http://' : 'must start with https://';
  if (url.username !== '' || url.password !== '')
    return 'must not hold a user or password; the signature identifies the caller';
  if (url.hash !== '') return 'must not have a fragment';
  return anywhere || isPublicHost(url.hostname) ? undefined : 'must be a public address';
}

/** Names are taken on trust here, but for those that mean this machine. */
export function isPublicHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (ipaddr.isValid(host)) return isPublicAddress(host);
  return host !== 'localhost' && !host.endsWith('.localhost');
}

/** IPv4-compatible addresses (RFC 4291, section 2.5.5.1), which some systems still take for the IPv4 address in them. */
const compatible = ipaddr.IPv6.parseCIDR('::/96');

/** Whether it can be anybody's on the internet. One that carries an IPv4 address counts as that. */
export function isPublicAddress(ip: string): boolean {
  if (!ipaddr.isValid(ip)) return false;
  const address = ipaddr.process(ip);
  const counts =
    address instanceof ipaddr.IPv6 && address.match(compatible)
      ? new ipaddr.IPv4(address.toByteArray().slice(12))
      : address;
  return counts.range() === 'unicast';
}
