import { startService, type Servers } from '../../test/harness/service.ts';
import { until } from '../../test/harness/until.ts';
import type { Result } from './main.ts';
import { measure } from './measure.ts';

/** Raw `sendMessage` signals to one contact, as fast as one client can. */
export async function rawSignals(servers: Servers, count: number): Promise<Result> {
  const service = await startService(servers);
  try {
    const id = 'signalled';
    const workflowId = service.workflowId(id);
    return await measure(service, 'raw signals', count, [workflowId], async () => {
      const waiting = Array.from({ length: count }, (_, n) => n);
      let refused = 0;
      const sender = async (): Promise<void> => {
        for (let n = waiting.shift(); n !== undefined; n = waiting.shift())
          try {
            await service.client.workflow.signalWithStart('contact', {
              workflowId,
              taskQueue: service.taskQueue,
              signal: 'sendMessage',
              signalArgs: [
                { messageId: `raw-${n}`, kind: 'ad_hoc', subject: 's', body: String(n) },
              ],
            });
          } catch {
            // A full run answers INVALID_ARGUMENT: retry (contract).
            refused += 1;
            waiting.push(n);
          }
      };
      await Promise.all(Array.from({ length: 50 }, sender));
      await until(
        'all are stored',
        async () => (await service.db.prisma.message.count({ where: { contactId: id } })) === count,
        600_000,
      );
      await until(
        'it is quiet',
        async () => {
          const status = await service.client.workflow
            .getHandle(workflowId)
            .query<{ queued: number } | null>('status');
          return status?.queued === count;
        },
        600_000,
      );
      return `none lost, ${refused} refused and sent again`;
    });
  } finally {
    await service.stop();
  }
}
