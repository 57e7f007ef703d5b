import type { Sql } from '../../platform/db/database.ts';
import { lastDoubts } from '../replies/inbound-store.ts';
import { refusalsOf } from './refusal-store.ts';
import { activeSuppressions } from './suppression-store.ts';

/**
 * When each address last was stopped, found dead, doubted or refused, by `method hash`; those that never were are left
 * out. A consent that is recorded ends what is older than itself, and nothing else.
 */
export async function lastNos(
  sql: Sql,
  practiceId: string,
  addressHashes: readonly string[],
): Promise<Map<string, Date>> {
  const bars = await activeSuppressions(sql, practiceId, addressHashes);
  const doubted = await lastDoubts(sql, practiceId, addressHashes);
  const refusals = await refusalsOf(sql, practiceId, addressHashes);
  const last = new Map<string, Date>();
  const note = (key: string, at: Date): void => {
    if (at > (last.get(key) ?? new Date(0))) last.set(key, at);
  };
  for (const [key, facts] of bars)
    for (const { kind, since } of facts) {
      const [, hash = ''] = key.split(' ');
      note(key, kind === 'doubtful' ? (doubted.get(hash) ?? since) : since);
    }
  for (const [key, { since }] of refusals) note(key, since);
  return last;
}
