import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doorstepId } from '../src/domain/ids.ts';
import { eraseContact } from '../src/db/erase.ts';
import { limits } from '../src/domain/limits.ts';
import {
  begin,
  both,
  byEmail,
  bySms,
  choose,
  chooseHosted,
  codesTo,
  codeTo,
  prove,
} from './harness/bookings.ts';
import { open, submit } from './harness/pages.ts';
import { register, someone, type Person } from './harness/people.ts';
import { startStack, until, type Stack } from './harness/stack.ts';

/** What a first booking cannot be used for, by people who are not whom they seem to be. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

type Found = { id: string; name: string; methods: string[]; email?: string; phone?: string };

async function contactsWith(address: string): Promise<Found[]> {
  const query = encodeURIComponent(address);
  const { body } = await stack.call<{ items: Found[] }>('GET', `/v1/contacts?query=${query}`);
  return body.items;
}

async function notes({ id }: Pick<Person, 'id'>): Promise<object[]> {
  const { body } = await stack.call<{ items: { contactId: string }[] }>(
    'GET',
    '/v1/inbound?handled=false',
  );
  return body.items.filter(({ contactId }) => contactId === id);
}

const newestSession = () =>
  stack.db.prisma.bookingSession.findFirstOrThrow({ orderBy: { createdAt: 'desc' } });

/** Which six digits the newest code for an address is; undefined: none. */
async function digitsThatWork(email: string): Promise<string | undefined> {
  const { id } = await newestSession();
  const { codeHash } = await stack.db.prisma.bookingCode.findFirstOrThrow({
    where: { sessionId: id },
    orderBy: { createdAt: 'desc' },
  });
  for (let n = 0; n < 1_000_000; n += 1) {
    // The service lives in this process too.
    if (n % 20_000 === 0) await setImmediate();
    const digits = String(n).padStart(6, '0');
    const hash = stack.db.lookup.hash(`code:${JSON.stringify([id, 'email', email, digits])}`);
    if (hash === codeHash) return digits;
  }
  return undefined;
}

describe('a code that was not sent', () => {
  it('cannot be guessed: no digits are right', async () => {
    const ann = someone();
    for (let asked = 0; asked < limits.codesPerHour; asked += 1)
      await choose(await begin(stack), byEmail(ann));
    const last = await codeTo(stack, ann.email, limits.codesPerHour);
    expect(await digitsThatWork(ann.email)).toBe(last);
    await choose(await begin(stack), byEmail(ann));
    expect(await digitsThatWork(ann.email)).toBeUndefined();
  }, 60_000);
});

describe('whoever reads somebody’s mailbox', () => {
  it('cannot have their messages sent to a phone of their own', async () => {
    const [ann, relative] = [someone(), someone()];
    await register(stack, ann, ['email']);
    const link = await chooseHosted(stack, both({ ...relative, email: ann.email }));
    for (const part of [{ email: ann.email }, { phone: relative.phone }])
      expect((await prove(stack, link, part)).status).toBe(200);
    expect((await stack.call<Found>('GET', `/v1/contacts/${ann.id}`)).body).toMatchObject({
      methods: ['email'],
      name: 'Ann Example',
    });
    expect(await contactsWith(relative.phone)).toEqual([]);
    expect(await notes(ann)).toMatchObject([
      { meaning: 'booking', method: 'sms', from: relative.phone },
    ]);
  });

  it('nor where the practice’s scheduler began the booking without saying for whom', async () => {
    const [ann, relative] = [someone(), someone()];
    await register(stack, ann, ['email']);
    const link = await begin(stack);
    await choose(link, both({ ...relative, email: ann.email }));
    await prove(stack, link, { email: ann.email, phone: relative.phone });
    expect(await contactsWith(relative.phone)).toEqual([]);
    expect(await notes(ann)).toHaveLength(1);
  });
});

it('whom the booking itself registered has both addresses, proven one after the other', async () => {
  const ann = someone();
  const link = await chooseHosted(stack, both(ann));
  await prove(stack, link, { email: ann.email });
  await prove(stack, link, { phone: ann.phone });
  expect(await contactsWith(ann.email)).toMatchObject([
    { methods: ['email', 'sms'], phone: ann.phone, light: 'green' },
  ]);
});

describe('a booking that goes on while staff tidy up', () => {
  /** Somebody new, with one address proven and the other still to come. */
  async function halfBooked(): Promise<{ ann: Person; link: string; id: string }> {
    const ann = someone();
    const link = await chooseHosted(stack, both(ann));
    await prove(stack, link, { email: ann.email });
    const [found] = await contactsWith(ann.email);
    return { ann, link, id: found!.id };
  }

  it('writes to whom its contact was merged into, and brings the old id to nothing', async () => {
    const { ann, link, id } = await halfBooked();
    const bob = someone();
    await register(stack, bob, ['email']);
    const merged = await stack.call('POST', `/v1/contacts/${id}/merge`, { into: bob.id });
    expect(merged.status).toBe(200);
    await prove(stack, link, { phone: ann.phone });
    const row = await stack.db.prisma.contact.findFirstOrThrow({ where: { id } });
    expect(row.mergedInto).toBe(bob.id);
    expect(await contactsWith(ann.phone)).toEqual([]);
    expect(await notes(bob)).toMatchObject([{ method: 'sms', from: ann.phone }]);
  });

  it('does not bring back who was erased: the next address is somebody new', async () => {
    const { ann, link, id } = await halfBooked();
    expect((await stack.call('DELETE', `/v1/contacts/${id}`)).status).toBe(204);
    await prove(stack, link, { phone: ann.phone });
    const [found] = await contactsWith(ann.phone);
    expect(found).toMatchObject({ methods: ['sms'] });
    expect(found!.id).not.toBe(id);
    const row = await stack.db.prisma.contact.findFirstOrThrow({ where: { id } });
    expect(row).toMatchObject({ registered: false, nameEnc: null });
  });

  it('nor whom the scheduler named, if that id was erased meanwhile', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    const link = await begin(stack, { contactId: ann.id });
    await choose(link, byEmail(ann));
    await stack.call('DELETE', `/v1/contacts/${ann.id}`);
    await prove(stack, link, { email: ann.email });
    const [found] = await contactsWith(ann.email);
    expect(found!.id).not.toBe(ann.id);
  });

  it('nor who is erased in the very moment in which the code is entered', async () => {
    const ann = someone();
    await register(stack, ann, ['email']);
    const link = await begin(stack, { contactId: ann.id });
    await choose(link, byEmail(ann));
    const code = await codeTo(stack, ann.email);
    const { practiceId } = stack;
    const entered = await stack.db.prisma.$transaction(async (sql) => {
      await eraseContact(stack.db, sql, { practiceId, contactId: ann.id });
      const page = submit(link, { do: 'prove', codeEmail: code });
      await until('it waits for the contact', async () => {
        const [row] = await stack.db.prisma.$queryRaw<{ waits: boolean }[]>`
          SELECT bool_or(NOT granted) AS waits FROM pg_locks`;
        return row?.waits ?? false;
      });
      return { page };
    });
    expect((await entered.page).status).toBe(200);
    const row = await stack.db.prisma.contact.findFirstOrThrow({ where: { id: ann.id } });
    expect(row.registered).toBe(false);
    expect(await contactsWith(ann.email)).toHaveLength(1);
  });
});

describe('the page that anybody can open', () => {
  it('begins nothing where something has to be filled in otherwise', async () => {
    const page = `${stack.url}/book/${stack.practiceId}`;
    const { html } = await open(page);
    const token = /name="token" value="([^"]+)"/.exec(html)![1]!;
    const before = await stack.db.prisma.bookingSession.count();
    const refused = await submit(page, { do: 'choose', token, name: '' });
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(refused.html).toContain(token);
    expect(await stack.db.prisma.bookingSession.count()).toBe(before);
  });

  it('sends no more codes than a practice may in an hour, also for bookings that were begun before', async () => {
    const [early, late, known] = [someone(), someone(), someone()];
    const begun = await chooseHosted(stack, bySms(early));
    await codeTo(stack, early.phone);
    await stack.db.prisma.$executeRaw`
      INSERT INTO deliveries (id, practice_id, contact_id, method, purpose, automatic, status, due_at, arrival, size, address_hash, created_at)
      SELECT gen_random_uuid(), practice_id, contact_id, method, purpose, automatic, 'sent', due_at, 1000000 + n, size, 'hash ' || n, created_at
      FROM generate_series(1, ${limits.practiceCodesPerHour}) n, LATERAL (
        SELECT * FROM deliveries WHERE practice_id = ${stack.practiceId} AND contact_id = ${doorstepId}
        ORDER BY created_at DESC LIMIT 1) d`;
    const asked = await submit(begun, { do: 'sendSms' });
    await submit(begun, { do: 'reopen' });
    await choose(begun, bySms(late));
    expect(asked.status).toBe(200);
    expect((await open(`${stack.url}/book/${stack.practiceId}`)).status).toBe(200);
    // What the practice's own scheduler begins is not anybody's.
    const link = await begin(stack, { contactId: known.id });
    await choose(link, bySms(known));
    await codeTo(stack, known.phone);
    expect(await codesTo(stack, early.phone)).toHaveLength(1);
    expect(await codesTo(stack, late.phone)).toEqual([]);
  });
});
