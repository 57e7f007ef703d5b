import { startService, until, type Servers } from '../test/harness/service.ts';
import type { Result } from './main.ts';
import { measure } from './measure.ts';

/** One contact, red, with a queue of `count` messages on two channels; then the person agrees, and all of it drains. */
export async function longQueue(servers: Servers, count: number): Promise<Result> {
  const service = await startService(servers);
  try {
    const id = 'long';
    const email = 'long@example.com';
    const phone = '+12025550111';
    await service.call('PUT', `/v1/contacts/${id}`, {
      name: 'Ann',
      role: 'client',
      methods: ['email', 'sms'],
      email,
      phone,
    });
    return await measure(service, 'long queue', count, [service.workflowId(id)], async () => {
      for (let start = 0; start < count; start += 1_000) {
        const messages = Array.from({ length: Math.min(1_000, count - start) }, (_, n) => ({
          kind: 'ad_hoc',
          subject: 's',
          body: String(start + n),
        }));
        const { status } = await service.call('POST', `/v1/contacts/${id}/messages`, messages);
        if (status !== 202) throw new Error(`the service answered ${status}`);
      }
      await until('both are asked', async () => (await service.outbox()).length === 2, 60_000);
      for (const { text } of await service.outbox()) {
        const link = /https?:\/\/\S+\/o\/[\w-]+/.exec(text)![0];
        await fetch(link, { method: 'POST', body: new URLSearchParams({ decision: 'accept' }) });
      }
      await until(
        'all arrived',
        async () =>
          (await service.call<{ queued: number }>('GET', `/v1/contacts/${id}`)).body.queued === 0,
        3_600_000,
      );
      const entries = (await service.outbox()).slice(2);
      for (const channel of ['email', 'sms']) {
        const numbers = entries
          .filter((e) => e.channel === channel)
          .map(({ text }) => Number(text));
        if (numbers.length !== count || numbers.some((n, index) => n !== index))
          throw new Error(`${channel}: not each once, in order`);
      }
      return 'each once, in order, on both channels';
    });
  } finally {
    await service.stop();
  }
}
