import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookFurther, type Looked } from '../../src/record/practices/practice-looks.ts';
import { createPractice } from '../../src/record/practices/practice-store.ts';
import { pauseSending, resumeSending } from '../../src/record/practices/practice-switches.ts';
import { workerLimits } from '../../src/core/limits/worker-limits.ts';
import { statementsOf } from '../harness/statements.ts';
import { startStack, type Stack } from '../harness/stack.ts';

/** A switch of a whole practice costs the same however many contacts wait; they are looked at in pages, each of them. */

const contacts = 1_000;

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ worker: false });
  await waitingContacts('waits', contacts, `now() - interval '1 hour'`);
  await waitingContacts('later', 10, `now() + interval '10 days'`);
  await atRest();
});
afterAll(() => stack.stop());

/** Contacts who agreed to texts and have one message queued. */
async function waitingContacts(name: string, count: number, due: string): Promise<void> {
  const { practiceId } = stack;
  for (const statement of [
    `INSERT INTO contacts (practice_id, id, registered, created_at, updated_at)
     SELECT '${practiceId}', '${name}-' || n, true, now(), now() FROM generate_series(1, ${count}) n`,
    `INSERT INTO channels (practice_id, contact_id, method, assigned, state, epoch)
     SELECT '${practiceId}', '${name}-' || n, m, m = 'sms', CASE WHEN m = 'sms' THEN 'accepted' ELSE 'not_sent' END, 1
     FROM generate_series(1, ${count}) n, unnest(ARRAY['email','sms','fax']) m`,
    `INSERT INTO messages (practice_id, id, contact_id, kind, content_enc, content_hash, size, methods, any_method, due_at,
                           source, arrival, created_at)
     SELECT practice_id, id, id, 'ad_hoc', 'x', 'x', 1, '{sms}', false, ${due}, 'http', nextval('arrivals'), now()
     FROM contacts WHERE id LIKE '${name}-%'`,
    `INSERT INTO deliveries (id, practice_id, contact_id, method, purpose, message_id, kind, status, due_at, arrival, size,
                             created_at)
     SELECT gen_random_uuid(), practice_id, contact_id, 'sms', 'content', id, kind, 'queued', due_at, arrival, size, now()
     FROM messages WHERE id LIKE '${name}-%'`,
  ])
    await stack.db.prisma.$executeRawUnsafe(statement);
}

/** Nothing is planned: the contacts' lanes are closed, and nobody has anything to look at. */
async function atRest(): Promise<void> {
  await stack.db.prisma.channel.updateMany({ data: { lookAt: null, wokenAt: null } });
  await stack.db.prisma.practice.updateMany({ data: { lookSince: null, lookAfter: '' } });
}

const set = async (settings: object): Promise<void> => {
  expect((await stack.call('PATCH', '/v1/settings', settings)).status).toBe(200);
};
const planned = () => stack.db.prisma.channel.count({ where: { lookAt: { not: null } } });
const marked = () => stack.db.prisma.practice.count({ where: { lookSince: { not: null } } });
const inPages = async (): Promise<Looked[]> => {
  const pages: Looked[] = [];
  do pages.push(await lookFurther(stack.db));
  while (pages.at(-1)!.more);
  return pages;
};

describe('a change of settings', () => {
  it.each([
    { sender: { supportPhone: '+1 202 555 0142' } },
    { sender: { displayName: 'Another Name' } },
    { landingUrl: 'https://practice.example/thanks' },
    { emailFooter: false },
    { optInExpires: 'P20D' },
    { gate: 'all' },
  ])('%j touches no lane', async (change) => {
    await atRest();
    await set(change);
    expect([await planned(), await marked()]).toEqual([0, 0]);
  });

  it.each([
    { gate: 'each' },
    { quietHours: { from: '22:00', to: '06:00', methods: ['sms'], kinds: ['ad_hoc'] } },
    { quietHours: null },
    { timeZone: 'America/Chicago' },
    { messagingEnabled: false },
    { messagingEnabled: true },
  ])('%j looks at one page at once, and at the rest in further ones', async (change) => {
    await atRest();
    await set(change);
    expect(await planned()).toBeLessThanOrEqual(workerLimits.contactsLookedAt);
    expect(await marked()).toBe(1);
    const pages = await inPages();
    for (const { wake } of pages)
      expect(wake.length).toBeLessThanOrEqual(workerLimits.contactsLookedAt);
    expect(await planned()).toBe(contacts + 10);
    expect(await marked()).toBe(0);
  });

  it('is worked off in pages of a few statements each, however many contacts wait', async () => {
    await atRest();
    await stack.db.prisma.practice.updateMany({ data: { lookSince: new Date() } });
    const statements: number[] = [];
    let looked: Looked;
    do {
      const page = await statementsOf(async () => {
        looked = await lookFurther(stack.db, stack.practiceId);
      });
      statements.push(page.length);
    } while (looked!.more);
    const [all, atOnce] = [contacts + 10, workerLimits.contactsLookedAt];
    // 100,000 contacts are 667 of them, and a sweep works on them for three seconds.
    expect(statements).toHaveLength(Math.ceil(all / atOnce));
    expect(Math.min(...statements)).toBeGreaterThan(0);
    expect(Math.max(...statements)).toBeLessThan(atOnce / 10);
  });

  it('wakes each contact whose message is due, and leaves the others to their time', async () => {
    await atRest();
    await set({ gate: 'all' });
    const first = await stack.db.prisma.channel.count({ where: { wokenAt: { not: null } } });
    const woken = (await inPages()).flatMap(({ wake }) => wake);
    expect(new Set(woken.map(({ contactId }) => contactId)).size).toBe(woken.length);
    expect(first + woken.length).toBe(contacts);
    const later = await stack.db.prisma.channel.findFirstOrThrow({
      where: { contactId: 'later-1', method: 'sms' },
    });
    expect(later.wokenAt).toBeNull();
    expect(later.lookAt!.getTime()).toBeGreaterThan(Date.now() + 9 * 86_400_000);
  });

  it('begins at the first contact again where another switch is turned meanwhile', async () => {
    await atRest();
    await set({ gate: 'each' });
    await lookFurther(stack.db);
    const before = await stack.db.prisma.practice.findFirstOrThrow({
      where: { id: stack.practiceId },
    });
    expect(before.lookAfter).not.toBe('');
    await set({ gate: 'all' });
    await stack.db.prisma.channel.updateMany({ data: { wokenAt: null, lookAt: null } });
    const after = await stack.db.prisma.practice.findFirstOrThrow({
      where: { id: stack.practiceId },
    });
    expect(after.lookSince!.getTime()).toBeGreaterThan(before.lookSince!.getTime());
    expect(after.lookAfter <= before.lookAfter).toBe(true);
  });

  it('loses no page to a process that dies after one, or to two that work at the same one', async () => {
    await atRest();
    await set({ gate: 'each' });
    await stack.db.prisma.channel.updateMany({ data: { wokenAt: null, lookAt: null } });
    const mark = { lookSince: new Date(), lookAfter: '' };
    await stack.db.prisma.practice.updateMany({ where: { id: stack.practiceId }, data: mark });
    await Promise.all([lookFurther(stack.db), lookFurther(stack.db)]);
    await inPages();
    expect(await planned()).toBe(contacts + 10);
  });
});

describe('pause and resume', () => {
  const practices = 300;
  const pauseAndResume = async (): Promise<number> => {
    expect(await pauseSending(stack.db, 'drill')).toBeGreaterThan(0);
    const statements = await statementsOf(async () => {
      await resumeSending(stack.db);
    });
    const paused = { where: { pausedReason: { not: null } } };
    expect(await stack.db.prisma.practice.count(paused)).toBe(0);
    return statements.length;
  };

  it('take as many statements for all practices as for one', async () => {
    const alone = await pauseAndResume();
    for (let n = 0; n < practices; n += 1)
      await createPractice(stack.db, { id: stack.own(`many-${n}`), name: `Many ${n}` });
    expect(await pauseAndResume()).toBe(alone);
  });

  it('leave each practice to be looked at, in turns', async () => {
    await atRest();
    await pauseSending(stack.db, 'drill');
    await resumeSending(stack.db);
    expect(await marked()).toBe(practices + 1);
    await inPages();
    expect([await marked(), await planned()]).toEqual([0, contacts + 10]);
  });

  it('take less than five seconds each for ten thousand practices', async () => {
    await stack.db.prisma.$executeRaw`
      INSERT INTO practices (id, name, settings, created_at)
      SELECT 'crowd-' || n, 'P', '{}', now() FROM generate_series(1, 10_000) n`;
    const ms = async (change: () => Promise<unknown>): Promise<number> => {
      const beganAt = performance.now();
      await change();
      return performance.now() - beganAt;
    };
    // One transaction after the other took half a minute.
    expect(await ms(() => pauseSending(stack.db, 'drill'))).toBeLessThan(5_000);
    expect(await stack.db.prisma.practice.count({ where: { pausedReason: null } })).toBe(0);
    expect(await ms(() => resumeSending(stack.db))).toBeLessThan(5_000);
    expect(await stack.db.prisma.practice.count({ where: { pausedReason: null } })).toBe(
      10_001 + practices,
    );
  });
});
