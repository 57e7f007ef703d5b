import { afterAll, beforeAll, expect, it } from 'vitest';
import { moveTime } from '../harness/moved-time.ts';
import {
  arrived,
  contents,
  decide,
  isOptIn,
  lightOf,
  linkOf,
  optIns,
  register,
  reply,
  someone,
  type Person,
} from '../harness/people.ts';
import { startStack, until, type Stack } from '../harness/stack.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

const day = 24 * 60 * 60 * 1_000;

it('lives through a year: asked, lapsed, asked again, accepted, reminded, stopped, a new number, accepted again', async () => {
  const ann = someone();
  const remind = async (body: string, inDays: number): Promise<void> => {
    const now = stack.db.clock.now().getTime();
    const at = (days: number): string => new Date(now + days * day).toISOString();
    const { status } = await stack.call('POST', `/v1/contacts/${ann.id}/messages`, {
      kind: 'appointment_reminder',
      body,
      sendAt: at(inDays),
      eventAt: at(inDays + 2),
    });
    expect(status).toBe(202);
  };
  /** Time passes for the person's own workflow and for the practice's dispatcher. */
  const pass = async (days: number): Promise<void> => {
    await moveTime(stack, ann.id, days * day);
    await stack.workflows.wakeDispatcher(stack.practiceId);
  };
  const texts = (person: Person) => contents(stack, person, 'sms');

  await register(stack, ann, ['sms']);
  await remind('February', 30);
  await until('it sleeps', async () => (await lightOf(stack, ann)).queued === 1);
  await pass(29);
  expect(await arrived(stack, ann)).toEqual([]);
  await pass(2);
  await optIns(stack, ann, 1);
  // Nobody answers; the appointment passes, and with it the worth of the reminder.
  await pass(35);
  await reply(stack, ann, 'YES');
  await remind('April', 10);
  await pass(11);
  // The link and the code have lapsed: staff ask again.
  expect((await lightOf(stack, ann)).light).toBe('red');
  expect((await stack.call('POST', `/v1/contacts/${ann.id}/opt-in`)).status).toBe(202);
  const asked = await optIns(stack, ann, 2);
  await decide(linkOf(asked[1]!), 'accept');
  await until('April', async () => (await texts(ann)).length === 1);

  for (const month of ['May', 'June', 'July']) {
    await remind(month, 20);
    await pass(21);
    await until(month, async () => (await texts(ann)).includes(month));
  }
  await reply(stack, ann, 'STOP');
  await until('red', async () => (await lightOf(stack, ann)).light === 'red');
  await remind('August', 10);
  await pass(11);
  expect(await texts(ann)).not.toContain('August');
  await pass(60);

  const moved = { ...ann, phone: someone().phone };
  await register(stack, moved, ['sms']);
  await remind('November', 10);
  await pass(11);
  const again = await optIns(stack, moved, 1);
  await decide(linkOf(again[0]!), 'accept');
  await until('November', async () => (await texts(moved)).length === 1);
  await pass(120);

  // A YES after the request had lapsed is no consent, and met with no silence.
  const [answer, ...sent] = await texts(ann);
  expect(answer).toMatch(/not read right away/);
  expect(sent).toEqual(['April', 'May', 'June', 'July']);
  expect(await texts(moved)).toEqual(['November']);
  expect((await arrived(stack, ann)).filter(isOptIn)).toHaveLength(2);
  const { body } = await stack.call<{ intact: boolean }>('GET', `/v1/contacts/${ann.id}/evidence`);
  expect(body.intact).toBe(true);
});
