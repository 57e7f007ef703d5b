import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { v7 as newId } from 'uuid';
import { workerLimits } from '../core/limits/worker-limits.ts';
import type { Database } from '../platform/db/database.ts';

/**
 * Runs `work` unless another process is sweeping. A lease by the database's clock, renewed for as long as the work
 * takes, however long: a holder that is killed or frozen loses it after `workerLimits.sweepLeaseMs`. `lost` aborts when
 * it could not be renewed: its present holder does the rest.
 */
export async function asOnlySweeper(
  db: Database,
  work: (lost: AbortSignal) => Promise<void>,
  { leaseMs = workerLimits.sweepLeaseMs, renewMs = workerLimits.sweepRenewMs } = {},
): Promise<void> {
  const holder = newId();
  const lease = `${leaseMs} milliseconds`;
  const taken = await db.prisma.$executeRaw`
    INSERT INTO leases (name, until, holder) VALUES ('sweeper', clock_timestamp() + ${lease}::interval, ${holder})
    ON CONFLICT (name) DO UPDATE SET until = EXCLUDED.until, holder = EXCLUDED.holder
      WHERE leases.until < clock_timestamp()`;
  if (taken === 0) return;
  const done = new AbortController();
  const lost = new AbortController();
  const renewing = keepRenewing(async () => {
    const renewed = await db.prisma.$executeRaw`
      UPDATE leases SET until = clock_timestamp() + ${lease}::interval
      WHERE name = 'sweeper' AND holder = ${holder}`;
    return renewed > 0;
  });
  try {
    await work(lost.signal);
  } finally {
    done.abort();
    await renewing;
    await db.prisma.$executeRaw`
      UPDATE leases SET until = clock_timestamp() WHERE name = 'sweeper' AND holder = ${holder}`;
  }

  async function keepRenewing(renew: () => Promise<boolean>): Promise<void> {
    let heldUntil = performance.now() + leaseMs;
    while (!done.signal.aborted) {
      const pause = { signal: done.signal, ref: false };
      if (await delay(renewMs, 'woken', pause).catch(() => undefined)) {
        const askedAt = performance.now();
        // A database that does not answer may still do so before the lease ends.
        const renewed = await renew().catch(() => undefined);
        if (renewed) heldUntil = askedAt + leaseMs;
        if (renewed === false || performance.now() > heldUntil) return lost.abort();
      }
    }
  }
}
