import { defineSearchAttributeKey, type SearchAttributeUpdatePair } from '@temporalio/common';
import type { ContactState } from './contact-state.ts';

/** For finding stuck contacts in the Temporal UI. Ids, states and counts only. */
const optInLight = defineSearchAttributeKey('OptInLight', 'KEYWORD');
const waitingOn = defineSearchAttributeKey('WaitingOn', 'KEYWORD_LIST');
const practiceId = defineSearchAttributeKey('PracticeId', 'KEYWORD');
const queuedMessages = defineSearchAttributeKey('QueuedMessages', 'INT');
const oldestQueuedAt = defineSearchAttributeKey('OldestQueuedAt', 'DATETIME');

/** Every write is a billed action: the queue's numbers are refreshed at most this often, in ms. */
const refreshMs = 60_000;

/** The attributes that differ from those last written; notes them as written. */
export function changedAttributes(
  practice: string,
  state: ContactState,
): SearchAttributeUpdatePair[] {
  const { status } = state;
  if (!status) return [];
  const wanted: [string, string, SearchAttributeUpdatePair][] = [
    ['OptInLight', status.light, { key: optInLight, value: status.light }],
    ['WaitingOn', state.waitingOn.join(), { key: waitingOn, value: [...state.waitingOn] }],
    ['PracticeId', practice, { key: practiceId, value: practice }],
  ];
  const now = Date.now();
  const { queued } = status;
  const oldest = status.oldestQueuedAt ?? '';
  if (status.light === 'red' || state.attributes.QueuedMessages !== undefined) {
    const stale = now - state.attributesAt >= refreshMs || status.light === 'green';
    if (stale) {
      const shown = status.light === 'red' ? queued : 0;
      wanted.push(['QueuedMessages', String(shown), { key: queuedMessages, value: shown }]);
      const at = status.light === 'red' && oldest ? new Date(oldest) : null;
      wanted.push(['OldestQueuedAt', at ? oldest : '', { key: oldestQueuedAt, value: at }]);
    }
  }
  const changed = wanted.filter(([name, value]) => (state.attributes[name] ?? '') !== value);
  if (changed.length === 0) return [];
  for (const [name, value] of changed) state.attributes[name] = value;
  if (changed.some(([name]) => name === 'QueuedMessages')) state.attributesAt = now;
  return changed.map(([, , pair]) => pair);
}
