import { limits } from './limits.ts';
import type { ConsentMethod } from './method.ts';

/**
 * A first booking, and the only rules that move it:
 *
 *   choosing ──chose──▶ proving ──every address proven, or the rest left out──▶ done
 *      ▲                   │ while nothing is proven
 *      └─────reopened──────┘
 *
 * A repeat (a second click, another tab, the back button) finds it done and changes nothing.
 */
export type Booking = {
  state: 'choosing' | 'proving' | 'done';
  /** The methods that the person chose. */
  methods: readonly ConsentMethod[];
  /** Those of them whose code was entered. */
  proven: readonly ConsentMethod[];
};

export type BookingEvent =
  | { type: 'chose'; methods: readonly ConsentMethod[] }
  | { type: 'reopened' }
  | { type: 'proved'; method: ConsentMethod }
  /** Unproven addresses are left out. */
  | { type: 'finished' };

export const newBooking: Booking = { state: 'choosing', methods: [], proven: [] };

/** The same object: nothing changed. */
export function advance(booking: Booking, event: BookingEvent): Booking {
  const { state, methods, proven } = booking;
  switch (event.type) {
    case 'chose':
      if (state !== 'choosing' || event.methods.length === 0) return booking;
      return { state: 'proving', methods: event.methods, proven: [] };
    case 'reopened':
      return state === 'proving' && proven.length === 0 ? newBooking : booking;
    case 'proved': {
      if (!waitingFor(booking).includes(event.method)) return booking;
      const now = methods.filter((method) => method === event.method || proven.includes(method));
      return { state: now.length === methods.length ? 'done' : 'proving', methods, proven: now };
    }
    case 'finished':
      return state === 'proving' && proven.length > 0 ? { ...booking, state: 'done' } : booking;
  }
}

/** The methods whose code is still to be entered. */
export function waitingFor({ state, methods, proven }: Booking): ConsentMethod[] {
  return state === 'proving' ? methods.filter((method) => !proven.includes(method)) : [];
}

/** `over`: no code works any more, and another one has to be asked for. */
export type CodeVerdict = 'right' | 'wrong' | 'over';

/** `tries`: wrong ones before this one. */
export function judgeCode(
  code: { tries: number; expiresAt: Date } | undefined,
  matches: boolean,
  now: Date,
): CodeVerdict {
  if (!code || code.expiresAt <= now || code.tries >= limits.codeTries) return 'over';
  if (matches) return 'right';
  return code.tries + 1 >= limits.codeTries ? 'over' : 'wrong';
}

/**
 * The contact that a proven address belongs to; undefined: a person that the practice does not know yet.
 *
 * - `named`: the contact that the practice's own scheduler named. It decides.
 * - `own`: the contact that this booking's other address led to.
 * - `holders`: the contacts with this address. Where several share it, nobody can tell which of them books.
 */
export function bookedContact(known: {
  named?: string | undefined;
  own?: string | undefined;
  holders: readonly string[];
}): string | undefined {
  const { named, own, holders } = known;
  if (named !== undefined) return named;
  if (own !== undefined && holders.includes(own)) return own;
  return holders.length === 1 ? holders[0] : own;
}

/**
 * Whether the contact gains an address that it did not have. Proof of one address says little about another: a relative
 * who reads the family's mailbox can prove it, and would have the messages sent to their own phone. So only a contact
 * that the practice's scheduler named, or that this booking registered, gains one.
 */
export function mayGainAddress(
  contactId: string,
  known: { named: boolean; registeredHere: string | undefined },
): boolean {
  return known.named || contactId === known.registeredHere;
}
