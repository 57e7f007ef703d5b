import { startService, type Servers } from '../../test/harness/service.ts';
import { until } from '../../test/harness/until.ts';
import type { Result } from './main.ts';
import { measure } from './measure.ts';

/** Many green contacts with a message each, due in the same minute. */
export async function greenContacts(servers: Servers, count: number): Promise<Result> {
  const service = await startService(servers);
  try {
    const people = Array.from({ length: count }, (_, n) => ({
      id: `green-${n}`,
      name: 'Ann',
      role: 'client',
      methods: ['email'],
      email: `green-${n}@example.com`,
    }));
    for (let start = 0; start < count; start += 1_000) {
      const part = people.slice(start, start + 1_000);
      await service.call('PUT', '/v1/contacts', part);
      await service.call(
        'POST',
        '/v1/consents',
        part.map(({ id, email }) => ({
          contactId: id,
          method: 'email',
          address: email,
          source: 'import',
          obtainedAt: '2026-01-01T00:00:00Z',
          evidence: 'bench',
        })),
      );
    }
    // The sweeper would signal contacts that the API could not reach within its second; here there is none.
    for (let start = 0; start < count; start += 200)
      await service.workflows.tell({
        wake: people
          .slice(start, start + 200)
          .map(({ id }) => ({ practiceId: service.practiceId, contactId: id })),
      });
    const handedOver = { dispatched: true, method: 'email' };
    await until(
      'the dispatcher looks after all',
      async () => (await service.db.prisma.channel.count({ where: handedOver })) === count,
      600_000,
    );
    const ids = [
      ...people.map(({ id }) => service.workflowId(id)),
      `dispatch/${service.practiceId}`,
    ];
    return await measure(service, 'green contacts, due at once', count, ids, async () => {
      const sendAt = new Date(Date.now() + 10_000).toISOString();
      for (let start = 0; start < count; start += 1_000)
        await service.call(
          'POST',
          '/v1/messages',
          people.slice(start, start + 1_000).map(({ id }) => ({
            contactId: id,
            kind: 'ad_hoc',
            subject: 's',
            body: `for ${id}`,
            sendAt,
          })),
        );
      await until('all arrived', async () => (await service.outbox()).length >= count, 600_000);
      const texts = new Set((await service.outbox()).map(({ text }) => text));
      if (texts.size !== count) throw new Error('not each once');
      return 'each once';
    });
  } finally {
    await service.stop();
  }
}
