import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activeSuppression } from '../src/record/consent/suppression-store.ts';
import { addressHash } from '../src/record/contacts/contact-store.ts';
import { answerOn } from '../packages/demo/page-answer.ts';
import { open, submit } from './harness/pages.ts';
import {
  lightOf,
  linkOf,
  optIns,
  queue,
  register,
  registerWithConsent,
  someone,
  type Person,
} from './harness/people.ts';
import { says as textTo } from './harness/practice-calls.ts';
import { startStack, type Stack } from './harness/stack.ts';

/** A doubt that a phone raised, and a page that a link by email opened: it is not the phone's to settle. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ settings: { smsConsentVia: 'emailPage' } });
});
afterAll(() => stack.stop());

const says = (person: Person, text: string) => textTo(stack, person, text, '+12025550100');
const channelsOf = async (person: Person) => (await lightOf(stack, person)).channels;
const barOn = ({ phone }: Person) =>
  activeSuppression(stack.db.prisma, stack.practiceId, 'sms', addressHash(stack.db, phone));

/** Asked by email, where the page also asks about texts; and somebody else with the same phone. */
async function asked(): Promise<{ ann: Person; bob: Person; link: string }> {
  const ann = someone();
  const bob = { ...someone(), phone: ann.phone };
  await registerWithConsent(stack, bob, ['sms']);
  await register(stack, ann);
  await queue(stack, ann, 'secret');
  const [entry] = await optIns(stack, ann, 1);
  return { ann, bob, link: linkOf(entry!) };
}

const isHeld = { doubtful: true };

describe('a page that a link by email opened', () => {
  it('does not ask about the phone while a reply from there may be a stop', async () => {
    const { ann, bob, link } = await asked();
    const before = (await open(link)).html;
    expect(before).toContain('name="sms"');
    await says(ann, 'not interested');
    // As it was on the screen, with the box ticked.
    const old = await submit(link, {}, { ...answerOn(before, 'accept'), sms: 'accept' });
    expect(old.status).toBe(409);
    const after = (await open(link)).html;
    expect(after).not.toContain('name="sms"');
    await submit(link, {}, { ...answerOn(after, 'accept'), sms: 'accept' });
    expect(await channelsOf(ann)).toMatchObject({
      email: { state: 'accepted' },
      sms: { state: 'not_sent', ...isHeld },
    });
    expect((await channelsOf(bob)).sms).toMatchObject({ state: 'accepted', ...isHeld });
    expect(await barOn(ann)).toMatchObject({ kind: 'doubtful' });
  });

  it('leaves the number barred where the contact has yet to follow the doubt', async () => {
    const { ann, link } = await asked();
    await says(ann, 'not interested');
    // As for the last of very many who share the number.
    await stack.db.prisma.channel.updateMany({
      where: { contactId: ann.id, method: 'sms' },
      data: { doubt: null, doubtedAt: null },
    });
    const { html } = await open(link);
    await submit(link, {}, { ...answerOn(html, 'accept'), sms: 'accept' });
    expect(await barOn(ann)).toMatchObject({ kind: 'doubtful' });
  });

  it('asks about it again when the phone said to go on', async () => {
    const { ann, link } = await asked();
    await says(ann, 'not interested');
    await says(ann, 'START');
    const { html } = await open(link);
    await submit(link, {}, { ...answerOn(html, 'accept'), sms: 'accept' });
    expect((await channelsOf(ann)).sms).toMatchObject({ state: 'accepted' });
  });
});
