import { DateTime } from 'luxon';
import type { ConsentEvent } from './consent-state.ts';
import type { MessageKind } from './message.ts';
import type { Method } from './method.ts';
import type { Settings } from './settings.ts';

/**
 * Quiet hours hold the kinds and methods that the setting names, in the contact's own time (47 CFR 64.1200(c)(1) for
 * solicitation; a good default for what is not urgent). They never hold an answer to the person, and not the quarter
 * of an hour after the person's own action.
 */

type QuietHours = NonNullable<Settings['quietHours']>;

/** After the person's own action, in ms. */
const answerMs = 15 * 60 * 1_000;

/** What a person says or does themselves, and what is then sent is expected: quiet hours do not bind for a while. */
const ownActions: ReadonlySet<ConsentEvent['type']> = new Set(['accepted', 'booked', 'restarted']);

export function isOwnAction({ type }: Pick<ConsentEvent, 'type'>): boolean {
  return ownActions.has(type);
}

/** The window that covers `at`, as instants; undefined: not quiet. */
function windowAt(quiet: QuietHours, zone: string, at: Date): { from: Date; to: Date } | undefined {
  const local = DateTime.fromJSDate(at, { zone });
  for (const day of [local.minus({ days: 1 }), local]) {
    const from = timeOn(day, quiet.from);
    const sameDay = timeOn(day, quiet.to);
    const to = sameDay > from ? sameDay : timeOn(day.plus({ days: 1 }), quiet.to);
    if (at >= from && at < to) return { from, to };
  }
  return undefined;
}

/** Set on the calendar, so that a change of the clocks moves nothing. */
function timeOn(day: DateTime, time: string): Date {
  const [hour, minute] = time.split(':').map(Number);
  return day.set({ hour: hour!, minute: minute!, second: 0, millisecond: 0 }).toJSDate();
}

export type Quiet = { kinds: readonly MessageKind[]; until: Date };

/** Which kinds are held on a method right now, and until when; undefined: none. */
export function quietNow(
  settings: Pick<Settings, 'quietHours' | 'timeZone'>,
  contact: { timeZone: string | null; lastActionAt: Date | null },
  method: Method,
  now: Date,
): Quiet | undefined {
  const { quietHours } = settings;
  if (!quietHours?.methods.includes(method)) return undefined;
  const { lastActionAt } = contact;
  if (lastActionAt && now.getTime() - lastActionAt.getTime() < answerMs) return undefined;
  const window = windowAt(quietHours, contact.timeZone ?? settings.timeZone, now);
  return window && { kinds: quietHours.kinds, until: window.to };
}

/**
 * When a message should leave so that quiet hours do not make it miss its last moment: usually when it is due; if it is
 * due in quiet hours and would be worthless at their end, at the last allowed moment before them.
 */
export function dueBeforeQuiet(
  settings: Pick<Settings, 'quietHours' | 'timeZone'>,
  timeZone: string | null,
  message: { kind: MessageKind; dueAt: Date; notAfter?: Date },
  method: Method,
  now: Date,
): Date {
  const { quietHours } = settings;
  const { kind, dueAt, notAfter } = message;
  if (!notAfter || !quietHours?.methods.includes(method) || !quietHours.kinds.includes(kind))
    return dueAt;
  const window = windowAt(quietHours, timeZone ?? settings.timeZone, dueAt);
  if (!window || notAfter > window.to) return dueAt;
  const lastMoment = new Date(window.from.getTime() - 1_000);
  return lastMoment > now ? lastMoment : now < window.from ? now : dueAt;
}
