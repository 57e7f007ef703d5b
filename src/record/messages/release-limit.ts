import type { FastifyRequest } from 'fastify';
import { AppError } from '../../platform/errors.ts';

/**
 * `Optgate-Release-At-Most: 10`, on changes of a contact, its consents and waivers, of settings and on a reinstatement:
 * a change that would release more held messages at once is refused with `releases_many`, and nothing is changed. So a
 * person can confirm it first. Without the header there is no limit, and nothing is counted. Runs in the change's own
 * transaction.
 */
export async function limitRelease(
  { headers }: FastifyRequest,
  count: () => Promise<number>,
): Promise<void> {
  const most = headers['optgate-release-at-most'];
  if (most === undefined) return;
  if (typeof most !== 'string' || !/^\d{1,9}$/.test(most))
    throw new AppError('bad_request', 'Optgate-Release-At-Most must be a whole number.');
  const released = await count();
  if (released > Number(most))
    throw new AppError('releases_many', `This would let ${released} held messages go.`);
}
