import { setTimeout as delay } from 'node:timers/promises';
import { startService, type Service, type Servers } from '../../test/harness/service.ts';
import { until } from '../../test/harness/until.ts';
import type { Result } from './main.ts';
import { measure } from './measure.ts';
import { answerPage } from '../demo/page-answer.ts';

/** One contact, red, with a queue of `count` messages on each channel; then the person agrees, and all of it drains. */
export async function longQueue(
  servers: Servers,
  count: number,
  channels: readonly string[],
): Promise<Result> {
  const service = await startService(servers);
  try {
    const id = 'long';
    const email = 'long@example.com';
    const phone = '+12025550111';
    await service.call('PUT', `/v1/contacts/${id}`, {
      name: 'Ann',
      role: 'client',
      methods: channels,
      email,
      phone,
    });
    return await measure(
      service,
      `long queue: ${channels.join(', ')}`,
      count,
      [service.workflowId(id)],
      async () => {
        for (let start = 0; start < count; start += 1_000) {
          const messages = Array.from({ length: Math.min(1_000, count - start) }, (_, n) => ({
            kind: 'ad_hoc',
            subject: 's',
            body: String(start + n),
          }));
          const { status } = await service.call('POST', `/v1/contacts/${id}/messages`, messages);
          if (status !== 202) throw new Error(`the service answered ${status}`);
        }
        const asked = channels.length;
        await until('all are asked', async () => (await service.outbox()).length === asked, 60_000);
        for (const { text } of await service.outbox()) {
          const link = /https?:\/\/\S+\/o\/[\w-]+/.exec(text)![0];
          await answerPage(link, 'accept');
        }
        // Polled rarely: each look counts the whole queue.
        while ((await queued(service, id)) > 0) await delay(1_000);
        const entries = (await service.outbox()).slice(asked);
        for (const channel of channels) {
          const numbers = entries
            .filter((e) => e.channel === channel)
            .map(({ text }) => Number.parseInt(text, 10));
          if (numbers.length !== count || numbers.some((n, index) => n !== index))
            throw new Error(`${channel}: not each once, in order`);
        }
        return 'each once, in order, on every channel';
      },
    );
  } finally {
    await service.stop();
  }
}

async function queued(service: Service, id: string): Promise<number> {
  const { body } = await service.call<{ queued: number }>('GET', `/v1/contacts/${id}`);
  return body.queued;
}
