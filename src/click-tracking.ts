import type { Logger } from 'pino';
import { ConfigError, type Config } from './config.ts';
import type { Database } from './db/database.ts';
import { clickTrackedDomains } from './providers/resend-domains.ts';

/**
 * Before a worker sends for real: none of the domains in use may have click tracking on. Throws a {@link ConfigError}
 * where one has; where the key may not ask, it says so in the log, and the going-live guide has the step.
 */
export async function refuseClickTracking(
  config: Config,
  db: Database,
  logger: Logger,
): Promise<void> {
  if (config.mode !== 'live') return;
  const check = await clickTrackedDomains(config.resend);
  if (!check.ok) {
    logger.warn('could not ask Resend whether click tracking is off; see docs/going-live.md');
    return;
  }
  const practices = await db.prisma.practice.findMany({ select: { settings: true } });
  const senders = practices.map(
    ({ settings }) => (settings as { sender?: { emailFrom?: string } } | null)?.sender?.emailFrom,
  );
  const used = new Set([config.senders.emailFrom, ...senders].flatMap((from) => domainOf(from)));
  const wrong = check.tracked.filter((domain) => used.has(domain));
  if (wrong.length > 0)
    throw new ConfigError(
      wrong.map(
        (domain) =>
          `Resend has click tracking on for ${domain}: opt-in links would pass through its servers. Switch it off (docs/going-live.md)`,
      ),
    );
}

function domainOf(mailbox: string | undefined): string[] {
  const domain = /@([^>\s]+)>?\s*$/.exec(mailbox ?? '')?.[1];
  return domain === undefined ? [] : [domain.toLowerCase()];
}
