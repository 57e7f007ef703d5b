import { Resend } from 'resend';

/**
 * With click tracking Resend rewrites every link of an HTML email to a server of its own
 * (https://resend.com/docs/dashboard/domains/tracking): opt-in and unsubscribe tokens would pass through it, and a
 * "click" would be counted for a person's consent. A service that sends from such a domain must not go live.
 */

export type TrackingCheck =
  | { ok: true; tracked: string[] }
  /** A key that may only send cannot ask, which is no reason to give it more rights. */
  | { ok: false };

const checkMs = 10_000;
/** Pages of 100: no team is known to have more than a few hundred domains. */
const pagesAtMost = 20;

/** The domains of the account that rewrite links. Never throws. */
export async function clickTrackedDomains(options: {
  apiKey: string;
  baseUrl?: string;
}): Promise<TrackingCheck> {
  const client = new Resend(options.apiKey, {
    baseUrl: options.baseUrl ?? 'https://api.resend.com',
  });
  const tracked: string[] = [];
  let after: string | undefined;
  for (let page = 0; page < pagesAtMost; page += 1) {
    const { data } = await client.domains
      .list(after === undefined ? { limit: 100 } : { limit: 100, after }, {
        signal: AbortSignal.timeout(checkMs),
      })
      .catch(() => ({ data: null }));
    if (!Array.isArray(data?.data)) return { ok: false };
    tracked.push(
      ...data.data.filter((domain) => domain.click_tracking).map(({ name }) => name.toLowerCase()),
    );
    after = data.data.at(-1)?.id;
    if (!data.has_more || after === undefined) return { ok: true, tracked };
  }
  return { ok: false };
}
