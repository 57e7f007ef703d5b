import { DateTime } from 'luxon';
import type { ConsentEvent } from './consent/consent-state.ts';
import type { MessageKind } from './message/message.ts';
import type { Method } from './method.ts';
import type { Settings } from './settings.ts';

/**
 * Quiet hours hold the kinds and methods that the setting names, in the contact's own time (47 CFR 64.1200(c)(1) for
 * solicitation; a good default for anything not urgent). They never hold an answer to the person, and not the quarter
 * of an hour after the person's own action.
 */

type QuietHours = NonNullable<Settings['quietHours']>;

/** After the person's own action, in ms. */
const answerMs = 15 * 60 * 1_000;

/** A person's own acts: the messages that follow are expected, so quiet hours do not bind for a while. */
const ownActions: ReadonlySet<ConsentEvent['type']> = new Set(['accepted', 'booked', 'restarted']);

export function isOwnAction({ type }: Pick<ConsentEvent, 'type'>): boolean {
  return ownActions.has(type);
}

const minuteMs = 60_000;
const dayMinutes = 24 * 60;

/**
 * The window that covers `at`, as instants; undefined: not quiet. The clock on the wall decides: in the hour that comes
 * twice in autumn it is quiet both times, and where an hour is left out in spring, its times are passed at once.
 */
function windowAt(quiet: QuietHours, zone: string, at: Date): { from: Date; to: Date } | undefined {
  const wall = wallClock(zone);
  const [from, to] = [minuteOf(quiet.from), minuteOf(quiet.to)];
  /** Minutes since the window began, and until it ends, if no clock is changed. */
  const since = (minute: number): number => (minute - from + dayMinutes) % dayMinutes;
  const until = (minute: number): number => (to - minute + dayMinutes) % dayMinutes || dayMinutes;
  const inside = (minute: number): boolean => since(minute) + until(minute) <= dayMinutes;

  const start = Math.floor(at.getTime() / minuteMs);
  const now = wall(start);
  if (!inside(now.minute)) return undefined;

  let end = start + until(now.minute);
  if (wall(end).offset !== now.offset) {
    const change = changeBetween(wall, start, end);
    const { minute } = wall(change);
    end = inside(minute) ? change + until(minute) : change;
  }
  let begin = start - since(now.minute);
  if (wall(begin).offset !== now.offset) {
    const change = changeBetween(wall, begin, start);
    const { minute } = wall(change - 1);
    begin = inside(minute) ? change - 1 - since(minute) : change;
  }
  return { from: new Date(begin * minuteMs), to: new Date(end * minuteMs) };
}

type WallClock = (minuteOfEpoch: number) => { minute: number; offset: number };

/** The minute of the local day, and the minutes that the zone is ahead of UTC. */
function wallClock(zone: string): WallClock {
  return (minuteOfEpoch) => {
    const { hour, minute, offset } = DateTime.fromMillis(minuteOfEpoch * minuteMs, { zone });
    return { minute: hour * 60 + minute, offset };
  };
}

/** The first minute with the later one's offset. */
function changeBetween(wall: WallClock, earlier: number, later: number): number {
  const { offset } = wall(later);
  let [before, after] = [earlier, later];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (wall(middle).offset === offset) after = middle;
    else before = middle;
  }
  return after;
}

/** Of `21:30`. */
function minuteOf(time: string): number {
  const [hour, minute] = time.split(':').map(Number);
  return hour! * 60 + minute!;
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
