import type { Channel, Freeze, JournalData, Registration, Span, Word } from './journal.ts';

/**
 * Derives possible consents and their times from the driver's journal. Anything in doubt (a call under way or never
 * answered) is read in the service's favour, so that every finding is real.
 */

/** A call that began within 2 s of its claim may arrive this much, in ms, after a change was visible. */
export const underWayMs = 2_000;

/** Why a message may not have been on its way; `closedBy`: consent was there once. */
export type Barred = { reason: string; closedBy?: Span & { what: string } };

export class ConsentHistory {
  readonly #registrations = new Map<string, Registration[]>();
  readonly #words = new Map<string, Word[]>();
  readonly #opened = new Map<string, number>();

  constructor(journal: JournalData) {
    for (const registration of journal.registrations)
      push(this.#registrations, registration.contactId, registration);
    for (const word of journal.words) push(this.#words, `${word.channel}/${word.address}`, word);
  }

  /** Undefined: it may have left at `at`. */
  bars(contactId: string, channel: Channel, address: string, at: number): Barred | undefined {
    const opened = this.openedAt(contactId);
    if (at < opened)
      return { reason: Number.isFinite(opened) ? 'before the gate could open' : 'never opened' };
    const since = at - underWayMs;
    const fits = ({ methods, addresses }: Registration): boolean =>
      methods.includes(channel) && addresses[channel] === address;
    if (!this.#inEffect(contactId, since, at).some(fits)) {
      const all = this.#registrations.get(contactId) ?? [];
      const last = all.findLastIndex((one) => fits(one) && one.began <= at);
      const changed =
        last < 0 ? undefined : all.slice(last + 1).find(({ ended = Infinity }) => ended <= since);
      return {
        reason: 'the address was not current',
        ...(changed ? { closedBy: { ...changed, what: 'new address' } } : {}),
      };
    }
    return this.#possiblyAccepted(contactId, channel, address, at, since);
  }

  /** The earliest moment at which every assigned channel may have been accepted: from then on each is on its own. */
  openedAt(contactId: string): number {
    const known = this.#opened.get(contactId);
    if (known !== undefined) return known;
    const registrations = this.#registrations.get(contactId) ?? [];
    const addresses = registrations.flatMap((one) =>
      (['email', 'sms'] as const).map((channel) => `${channel}/${one.addresses[channel]}`),
    );
    const moments = [
      ...registrations.map(({ began }) => began),
      ...addresses.flatMap((key) => (this.#words.get(key) ?? []).map(({ began }) => began)),
    ].toSorted((a, b) => a - b);
    const opened = moments.find((moment) => this.#allAccepted(contactId, moment)) ?? Infinity;
    this.#opened.set(contactId, opened);
    return opened;
  }

  #allAccepted(contactId: string, at: number): boolean {
    return this.#inEffect(contactId, at, at).some(({ methods, addresses }) => {
      const consented = methods.filter((method) => method !== 'fax');
      return (
        consented.length > 0 &&
        consented.every(
          (channel) =>
            this.#possiblyAccepted(contactId, channel, addresses[channel], at, at) === undefined,
        )
      );
    });
  }

  /** Some yes began by `at`, and nothing that surely came after it was done by `since`. */
  #possiblyAccepted(
    contactId: string,
    channel: Channel,
    address: string,
    at: number,
    since: number,
  ): Barred | undefined {
    const words = this.#words.get(`${channel}/${address}`) ?? [];
    const yes = words.filter(({ kind, began }) => kind === 'accept' && began <= at);
    if (yes.length === 0) return { reason: 'nobody had said yes' };
    const closings = [
      ...words
        .filter(({ kind }) => kind !== 'accept' && kind !== 'restart')
        .map((word) => ({ ...word, what: word.kind as string })),
      ...this.#changes(contactId, channel, address).map((change) => ({
        ...change,
        what: 'new address',
      })),
    ].filter(({ ended = Infinity }) => ended <= since);
    const open = yes.some(({ ended = Infinity }) => !closings.some(({ began }) => began > ended));
    if (open) return undefined;
    const last = closings.toSorted((a, b) => a.ended! - b.ended!).at(-1)!;
    return {
      reason: `closed by ${last.what}`,
      closedBy: { began: last.began, ended: last.ended!, what: last.what },
    };
  }

  /** Registrations that say another address: the old consent says nothing about it. */
  #changes(contactId: string, channel: Channel, address: string): Registration[] {
    return (this.#registrations.get(contactId) ?? []).filter(
      ({ addresses }) => addresses[channel] !== address,
    );
  }

  /** Those that may have been in effect at some time from `since` to `at`. */
  #inEffect(contactId: string, since: number, at: number): Registration[] {
    const all = this.#registrations.get(contactId) ?? [];
    return all.filter(
      (one, index) =>
        one.began <= at && !all.slice(index + 1).some(({ ended = Infinity }) => ended <= since),
    );
  }

  /**
   * How many times an address may have been asked by itself, each with the time in which that may have happened: once
   * per assignment of the address and once per START.
   */
  epochs(channel: Channel, address: string): { from: number; to: number }[] {
    const begins: Span[] = [];
    const ends: Span[] = [];
    for (const registrations of this.#registrations.values())
      for (const [index, one] of registrations.entries()) {
        const before = registrations[index - 1]?.addresses[channel];
        if (one.addresses[channel] === address && before !== address) begins.push(one);
        if (one.addresses[channel] !== address && before === address) ends.push(one);
      }
    const holders = Math.max(begins.length, 1);
    for (const word of this.#words.get(`${channel}/${address}`) ?? [])
      if (word.kind === 'restart') for (let one = 0; one < holders; one += 1) begins.push(word);
    ends.push(...begins);
    return begins.map((begin) => {
      // Where two share a number, one's new epoch does not end the other's.
      const next =
        holders > 1
          ? undefined
          : ends
              .filter(({ began }) => began > begin.began)
              .toSorted((a, b) => a.began - b.began)[0];
      return {
        from: begin.began,
        to: next ? (next.ended ?? Infinity) + 2 * underWayMs : Infinity,
      };
    });
  }
}

/**
 * Did the worker stand still between the change and the message? Then it may have been frozen in the middle of its
 * write.
 */
export function wasFrozen(freezes: readonly Freeze[], changedAt: number, at: number): boolean {
  return freezes.some(
    (freeze) =>
      freeze.at <= changedAt + underWayMs && at >= freeze.at && at <= freeze.until + 3_000,
  );
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}
