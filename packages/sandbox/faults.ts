import { limits } from './limits.ts';
import type { Channel } from './outbox.ts';

/**
 * Faults that a test orders. Each decides by its own seeded generator whether it applies to a call or
 * webhook, so that a run can be repeated; `count` is how many times it applies before it is spent.
 *
 * On a call to a provider:
 * - `status`: answered with that status, not accepted.
 * - `delay`: accepted at once, answered `delayMs` later.
 * - `accept_then_drop`: accepted, then the connection is cut without an answer.
 *
 * On a webhook:
 * - `lose_webhook`: never sent. Replies by a person and forced events are not lost: somebody asked for them.
 * - `duplicate_webhook`: sent twice.
 */
export const faultKinds = [
  'accept_then_drop',
  'delay',
  'status',
  'duplicate_webhook',
  'lose_webhook',
] as const;

export type Fault = {
  id: number;
  channel?: Channel;
  kind: (typeof faultKinds)[number];
  status: number;
  delayMs: number;
  retryAfterSeconds?: number;
  probability: number;
  seed: number;
  /** Times it applies; without it, until it is deleted. */
  count?: number;
  applied: number;
};

/** The fault to inject into one call. */
export type CallFault = {
  status?: { status: number; retryAfterSeconds?: number };
  delayMs: number;
  drop: boolean;
};

export class Faults {
  #active: { fault: Fault; random: () => number }[] = [];
  #nextId = 1;

  /** A text that names the problem, or the fault. */
  add(body: unknown): Fault | string {
    if (this.#active.length >= limits.faults)
      return `There are ${limits.faults} faults already; DELETE /faults first.`;
    const fault = readFault(body, this.#nextId);
    if (typeof fault === 'string') return fault;
    this.#nextId += 1;
    this.#active.push({ fault, random: seededRandom(fault.seed) });
    return fault;
  }

  /** Those not yet spent. */
  list(): Fault[] {
    return this.#active.map(({ fault }) => ({ ...fault }));
  }

  clear(): void {
    this.#active = [];
  }

  drawCall(channel: Channel): CallFault {
    const drawn: CallFault = { delayMs: 0, drop: false };
    for (const fault of this.#draw(channel, ['status', 'delay', 'accept_then_drop'])) {
      if (fault.kind === 'delay') drawn.delayMs = Math.max(drawn.delayMs, fault.delayMs);
      else if (fault.kind === 'accept_then_drop') drawn.drop = true;
      else
        drawn.status ??= {
          status: fault.status,
          ...(fault.retryAfterSeconds === undefined
            ? {}
            : { retryAfterSeconds: fault.retryAfterSeconds }),
        };
    }
    return drawn;
  }

  /** How many times a webhook is sent. */
  drawWebhook(channel: Channel, mayBeLost: boolean): 0 | 1 | 2 {
    const kinds = mayBeLost
      ? (['lose_webhook', 'duplicate_webhook'] as const)
      : (['duplicate_webhook'] as const);
    const drawn = this.#draw(channel, kinds).map(({ kind }) => kind);
    if (drawn.includes('lose_webhook')) return 0;
    return drawn.includes('duplicate_webhook') ? 2 : 1;
  }

  #draw(channel: Channel, kinds: readonly Fault['kind'][]): Fault[] {
    const drawn: Fault[] = [];
    for (const { fault, random } of this.#active) {
      const concerned = fault.channel === undefined || fault.channel === channel;
      if (!concerned || !kinds.includes(fault.kind) || random() >= fault.probability) continue;
      fault.applied += 1;
      drawn.push(fault);
    }
    this.#active = this.#active.filter(
      ({ fault }) => fault.count === undefined || fault.applied < fault.count,
    );
    return drawn;
  }
}

function readFault(body: unknown, id: number): Fault | string {
  if (typeof body !== 'object' || body === null) return 'The body must be a JSON object.';
  const fields = body as Record<string, unknown>;
  const known = [
    'channel',
    'kind',
    'status',
    'delayMs',
    'retryAfterSeconds',
    'probability',
    'seed',
  ];
  const unknown = Object.keys(fields).find((name) => ![...known, 'count'].includes(name));
  if (unknown !== undefined) return `There is no field \`${unknown.slice(0, 40)}\`.`;
  const kind = faultKinds.find((name) => name === fields.kind);
  if (kind === undefined) return `\`kind\` must be one of ${faultKinds.join(', ')}.`;
  const { channel } = fields;
  if (channel !== undefined && channel !== 'email' && channel !== 'sms')
    return '`channel` must be email or sms.';

  const problems: string[] = [];
  const number = (
    name: string,
    { min, max, whole = true }: { min: number; max: number; whole?: boolean },
  ): number | undefined => {
    const value = fields[name];
    if (value === undefined) return undefined;
    if (typeof value === 'number' && value >= min && value <= max)
      if (!whole || Number.isInteger(value)) return value;
    problems.push(`\`${name}\` must be a ${whole ? 'whole ' : ''}number from ${min} to ${max}.`);
    return undefined;
  };
  const status = number('status', { min: 200, max: 599 });
  const delayMs = number('delayMs', { min: 0, max: limits.faultDelayMs });
  const retryAfterSeconds = number('retryAfterSeconds', {
    min: 0,
    max: limits.faultRetryAfterSeconds,
  });
  const probability = number('probability', { min: 0, max: 1, whole: false });
  const seed = number('seed', { min: 0, max: 2 ** 32 - 1 });
  const count = number('count', { min: 1, max: 1_000_000 });
  if (problems[0] !== undefined) return problems[0];
  return {
    id,
    ...(channel === undefined ? {} : { channel }),
    kind,
    status: status ?? 500,
    delayMs: delayMs ?? 1_000,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    probability: probability ?? 1,
    seed: seed ?? 1,
    ...(count === undefined ? {} : { count }),
    applied: 0,
  };
}

/** Mulberry32: small, fast, and the same on every machine. Numbers from 0 up to but not 1. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
