import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { holdContacts } from '../src/record/consent/contact-lock.ts';
import { addressHash } from '../src/record/contacts/contact-store.ts';
import { isOptIn, someone, type Person } from './harness/people.ts';
import {
  anotherPractice,
  callsOf,
  says as textTo,
  type PracticeCalls,
} from './harness/practice-calls.ts';
import { testIdentity } from './harness/service.ts';
import { spread } from './harness/sharing.ts';
import { startStack, until, type OutboxEntry, type Stack } from './harness/stack.ts';

/**
 * Practices that send from one number. To a person they are that number; what the person writes is for the practice
 * that texted last, and no other learns of it. A clinic and a dentist, neither with a number of its own; a third with
 * one.
 */

const sharedNumber = '+12025550100';
const ownNumber = '+12025550177';
const marker = 'Hi Dr A, my HIV test result MARKERLEAK please?';

let stack: Stack;
let [clinic, dentist, solo]: PracticeCalls[] = [];
beforeAll(async () => {
  stack = await startStack({
    settings: {
      sender: {
        ...testIdentity,
        displayName: 'Riverside HIV Clinic',
        emailFrom: 'a@clinic.example',
      },
    },
  });
  clinic = callsOf(stack, stack.practiceId, stack.apiKey);
  dentist = await another('smile', 'Smile Dental');
  solo = await another('solo', 'Solo Practice', ownNumber);
});
afterAll(() => stack.stop());

const another = (id: string, displayName: string, smsFrom?: string) =>
  anotherPractice(stack, id, displayName, smsFrom);
const says = (person: Person, text: string, to = sharedNumber) => textTo(stack, person, text, to);

const answersTo = async ({ phone }: Person) =>
  (await stack.outbox(phone)).filter((entry) => !isOptIn(entry)).map(({ text }) => text);

const codeIn = ({ text }: OutboxEntry) => /YES (\d{4})/.exec(text)?.[1];

async function unaddressed(): Promise<number> {
  const text = await (await fetch(`${stack.url}/metrics`)).text();
  return Number(/^optgate_replies_unaddressed_total (\d+)$/m.exec(text)?.[1]);
}

let ann: Person;
beforeEach(() => {
  ann = someone();
});

describe('what a person writes to a shared number', () => {
  it('is read by the practice that texted last, and not by one that only typed in the number', async () => {
    await clinic!.ask(ann);
    await dentist!.register(ann);
    const before = await dentist!.sees(ann);
    await says(ann, marker);
    expect(await clinic!.replies(ann)).toMatchObject([{ contactId: ann.id, text: marker }]);
    expect(await dentist!.replies(ann)).toEqual([]);
    expect(await dentist!.sees(ann)).toBe(before);
    await says(ann, 'Is this Riverside?');
    expect(await dentist!.sees(ann)).toBe(before);
  });

  it('is nobody’s where nobody texted the person: kept nowhere, not answered, counted, not logged', async () => {
    await dentist!.register(ann);
    const [before, counted] = [await dentist!.sees(ann), await unaddressed()];
    for (const text of [marker, 'HELP', 'YES', 'NO']) await says(ann, text);
    expect(await stack.db.prisma.inboundMessage.count({ where: { addressHash: hash() } })).toBe(0);
    expect(await dentist!.sees(ann)).toBe(before);
    expect(await answersTo(ann)).toEqual([]);
    expect(await unaddressed()).toBe(counted + 4);
    for (const secret of ['MARKERLEAK', ann.phone, ann.phone.slice(1)])
      expect(stack.logLines.join('\n')).not.toContain(secret);
  });

  it('is the later texter’s from then on, whatever the text was', async () => {
    await clinic!.ask(ann);
    await dentist!.ask(ann);
    await says(ann, 'when do you open?');
    expect(await clinic!.replies(ann)).toEqual([]);
    expect(await dentist!.replies(ann)).toHaveLength(1);
    // The answer was the dentist's, and the next text is the clinic's.
    await until('it is answered', async () => (await answersTo(ann)).length === 1);
    await clinic!.ask({ ...ann, id: `${ann.id}-2` });
    await says(ann, 'and you?');
    expect(await clinic!.replies(ann)).toMatchObject([{ text: 'and you?' }]);
    expect(await dentist!.replies(ann)).toHaveLength(1);
  });

  it('HELP is answered in one name', async () => {
    await clinic!.ask(ann);
    await dentist!.ask(ann);
    await says(ann, 'HELP');
    const [help] = await until('it is answered', async () => {
      const found = await answersTo(ann);
      return found.length > 0 && found;
    });
    expect(help).toMatch(/^Smile Dental: for help call/);
    expect(help).not.toContain('Riverside');
  });

  it('reaches the practice that texted last also when that has a number of its own by now', async () => {
    const mover = await another(`mover-${ann.id}`, 'Moving Practice');
    await mover.ask(ann);
    await dentist!.register(ann);
    const { settings } = await stack.db.prisma.practice.findUniqueOrThrow({
      where: { id: mover.id },
    });
    const { sender, ...others } = settings as { sender: object };
    await stack.db.prisma.practice.update({
      where: { id: mover.id },
      data: { settings: { ...others, sender: { ...sender, smsFrom: '+12025550166' } } },
    });
    await says(ann, 'YES');
    expect((await mover.smsOf(ann)).state).toBe('accepted');
    await says(ann, 'where do I park?');
    expect(await mover.replies(ann)).toHaveLength(2);
    expect(await dentist!.replies(ann)).toEqual([]);
    await says(ann, 'take me off your list');
    expect((await mover.smsOf(ann)).state).toBe('revoked');
    // From another number than the one that was written to it would be a text from a stranger.
    expect(await answersTo(ann)).toEqual([]);
  });
});

const hash = () => addressHash(stack.db, ann.phone);

describe('YES and NO to a shared number', () => {
  it('count for the practice that asked last, whatever others asked before', async () => {
    await dentist!.ask(ann);
    await clinic!.ask(ann);
    await says(ann, 'YES');
    expect((await clinic!.smsOf(ann)).state).toBe('accepted');
    expect((await dentist!.smsOf(ann)).state).toBe('sent');
    expect(await dentist!.replies(ann)).toEqual([]);
  });

  it('every opt-in text has its code from the first, and the code counts after others have asked too', async () => {
    const first = await clinic!.ask(ann);
    const code = codeIn(first);
    expect(code).toMatch(/^\d{4}$/);
    const second = await dentist!.ask(ann);
    expect(codeIn(second)).toMatch(/^\d{4}$/);
    await says(ann, `YES ${code}`);
    expect((await clinic!.smsOf(ann)).state).toBe('accepted');
    expect((await dentist!.smsOf(ann)).state).toBe('sent');
    expect(await clinic!.replies(ann)).toMatchObject([{ text: `YES ${code}` }]);
    expect(await dentist!.replies(ann)).toEqual([]);
    await says(ann, 'NO');
    expect((await dentist!.smsOf(ann)).state).toBe('declined');
    expect((await clinic!.smsOf(ann)).state).toBe('accepted');
  });

  it('a NO with the code of another practice declines there, and that practice answers', async () => {
    const code = codeIn(await clinic!.ask(ann));
    await dentist!.ask(ann);
    await says(ann, `NO ${code}`);
    expect((await clinic!.smsOf(ann)).state).toBe('declined');
    expect((await dentist!.smsOf(ann)).state).toBe('sent');
    const [told] = await until('it is answered', async () => {
      const found = await answersTo(ann);
      return found.length > 0 && found;
    });
    expect(told).toMatch(/^Riverside HIV Clinic: you said no/);
  });

  it('a code of no request is asked for again by the practice that asked last, and changes nothing', async () => {
    const codes = [codeIn(await clinic!.ask(ann)), codeIn(await dentist!.ask(ann))];
    const wrong = ['0000', '0001', '0002'].find((code) => !codes.includes(code))!;
    await says(ann, `YES ${wrong}`);
    const [told] = await until('it is answered', async () => {
      const found = await answersTo(ann);
      return found.length > 0 && found;
    });
    expect(told).toMatch(/^Smile Dental: that code fits no open request/);
    for (const practice of [clinic!, dentist!])
      expect((await practice.smsOf(ann)).state).toBe('sent');
  });

  it('a bare YES that could mean two contacts of the practice is asked for the code', async () => {
    const bob = { ...ann, id: `${ann.id}-bob` };
    const codes = [codeIn(await clinic!.ask(ann)), codeIn(await clinic!.ask(bob))];
    await says(ann, 'YES');
    const [told] = await until('it is asked for', async () => {
      const found = await answersTo(ann);
      return found.length > 0 && found;
    });
    expect(told).toMatch(/^Riverside HIV Clinic: .*4-digit code/);
    // Both texts have shown theirs.
    expect(told).not.toContain('For our text of');
    await says(ann, `YES ${codes[0]}`);
    expect((await clinic!.smsOf(ann)).state).toBe('accepted');
    expect((await clinic!.smsOf(bob)).state).toBe('sent');
  });
});

describe('STOP to a shared number', () => {
  const bothAsked = async () => {
    await dentist!.ask(ann);
    await clinic!.ask(ann);
  };

  it.each(['STOP', `please stop texting me, ${marker}`])(
    '%j stops both, and its words stay at one',
    async (text) => {
      await bothAsked();
      await says(ann, text);
      for (const practice of [clinic!, dentist!])
        expect((await practice.smsOf(ann)).state).toBe('revoked');
      expect(await clinic!.replies(ann)).toMatchObject([{ text }]);
      expect(await dentist!.replies(ann)).toEqual([]);
      expect(await dentist!.sees(ann)).not.toContain('MARKERLEAK');
      const stopped = async (practice: typeof clinic) =>
        (await practice!.evidence(ann)).find(({ type }) => type === 'revoked')?.fields;
      expect(await stopped(clinic)).toMatchObject({ via: 'sms', text });
      const told = await stopped(dentist);
      expect(Object.keys(told!).toSorted()).toEqual(['from', 'providerId', 'to', 'via']);
      expect(told).toMatchObject({ via: 'sms', from: ann.phone, to: sharedNumber });
    },
  );

  it('holds at both where it may only be one, and START frees both', async () => {
    await bothAsked();
    await says(ann, `wrong number ${marker}`);
    for (const practice of [clinic!, dentist!])
      expect(await practice.smsOf(ann)).toMatchObject({ state: 'sent', doubtful: true });
    expect(await dentist!.replies(ann)).toEqual([]);
    expect(await dentist!.sees(ann)).not.toMatch(/MARKERLEAK|wrong_person|wrong number/);
    const [told] = await until('it is answered', async () => {
      const found = await answersTo(ann);
      return found.length > 0 && found;
    });
    expect(told).toMatch(/^Riverside HIV Clinic: /);
    await says(ann, 'START');
    for (const practice of [clinic!, dentist!])
      expect(await practice.smsOf(ann)).not.toHaveProperty('doubtful');
    expect(await dentist!.replies(ann)).toEqual([]);
  });

  it('stops everywhere also where nobody texted the person, and no practice has the words', async () => {
    for (const practice of [clinic!, dentist!]) await practice.register(ann);
    await says(ann, `please stop texting me, ${marker}`);
    for (const practice of [clinic!, dentist!]) {
      expect((await practice.smsOf(ann)).state).toBe('revoked');
      expect(await practice.sees(ann)).not.toContain('MARKERLEAK');
      expect(await practice.replies(ann)).toEqual([]);
    }
    expect(await answersTo(ann)).toEqual([]);
  });

  it('a YES that settles a doubt settles it at the practice that it was said to', async () => {
    await bothAsked();
    await says(ann, 'not interested');
    await says(ann, 'YES');
    expect(await clinic!.smsOf(ann)).toMatchObject({ state: 'accepted' });
    expect(await clinic!.smsOf(ann)).not.toHaveProperty('doubtful');
    expect(await dentist!.smsOf(ann)).toMatchObject({ state: 'sent', doubtful: true });
  });
});

describe('a word to a shared number while another practice writes about its own contact', () => {
  /** A practice's contact is held, as by a list that it imports, until the words are acknowledged. */
  async function whileHeld(words: () => Promise<void>, holder = dentist!): Promise<void> {
    await stack.db.prisma.$transaction(
      async (sql) => {
        await holdContacts(sql, holder.id, [ann.id]);
        await words();
      },
      { timeout: 60_000 },
    );
  }

  beforeEach(async () => {
    await dentist!.text(ann, 'from the dentist');
    await clinic!.text(ann, 'from the clinic');
  });

  it('STOP is in force at both, and waits for nobody', async () => {
    await whileHeld(async () => {
      await says(ann, 'STOP');
      expect((await clinic!.smsOf(ann)).state).toBe('revoked');
      const bar = { practiceId: dentist!.id, addressHash: hash(), liftedAt: null };
      expect(await stack.db.prisma.suppression.count({ where: bar })).toBe(1);
    });
    await spread(stack);
    expect(await dentist!.smsOf(ann)).toMatchObject({ state: 'revoked' });
  });

  it('STOP is acknowledged after one that was held for a moment, as by a claim, has followed', async () => {
    let said: Promise<void> | undefined;
    await whileHeld(async () => {
      said = says(ann, 'STOP');
      const bar = { practiceId: dentist!.id, addressHash: hash(), liftedAt: null };
      const barred = async () => (await stack.db.prisma.suppression.count({ where: bar })) === 1;
      await until('the bar is there', barred);
    });
    await said;
    expect((await dentist!.smsOf(ann)).state).toBe('revoked');
  });

  it('a doubt holds at both, and waits for nobody', async () => {
    await whileHeld(async () => {
      await says(ann, 'not interested');
      expect(await clinic!.smsOf(ann)).toMatchObject({ doubtful: true });
    });
    await spread(stack);
    expect(await dentist!.smsOf(ann)).toMatchObject({ state: 'accepted', doubtful: true });
  });

  it.each([
    ['STOP', { state: 'revoked' }],
    ['not interested', { doubtful: true }],
  ])(
    '%s is in force at both also where the practice that has the words holds its own',
    async (word, bar) => {
      await whileHeld(async () => {
        await says(ann, word);
        expect(await dentist!.smsOf(ann)).toMatchObject(bar);
        expect(await clinic!.replies(ann)).toMatchObject([{ text: word }]);
      }, clinic);
      await spread(stack);
      expect(await clinic!.smsOf(ann)).toMatchObject(bar);
    },
  );

  it('START frees both', async () => {
    await says(ann, 'STOP');
    expect(await dentist!.smsOf(ann)).toMatchObject({ state: 'revoked' });
    await whileHeld(async () => {
      await says(ann, 'START');
      expect((await clinic!.smsOf(ann)).state).toBe('not_sent');
    });
    await spread(stack);
    expect(await dentist!.smsOf(ann)).toMatchObject({ state: 'not_sent' });
  });

  it('START right after STOP leaves the consent of before at neither', async () => {
    await whileHeld(async () => {
      await says(ann, 'STOP');
      await says(ann, 'START');
    });
    await spread(stack);
    expect(await dentist!.smsOf(ann)).toMatchObject({ state: 'not_sent' });
    expect((await clinic!.smsOf(ann)).state).toBe('not_sent');
  });
});

describe('a number of a practice’s own', () => {
  it('keeps whatever is written to it, by whomever, and its lone opt-in texts have no code', async () => {
    await says(ann, 'are you open?', ownNumber);
    expect(await solo!.replies(ann)).toHaveLength(1);
    expect(codeIn(await solo!.ask(ann))).toBeUndefined();
    await says(ann, 'YES', ownNumber);
    expect((await solo!.smsOf(ann)).state).toBe('accepted');
  });

  it('tells the code of a text that showed none, once a second contact has the number', async () => {
    const bob = { ...ann, id: `${ann.id}-bob` };
    expect(codeIn(await solo!.ask(ann))).toBeUndefined();
    const bobs = codeIn(await solo!.ask(bob));
    const { code } = await stack.db.prisma.optInRequest.findFirstOrThrow({
      where: { practiceId: solo!.id, contactId: ann.id },
    });
    expect(bobs).toMatch(/^\d{4}$/);
    await says(ann, 'YES', ownNumber);
    const [told] = await until('it is answered', async () => {
      const found = await answersTo(ann);
      return found.length > 0 && found;
    });
    expect(told).toMatch(
      new RegExp(
        `^Solo Practice: .* For our text of \\w{3} \\d{1,2}, [\\d:]+ [AP]M: YES ${code}\\.$`,
      ),
    );
    expect(told).not.toContain(bobs);
    await says(ann, `YES ${code}`, ownNumber);
    expect((await solo!.smsOf(ann)).state).toBe('accepted');
    expect((await solo!.smsOf(bob)).state).toBe('sent');
  });

  it('that the operator allotted to several has its code from the first, too', async () => {
    const allotted = await another(`allotted-${ann.id}`, 'Allotted Practice');
    await stack.allot({ sharedSmsFrom: ['+12025550188'] }, allotted.id);
    const { settings } = await stack.db.prisma.practice.findUniqueOrThrow({
      where: { id: allotted.id },
    });
    const { sender, ...others } = settings as { sender: object };
    await stack.db.prisma.practice.update({
      where: { id: allotted.id },
      data: { settings: { ...others, sender: { ...sender, smsFrom: '+12025550188' } } },
    });
    expect(codeIn(await allotted.ask(ann))).toMatch(/^\d{4}$/);
  });
});
