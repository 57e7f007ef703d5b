import { hostCookie } from '../platform/http/host-cookie.ts';

/**
 * The console's cookies: names and attributes. Another host that could set them would sign people in under an account
 * whose owner then reads their input.
 */
export function cookiesOf(publicUrl: string) {
  const { name: session, options } = hostCookie(publicUrl, 'optgate_console', '/console');
  return {
    session,
    csrf: hostCookie(publicUrl, 'optgate_csrf', '/console').name,
    // Lax, not strict: the link back from the Temporal UI should not end at the sign-in page. Only GETs come that way.
    options: { ...options, sameSite: 'lax' },
  } as const;
}
