import { afterAll, beforeAll, expect, it } from 'vitest';
import { resolutions } from '../../src/record/replies/inbound-store.ts';
import { unansweredReasons } from '../../src/core/answer-pace.ts';
import { senderKinds } from '../../src/core/allotment.ts';
import { doubts } from '../../src/core/consent/doubt.ts';
import { deliveryStatuses } from '../../src/core/message/message.ts';
import { consentMethods, methods } from '../../src/core/method.ts';
import { shareKinds } from '../../src/core/turns/rate-share.ts';
import { refusalWords } from '../../src/core/consent/refusal.ts';
import { purposes, purposesOf, urgentPurposes } from '../../src/core/consent/purpose.ts';
import { startStack, type Stack } from '../harness/stack.ts';

/**
 * The database's own lists of a column's allowed values, compared with the code's. A list that is widened in one place
 * only, or a new one that nobody compared, fails here.
 */

const lists: Record<string, readonly string[]> = {
  'deliveries.purpose': purposes,
  'deliveries.status': deliveryStatuses,
  'practice_senders.kind': senderKinds,
  'code_requests.method': consentMethods,
  'deliveries.reported': ['complained', 'bounced'],
  'channels.method': methods,
  'channels.doubt': doubts,
  'templates.method': methods,
  'preference_links.method': consentMethods,
  'booking_codes.method': consentMethods,
  'booking_sessions.state': ['choosing', 'proving', 'done'],
  'rate_shares.kind': shareKinds,
  'refusals.method': consentMethods,
  'refusals.word': refusalWords,
  'reopenings.method': consentMethods,
  'suppressions.kind': ['stopped', 'unreachable', 'doubtful'],
  'suppressions.doubt': doubts,
  'inbound_messages.doubt': doubts,
  'inbound_messages.resolved_as': resolutions,
  'inbound_messages.unanswered': unansweredReasons,
  'webhook_endpoints.state': ['active', 'disabled'],
  'undos.act': ['stop', 'cancel'],
  'installation.mode': ['sandbox', 'live'],
};

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
});
afterAll(() => stack.stop());

it('lets columns hold exactly the words that the code knows', async () => {
  const rows = await stack.db.prisma.$queryRaw<{ name: string; definition: string }[]>`
    SELECT r.relname || '.' || a.attname AS name, pg_get_constraintdef(c.oid) AS definition
    FROM pg_constraint c
    JOIN pg_class r ON r.oid = c.conrelid
    JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    JOIN pg_namespace n ON n.oid = r.relnamespace AND n.nspname = 'public'
    WHERE c.contype = 'c' AND array_length(c.conkey, 1) = 1 AND pg_get_constraintdef(c.oid) LIKE '%ARRAY[%'`;
  const found = rows.map(({ name, definition }): [string, string[]] => [
    name,
    [...definition.matchAll(/'([^']+)'::text/g)].map(([, word]) => word!).toSorted(),
  ]);
  const expected = Object.entries(lists).map(([name, words]) => [name, [...words].toSorted()]);
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
});

it('finds what is urgent by an index of the same purposes as the code', async () => {
  const [index] = await stack.db.prisma.$queryRaw<{ indexdef: string }[]>`
    SELECT indexdef FROM pg_indexes WHERE indexname = 'deliveries_urgent'`;
  const words = [...index!.indexdef.matchAll(/'([^']+)'::text/g)].map(([, word]) => word!);
  expect(words.filter((word) => word !== 'queued').toSorted()).toEqual(urgentPurposes.toSorted());
});

it('finds what leaves a closed lane by an index of the same purposes as the code', async () => {
  const [index] = await stack.db.prisma.$queryRaw<{ indexdef: string }[]>`
    SELECT indexdef FROM pg_indexes WHERE indexname = 'deliveries_unbound'`;
  const words = [...index!.indexdef.matchAll(/<> '([^']+)'::text/g)].map(([, word]) => word!);
  expect(words).toEqual(purposesOf('open'));
});
