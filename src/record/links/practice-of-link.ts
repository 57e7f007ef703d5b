import { findBooking } from './booking-store.ts';
import type { Database } from '../../platform/db/database.ts';
import { findMessageLink } from './message-link-store.ts';
import { requestOfToken } from './opt-in-request.ts';
import { acrossPractices } from '../../platform/db/practice-scope.ts';
import { findPreferenceLink } from './preference-link-store.ts';
import { findUnsubscribeLink } from './unsubscribe-store.ts';

/** Links that people are sent: each names a practice by its token alone. */
export type LinkKind = 'optIn' | 'message' | 'unsubscribe' | 'preferences' | 'booking';

type Found = { practiceId: string } | undefined;

const finders: Record<LinkKind, (db: Database, token: string) => Promise<Found>> = {
  optIn: (db, token) => requestOfToken(db, db.prisma, token),
  message: (db, token) => findMessageLink(db, db.prisma, token),
  unsubscribe: (db, token) => findUnsubscribeLink(db, db.prisma, token),
  preferences: (db, token) => findPreferenceLink(db, db.prisma, token),
  booking: (db, token) => findBooking(db.prisma, token),
};

/** Undefined: no link has this token. */
export async function practiceOfLink(
  db: Database,
  kind: LinkKind,
  token: string,
): Promise<string | undefined> {
  return (await acrossPractices(() => finders[kind](db, token)))?.practiceId;
}
