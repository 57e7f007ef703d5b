/**
 * One form for every spelling of an address that reaches the same mailbox, for counting and nothing else: sending and
 * consent go by the address as it was given. Elsewhere `a+b@` and `a@` may be two people, who then share a count; a list
 * of the hosts where they are one would never be complete, and one that is missing is a mailbox to be flooded.
 */

type Host = {
  /** The domain that all of its domains stand for here; absent: each is its own. */
  as?: string;
  /** Characters in the name that mean nothing. */
  ignored?: RegExp;
};

/** https://support.google.com/mail/answer/7436150 (dots); Workspace domains keep their dots. */
const gmail: Host = { as: 'gmail.com', ignored: /\./g };
/** https://support.apple.com: iCloud Mail; the older domains are the same mailbox. */
const icloud: Host = { as: 'icloud.com' };
/** https://www.fastmail.help: subdomain addressing below. */
const fastmail: Host = {};
/** https://proton.me/support/addresses-and-aliases: dots, hyphens and underscores are ignored. */
const proton: Host = { as: 'proton.me', ignored: /[._-]/g };

const hosts: ReadonlyMap<string, Host> = new Map(
  (
    [
      [gmail, ['gmail.com', 'googlemail.com']],
      [icloud, ['icloud.com', 'me.com', 'mac.com']],
      [fastmail, ['fastmail.com', 'fastmail.fm', 'fastmail.us']],
      [proton, ['proton.me', 'protonmail.com', 'protonmail.ch', 'pm.me']],
    ] as const
  ).flatMap(([host, domains]) => domains.map((domain) => [domain, host] as const)),
);

/** Of an address as `normaliseEmail` answers it; a number is its own. */
export function mailboxOf(address: string): string {
  const at = address.lastIndexOf('@');
  if (at < 0) return address;
  const [local, domain] = inItsDomain(address.slice(0, at), address.slice(at + 1));
  const host = hosts.get(domain);
  // `name+tag` is `name`; a name that begins with the sign is no tag.
  const name = local.replace(/(?<=.)\+.*$/s, '').replaceAll(host?.ignored ?? /$^/g, '');
  return `${name}@${host?.as ?? domain}`;
}

/** `anything@name.fastmail.com` is `name@fastmail.com`. */
function inItsDomain(local: string, domain: string): [local: string, domain: string] {
  const [name, ...rest] = domain.split('.');
  const parent = rest.join('.');
  return hosts.get(parent) === fastmail ? [name!, parent] : [local, domain];
}
