import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addressHash } from '../src/record/contacts/contact-store.ts';
import { someone, type Person } from './harness/people.ts';
import { anotherPractice, says as textTo, type PracticeCalls } from './harness/practice-calls.ts';
import { spread } from './harness/sharing.ts';
import { startStack, until, type Stack } from './harness/stack.ts';

/**
 * Numbers that change hands. The person has a thread with a number, and knows nothing of its owners: a STOP there is
 * for every practice that wrote into it, the words are for the one that wrote last, and a new owner learns of neither.
 */

const lent = '+12025550100';
const marker = 'Is my HIV result there yet? MARKERLEAK';
const displayName = 'Riverside HIV Clinic';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

let serial = 0;
const newNumber = () => {
  serial += 1;
  return `+1202556${String(1_000 + serial)}`;
};
const practice = (name: string, smsFrom?: string): Promise<PracticeCalls> => {
  serial += 1;
  return anotherPractice(stack, `practice-${serial}`, name, smsFrom);
};
/** A contact whose workflow was at work in that moment follows as the sweeper has it follow. */
const says = async (text: string, to: string) => {
  await textTo(stack, ann, text, to);
  await spread(stack);
};
/** Of whatever practice. */
const answers = () =>
  stack.db.prisma.delivery.count({
    where: { purpose: 'answer', addressHash: addressHash(stack.db, ann.phone) },
  });
const stateAt = async (at: PracticeCalls, person = ann) => (await at.smsOf(person)).state;
const isHeld = async (at: PracticeCalls) => (await at.smsOf(ann)).doubtful === true;
const wordsAt = async (at: PracticeCalls) => (await at.replies(ann)).map(({ text }) => text);
const rows = () =>
  stack.db.prisma.textedFrom.findMany({
    where: { addressHash: addressHash(stack.db, ann.phone) },
    orderBy: { lastAt: 'desc' },
  });

let ann: Person;
let old: string;
beforeEach(() => {
  ann = someone();
  old = newNumber();
});

/** The clinic texted Ann from `old`, which is the dentist's by now; the clinic goes on from another. */
async function passedOn() {
  const clinic = await practice(displayName, old);
  const dentist = await practice('Smile Dental');
  await clinic.text(ann, 'first');
  await clinic.moveTo(newNumber());
  await dentist.moveTo(old);
  return { clinic, dentist };
}

describe('to a number that has become another practice’s', () => {
  it('words are for the practice that texted the person from there', async () => {
    const { clinic, dentist } = await passedOn();
    await says(marker, old);
    expect(await wordsAt(clinic)).toEqual([marker]);
    expect(await wordsAt(dentist)).toEqual([]);
    await dentist.register(ann);
    expect(await dentist.sees(ann)).not.toContain('MARKERLEAK');
    // From the clinic's new number the answer would be a text from a stranger.
    expect(await answers()).toBe(0);
  });

  it.each(['STOP', 'please stop texting me'])(
    '%j stops the practice that texted from there as well as the owner',
    async (text) => {
      const { clinic, dentist } = await passedOn();
      await says(text, old);
      expect(await stateAt(clinic)).toBe('revoked');
      expect(await wordsAt(clinic)).toEqual([text]);
      expect(await wordsAt(dentist)).toEqual([]);
      await dentist.register(ann);
      expect(await stateAt(dentist)).toBe('revoked');
      const light = await clinic.call('GET', `/contacts/${ann.id}`);
      expect(light).toMatchObject({ light: 'red' });
      expect(await answers()).toBe(0);
    },
  );

  it('a doubt holds both, and only the practice that has the words knows why', async () => {
    const { clinic, dentist } = await passedOn();
    await dentist.register(ann);
    await says('She passed away last week', old);
    expect([await isHeld(clinic), await isHeld(dentist)]).toEqual([true, true]);
    const raised = async (at: PracticeCalls) =>
      (await at.evidence(ann)).find(({ type }) => type === 'doubted')?.fields;
    expect(await raised(clinic)).toMatchObject({ doubt: 'deceased', text: expect.any(String) });
    // Where the dentist's own work held the contact, it followed, and knows only by which way.
    const known = ['from', 'providerId', 'to', 'via'];
    const told = Object.keys((await raised(dentist))!);
    expect(told.filter((field) => !known.includes(field))).toEqual([]);
    expect(told).toContain('via');
    expect(await dentist.sees(ann)).not.toMatch(/deceased|passed|died|death/);
  });

  it('words are the owner’s once the owner has texted the person', async () => {
    const { clinic, dentist } = await passedOn();
    await dentist.text(ann, 'hello from the dentist');
    await says('do you have parking?', old);
    expect(await wordsAt(dentist)).toEqual(['do you have parking?']);
    expect(await wordsAt(clinic)).toEqual([]);
    await says('STOP', old);
    expect([await stateAt(clinic), await stateAt(dentist)]).toEqual(['revoked', 'revoked']);
    expect(await wordsAt(clinic)).toEqual([]);
  });

  it('words are the owner’s from somebody that nobody texted from there', async () => {
    const { clinic, dentist } = await passedOn();
    ann = someone();
    await says('are you open?', old);
    expect(await wordsAt(dentist)).toEqual(['are you open?']);
    expect(await wordsAt(clinic)).toEqual([]);
  });

  it('STOP from somebody that nobody texted from there stops the owner alone', async () => {
    const { clinic, dentist } = await passedOn();
    ann = someone();
    for (const each of [clinic, dentist]) await each.register(ann);
    await says('STOP', old);
    expect([await stateAt(clinic), await stateAt(dentist)]).toEqual(['not_sent', 'revoked']);
  });

  it('YES is the yes to what was asked from there, and not to what was asked from elsewhere', async () => {
    const [clinic, dentist] = [await practice(displayName, old), await practice('Smile Dental')];
    const bob = { ...ann, id: `${ann.id}-bob` };
    await clinic.ask(ann);
    await clinic.moveTo(newNumber());
    await dentist.moveTo(old);
    await clinic.ask(bob);
    await says('YES', old);
    expect([await stateAt(clinic), await stateAt(clinic, bob)]).toEqual(['accepted', 'sent']);
    expect(await wordsAt(dentist)).toEqual([]);
  });

  it('a code counts for the practice that asked by it from there, a bare YES for the one that asked last', async () => {
    const [clinic, dentist] = [await practice(displayName), await practice('Smile Dental')];
    await clinic.moveTo(old, true);
    const code = /YES (\d{4})/.exec((await clinic.ask(ann)).text)![1];
    await clinic.moveTo(newNumber());
    await dentist.moveTo(old);
    await dentist.ask(ann);
    await says(`YES ${code}`, old);
    expect([await stateAt(clinic), await stateAt(dentist)]).toEqual(['accepted', 'sent']);
    expect(await wordsAt(dentist)).toEqual([]);
    await says('YES', old);
    expect(await stateAt(dentist)).toBe('accepted');
    expect(await wordsAt(clinic)).toEqual([`YES ${code}`]);
  });

  it('HELP is not answered in the owner’s name, nor from another number', async () => {
    await passedOn();
    await says('HELP', old);
    expect(await answers()).toBe(0);
  });

  it('START frees the owner and the practice that has the words', async () => {
    const { clinic, dentist } = await passedOn();
    await dentist.register(ann);
    await says('STOP', old);
    await says('START', old);
    expect([await stateAt(clinic), await stateAt(dentist)]).toEqual(['not_sent', 'not_sent']);
  });

  it('START does not take back a stop at a practice that only used to text from there', async () => {
    const { clinic, dentist } = await passedOn();
    await dentist.text(ann, 'hello from the dentist');
    await says('STOP', old);
    await says('START', old);
    expect([await stateAt(clinic), await stateAt(dentist)]).toEqual(['revoked', 'not_sent']);
    const { smsFrom } = (await clinic.call<{ sender: { smsFrom: string } }>('GET', '/settings'))
      .sender;
    await says('START', smsFrom);
    expect(await stateAt(clinic)).toBe('not_sent');
  });
});

describe('STOP in an old thread', () => {
  it('reaches a practice whose number was withdrawn and is nobody’s, and no other', async () => {
    const [clinic, dentist] = [await practice(displayName, old), await practice('Smile Dental')];
    await clinic.text(ann, 'first');
    await dentist.register(ann);
    await clinic.moveTo(null);
    await says(marker, old);
    expect(await wordsAt(clinic)).toEqual([marker]);
    await says('STOP', old);
    expect([await stateAt(clinic), await stateAt(dentist)]).toEqual(['revoked', 'not_sent']);
  });

  it('reaches a practice that was given its number back', async () => {
    const { clinic, dentist } = await passedOn();
    await dentist.moveTo(newNumber());
    await clinic.moveTo(old);
    await says(marker, old);
    expect(await wordsAt(clinic)).toEqual([marker]);
    await says('STOP', old);
    expect(await stateAt(clinic)).toBe('revoked');
    await dentist.register(ann);
    expect(await stateAt(dentist)).toBe('not_sent');
  });

  it('reaches a practice that has moved twice, by the first number and by the second', async () => {
    const numbers = [newNumber(), newNumber()];
    for (const written of numbers) {
      ann = someone();
      const clinic = await practice(displayName);
      for (const [i, number] of numbers.entries()) {
        await clinic.moveTo(number);
        await clinic.text(ann, `text ${i}`);
      }
      await clinic.moveTo(newNumber());
      await says('STOP', written);
      expect(await stateAt(clinic)).toBe('revoked');
    }
  });

  it('reaches a practice that texted from the lent number and has its own by now', async () => {
    const [clinic, dentist] = [await practice(displayName), await practice('Smile Dental')];
    await clinic.text(ann, 'first');
    await dentist.text(ann, 'second');
    await clinic.moveTo(newNumber());
    await says('STOP', lent);
    expect([await stateAt(clinic), await stateAt(dentist)]).toEqual(['revoked', 'revoked']);
    expect(await wordsAt(clinic)).toEqual([]);
    expect(await wordsAt(dentist)).toEqual(['STOP']);
  });

  it('reaches a practice that left a shared number to another, which never texted the person', async () => {
    const [clinic, dentist] = [await practice(displayName), await practice('Smile Dental')];
    for (const each of [clinic, dentist]) await each.moveTo(old, true);
    await clinic.text(ann, 'first');
    await clinic.moveTo(newNumber());
    await says(marker, old);
    expect(await wordsAt(clinic)).toEqual([marker]);
    expect(await wordsAt(dentist)).toEqual([]);
    await says('STOP', old);
    expect(await stateAt(clinic)).toBe('revoked');
  });

  it('reaches a practice whose two records of the person were merged', async () => {
    const bob = { ...someone(), id: `${ann.id}-bob` };
    const { clinic } = await passedOn();
    await clinic.register(bob);
    await clinic.call('POST', `/contacts/${ann.id}/merge`, { into: bob.id });
    await clinic.call('PUT', `/contacts/${bob.id}`, {
      name: 'Ann',
      role: 'client',
      methods: ['sms'],
      phone: ann.phone,
    });
    await says('STOP', old);
    expect(await stateAt(clinic, bob)).toBe('revoked');
  });

  it('from a person who was erased holds when the person is registered again', async () => {
    const { clinic } = await passedOn();
    await clinic.erase(ann);
    await says('STOP', old);
    const again = { ...ann, id: `${ann.id}-again` };
    await clinic.register(again);
    expect(await stateAt(clinic, again)).toBe('revoked');
  });

  it('concerns the phone that it came from, and not the contact’s new one', async () => {
    const { clinic } = await passedOn();
    const { phone } = someone();
    await clinic.register({ ...ann, phone });
    await says('STOP', old);
    expect(await stateAt(clinic)).toBe('not_sent');
    await clinic.register(ann);
    expect(await stateAt(clinic)).toBe('revoked');
  });

  it('reaches a practice whose text was still under way when it lost the number', async () => {
    const [clinic, dentist] = [await practice(displayName, old), await practice('Smile Dental')];
    await stack.control('/faults', { channel: 'sms', kind: 'delay', delayMs: 1_500, count: 1 });
    const arrived = clinic.text(ann, 'first');
    await until('it is under way', async () => (await rows()).length > 0);
    await clinic.moveTo(newNumber());
    await dentist.moveTo(old);
    await arrived;
    await says('STOP', old);
    expect(await stateAt(clinic)).toBe('revoked');
    expect(await wordsAt(dentist)).toEqual([]);
  });
});

describe('which practices texted a person from a number', () => {
  it('is one row for each, in the order of their last texts, however many texts they send', async () => {
    const [clinic, dentist] = [await practice(displayName), await practice('Smile Dental')];
    await clinic.text(ann, 'one');
    await dentist.text(ann, 'two');
    await clinic.text(ann, 'three');
    expect(await rows()).toMatchObject([
      { sender: lent, practiceId: clinic.id },
      { sender: lent, practiceId: dentist.id },
    ]);
  });

  it('is known of texts from before it was kept', async () => {
    const [clinic, dentist] = [await practice(displayName, old), await practice('Smile Dental')];
    await dentist.ask(ann);
    await clinic.text(ann, 'from before');
    const kept = (await rows()).map(({ practiceId, sender }) => ({ practiceId, sender }));
    const path = '../prisma/migrations/20261130070000_texted_from/migration.sql';
    const migration = readFileSync(new URL(path, import.meta.url), 'utf8');
    const backfill = /^INSERT INTO texted_from[^;]*/m.exec(migration)![0];
    await stack.db.prisma.textedFrom.deleteMany();
    await stack.db.prisma.$transaction([
      stack.db.prisma.$executeRaw`
        CREATE TEMPORARY TABLE last_texts (address_hash text, sender text, practice_id text) ON COMMIT DROP`,
      stack.db.prisma.$executeRawUnsafe(backfill),
    ]);
    expect(await rows()).toMatchObject(kept);
  });
});
