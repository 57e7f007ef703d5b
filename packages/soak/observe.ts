import { setTimeout as sleep } from 'node:timers/promises';
import type { Calls } from './calls.ts';
import type { Mailbox, OutboxEntry } from './mailbox.ts';
import type { Method } from './journal.ts';

/** The outside view when all is quiet: the API's word and the sandbox's outbox. */

export type DeliveryView = {
  method: Method;
  status: string;
  waitingFor?: string;
  dueAt?: string;
  reason?: string;
  sentAt?: string;
};
export type MessageView = { id: string; status: string; deliveries: DeliveryView[] };
export type ContactSeen = {
  id: string;
  light: string;
  reason?: string;
  messages: MessageView[];
  /** The ledger's own verdict. */
  intact: boolean;
};
/** By message and method (`id/method`), ms. */
export type Claims = Record<string, number>;
export type Observed = {
  /** When the reading began. */
  at: number;
  contacts: ContactSeen[];
  outbox: OutboxEntry[];
  /** Contacts that were still at it when patience ended. */
  unquiet: string[];
  waitedMs: number;
  /** When each delivery that ended `unknown` was last claimed. */
  claims: Claims;
  /** Raw signals that the service refused and keeps: none of the driver's is wrong. */
  rejected: unknown[];
};

/** What does not move for so long, in ms, is stuck: on a busy machine all of it may take longer. */
const stillPatienceMs = 180_000;
/** … but not for ever, in ms. */
const quietPatienceMs = 1_200_000;

export const finalStatuses = [
  'sent',
  'delivered',
  'failed',
  'unknown',
  'expired',
  'cancelled',
  'suppressed',
];

/** Messages due within this time, in ms, are waited for. */
const soonMs = 60_000;

/** Final, or at `now` waiting for something that only a person, a time or a switch brings. */
export function isSettled(delivery: DeliveryView, now: number): boolean {
  if (finalStatuses.includes(delivery.status)) return true;
  if (delivery.status !== 'queued') return false;
  const { waitingFor = '', dueAt = '' } = delivery;
  if (waitingFor === 'due') return Date.parse(dueAt) > now;
  return /^consent:|^(method|practice_off|quiet_hours|doubtful_stop)$/.test(waitingFor);
}

/**
 * Waits for quiet, then reads. `calls` must be patient: without this reading there is no verdict. Throws an error that
 * names the call which got no answer.
 */
export async function observe(
  calls: Calls,
  mailbox: Mailbox,
  readClaims: () => Promise<Claims>,
  /** With the messages that were acknowledged: a signal is stored later than that. */
  acknowledged: ReadonlyMap<string, ReadonlySet<string>>,
  tell: (text: string) => void,
): Promise<Observed> {
  const began = Date.now();
  const contactIds = [...acknowledged.keys()];
  let open = contactIds;
  let moved = { open: open.length, arrived: 0, at: began };
  while (open.length > 0 && Date.now() - began < quietPatienceMs) {
    const seen = await each(open, (id) => readMessages(calls, id));
    open = open.filter((id, index) => {
      const views = seen[index]!;
      const known = new Set(views.map((view) => view.id));
      return (
        views
          .flatMap(({ deliveries }) => deliveries)
          .some((one) => !isSettled(one, Date.now() + soonMs)) ||
        [...acknowledged.get(id)!].some((message) => !known.has(message))
      );
    });
    if (open.length === 0) break;
    if (open.length < moved.open || mailbox.size > moved.arrived)
      moved = { open: open.length, arrived: mailbox.size, at: Date.now() };
    else if (Date.now() - moved.at > stillPatienceMs) break;
    tell(`waiting for quiet: ${open.length} contacts`);
    await sleep(2_000);
  }
  const waitedMs = Date.now() - began;
  const at = Date.now();
  const contacts = await each(contactIds, (id) => readContact(calls, id));
  const refused = await calls.api('GET', '/rejected-signals?limit=200');
  const { items: rejected = [] } = (refused.body ?? {}) as { items?: unknown[] };
  // Followed all the time: read at once at the end, tens of thousands of entries take longer than a call may.
  await mailbox.look();
  const outbox = [...mailbox.entries];
  const claims = await readClaims();
  return { at, contacts, outbox, unquiet: open, waitedMs, claims, rejected };
}

async function readContact(calls: Calls, id: string): Promise<ContactSeen> {
  const { body } = await calls.api('GET', `/contacts/${id}`);
  const { light = 'none', reason } = (body ?? {}) as { light?: string; reason?: string };
  const evidence = await calls.api('GET', `/contacts/${id}/evidence`);
  return {
    id,
    light,
    ...(reason === undefined ? {} : { reason }),
    messages: await readMessages(calls, id),
    intact: (evidence.body as { intact?: boolean } | undefined)?.intact === true,
  };
}

async function readMessages(calls: Calls, contactId: string): Promise<MessageView[]> {
  const items: MessageView[] = [];
  let cursor: string | undefined;
  do {
    const after = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { status, body } = await calls.api(
      'GET',
      `/contacts/${contactId}/messages?limit=200${after}`,
    );
    // Never heard of: then all of its messages are missing.
    if (status !== 200) return items;
    const page = body as { items: MessageView[]; nextCursor?: string };
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return items;
}

/** A few at a time. */
async function each<A, B>(items: readonly A[], read: (item: A) => Promise<B>): Promise<B[]> {
  const results: B[] = [];
  for (let start = 0; start < items.length; start += 4)
    results.push(...(await Promise.all(items.slice(start, start + 4).map(read))));
  return results;
}
