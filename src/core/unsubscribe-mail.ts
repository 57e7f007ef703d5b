import { normaliseEmail } from './address.ts';
import { limits } from './limits.ts';

/**
 * Unsubscribing by email (RFC 2369): some mail programs send a mail instead of calling the link, and Outlook offers
 * "junk" where it finds only a link. The token alone tells which address is meant, as in the link: a From can be
 * forged, and a person whose mail is forwarded writes from elsewhere. It is in the address and in the subject, since
 * mail servers may fold the case of an address, and a person may replace the subject.
 */

const token = '[A-Za-z0-9_-]{20,64}';

/** A token of 43 characters and its + come before the @ too, where at most 64 may stand (RFC 5321, 4.5.3.1.1). */
export const mailboxCharacters = 20;

/** Whether a mailbox can be written to with a token in its address. */
export function takesTokens(mailbox: string): boolean {
  const local = mailbox.split('@')[0] ?? '';
  return (
    normaliseEmail(mailbox) !== undefined &&
    local.length <= mailboxCharacters &&
    !local.includes('+')
  );
}

/** The part after `mailto:`. */
export function unsubscribeMailto(mailbox: string, unsubscribeToken: string): string {
  const at = mailbox.lastIndexOf('@');
  const address = `${mailbox.slice(0, at)}+${unsubscribeToken}${mailbox.slice(at)}`;
  return `${address}?subject=unsubscribe%20${unsubscribeToken}`;
}

/**
 * The tokens that a mail to our mailbox brings, first those of the address; none for a mail to anything else. At most
 * `limits.unsubscribeTokens`: each is looked up, and anybody can write to a mailbox.
 */
export function tokensOfMail(
  mail: { to: readonly string[]; subject: string },
  mailbox: string,
): string[] {
  const at = mailbox.lastIndexOf('@');
  const [local, domain] = [mailbox.slice(0, at), mailbox.slice(at)].map((part) =>
    part.toLowerCase(),
  );
  const extensions = mail.to.flatMap((to) => {
    const address = /<([^<>]*)>\s*$/.exec(to)?.[1] ?? to.trim();
    const split = address.lastIndexOf('@');
    const [name = '', ...extension] = address.slice(0, Math.max(split, 0)).split('+');
    const ours = name.toLowerCase() === local && address.slice(split).toLowerCase() === domain;
    return ours ? [extension.join('+')] : [];
  });
  if (extensions.length === 0) return [];
  const inSubject = mail.subject.split(/\s+/);
  const whole = new RegExp(`^${token}$`);
  const tokens = new Set([...extensions, ...inSubject].filter((part) => whole.test(part)));
  return [...tokens].slice(0, limits.unsubscribeTokens);
}
