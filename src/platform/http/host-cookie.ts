/**
 * A cookie of this host alone: with TLS no other host may set it (RFC 6265bis, 4.1.3.2), such as a neighbouring
 * subdomain. The prefix demands `Secure` and the whole host as path; without TLS, on one's own machine, there is none.
 */
export function hostCookie(publicUrl: string, name: string, path: `/${string}`) {
  const secure = publicUrl.startsWith('https:');
  return {
    name: secure ? `__Host-${name}` : name,
    options: { path: secure ? '/' : path, httpOnly: true, secure },
  } as const;
}
