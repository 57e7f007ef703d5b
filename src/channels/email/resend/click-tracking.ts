import type { Logger } from 'pino';
import { ConfigError, type Config } from '../../../platform/config/config.ts';
import type { Database } from '../../../platform/db/database.ts';
import { acrossPractices } from '../../../platform/db/practice-scope.ts';
import { clickTrackedDomains } from './domains.ts';

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
  // Includes senders not in use yet: a practice may start to use one while this worker runs.
  const allotted = await acrossPractices(() =>
    db.prisma.practiceSender.findMany({
      where: { kind: 'emailFrom' },
      select: { value: true },
      distinct: ['value'],
    }),
  );
  const senders = [config.senders.emailFrom, ...allotted.map(({ value }) => value)];
  const used = new Set(senders.flatMap((from) => domainOf(from)));
  const wrong = check.tracked.filter((domain) => used.has(domain));
  if (wrong.length > 0)
    throw new ConfigError(
      wrong.map(
        (domain) =>
          `Resend has click tracking on for ${domain}: opt-in links would pass through its servers. Switch it off (docs/going-live.md)`,
      ),
    );
}

/** The domain of a mailbox, or the domain itself. */
function domainOf(mailbox: string | undefined): string[] {
  const domain = /(?:^|@)([^@>\s]+)>?\s*$/.exec(mailbox ?? '')?.[1];
  return domain === undefined ? [] : [domain.toLowerCase()];
}
