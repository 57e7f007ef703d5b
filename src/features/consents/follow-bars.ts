import type { ContactView } from '../../record/consent/contact-lock.ts';
import { changeConsents } from '../../record/consent/consent-store.ts';
import { ifReadable } from '../../platform/db/cipher.ts';
import { openAddress } from '../../record/contacts/contact-store.ts';
import { openDoubts } from '../../record/replies/inbound-store.ts';
import type { Database, Sql } from '../../platform/db/database.ts';
import {
  activeSuppressions,
  barsOf,
  type AddressBars,
} from '../../record/consent/suppression-store.ts';
import { unsendableReason } from '../../core/address.ts';
import type { Channel, ConsentEvent } from '../../core/consent/consent-state.ts';
import { strongerDoubt, type Doubt } from '../../core/consent/doubt.ts';
import { needsConsent, type ConsentMethod, type Method } from '../../core/method.ts';
import type { LaneView } from '../../record/messages/lane-heads.ts';

/** Before anything leaves for an address, its channel catches up with the bars on it. */

/**
 * A stop and a registration of the same address may pass each other unseen; the suppression is the later word. The same
 * goes for a doubt, and for its end. True when a channel had to follow.
 */
export async function followBars(
  db: Database,
  sql: Sql,
  lanes: readonly Pick<LaneView, 'contact'>[],
  method: Method,
): Promise<boolean> {
  if (!needsConsent(method)) return false;
  const live = lanes.filter(({ contact }) => {
    const { state, doubt } = contact.consent.channels[method];
    // One that failed may be asked again. Whether staff waived one before the bar or after it, nobody knows.
    return doubt !== undefined || (state !== 'revoked' && state !== 'waived');
  });
  const [first] = live;
  if (!first) return false;
  const suppressions = await activeSuppressions(
    sql,
    first.contact.ref.practiceId,
    live.flatMap(({ contact }) => contact.lanes[method].addressHash ?? []),
  );
  const at = db.clock.now();
  const events = live.flatMap(({ contact }) => {
    const bars = barsOf(suppressions.get(`${method} ${contact.lanes[method].addressHash}`));
    const event =
      followed(bars, contact.consent.channels[method], method, at) ??
      unsendable(db, contact, method, at);
    return event ? { contact, event } : [];
  });
  const changed = await changeConsents(
    db,
    sql,
    await Promise.all(
      events.map(async ({ contact, event }) => ({
        contact,
        event: () => event,
        evidence: { via: 'suppression', ...(await whatWasSaid(sql, contact, method, event)) },
      })),
    ),
  );
  return changed.some(({ outcome }) => outcome === 'applied');
}

/** Why it is doubtful, if the practice has the reply: words written to another practice are not its to know. */
async function whatWasSaid(
  sql: Sql,
  { ref, lanes }: ContactView,
  method: Method,
  event: ConsentEvent,
): Promise<{ doubt?: Doubt }> {
  const { addressHash } = lanes[method];
  if (event.type !== 'doubted' || addressHash === null) return {};
  const number = { practiceIds: [ref.practiceId], addressHash };
  return (await openDoubts(sql, number)).includes(event.doubt) ? { doubt: event.doubt } : {};
}

/** The event that a channel has missed about the bars on its address; undefined: none. */
function followed(
  bars: AddressBars,
  { state, doubt }: Channel,
  method: ConsentMethod,
  at: Date,
): ConsentEvent | undefined {
  const { closed } = bars;
  if (closed?.kind === 'stopped' && state !== 'revoked')
    return { type: 'revoked', at, method, reason: closed.reason, address: false };
  if (doubt?.why !== bars.doubt?.why) {
    if (!bars.doubt) return { type: 'doubt_settled', at, method };
    const { why, since } = bars.doubt;
    return strongerDoubt(doubt, bars.doubt) === doubt
      ? { type: 'doubt_settled', at, method, left: why }
      : { type: 'doubted', at, method, doubt: why, since };
  }
  if (closed?.kind === 'unreachable' && state !== 'failed' && state !== 'revoked')
    return { type: 'unreachable', at, method, reason: closed.reason };
  return undefined;
}

/** Catches an address registered before its kind was refused, before anything leaves for it. */
function unsendable(
  db: Database,
  contact: ContactView,
  method: ConsentMethod,
  at: Date,
): ConsentEvent | undefined {
  const { state } = contact.consent.channels[method];
  if (!['not_sent', 'sent', 'accepted'].includes(state)) return undefined;
  // One that does not open is handled later, at sending.
  const address = ifReadable(() => openAddress(db, contact, method));
  const reason = address === undefined ? undefined : unsendableReason(method, address);
  return reason === undefined ? undefined : { type: 'unreachable', at, method, reason };
}
