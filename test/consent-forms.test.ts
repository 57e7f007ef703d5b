import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answerOn } from '../packages/demo/page-answer.ts';
import { limits } from '../src/core/limits.ts';
import { open, submit, textOf } from './harness/pages.ts';
import {
  lightOf,
  linkOf,
  optIns,
  queue,
  register,
  someone,
  type Person,
} from './harness/people.ts';
import { startStack, until, type Stack } from './harness/stack.ts';

/** Forms that count as an answer on the opt-in page, and those that do not, from any client and in any encoding. */

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

const stateOf = async (person: Person): Promise<string | undefined> =>
  (await lightOf(stack, person)).channels.email?.state;

async function asked(): Promise<{ person: Person; link: string; form: Record<string, string> }> {
  const person = someone();
  await register(stack, person, ['email']);
  await queue(stack, person, 'secret');
  const [entry] = await optIns(stack, person, 1);
  await until('it is recorded', async () => (await stateOf(person)) === 'sent');
  const link = linkOf(entry!);
  return { person, link, form: answerOn((await open(link)).html, 'accept') };
}

it.each(['accept', 'decline'])('a bare decision=%s is no answer', async (decision) => {
  const { person, link } = await asked();
  const other = await asked();
  for (const seen of [undefined, '', ' ', 'x', 'A'.repeat(22), other.form.seen!.slice(1)]) {
    const fields = { decision, agree: 'yes', ...(seen === undefined ? {} : { seen }) };
    const { status, html } = await submit(link, fields);
    expect(status).toBe(409);
    expect(textOf(html)).toContain('Your answer was not saved');
    expect(html).toContain('name="agree"');
  }
  expect(await stateOf(person)).toBe('sent');
});

it('a yes to another language’s page is no yes to this one', async () => {
  const { person, link, form } = await asked();
  expect((await submit(`${link}?lang=es`, {}, form)).status).toBe(409);
  expect(await stateOf(person)).toBe('sent');
});

it('a yes without its box comes back with what to do, and with what was filled in', async () => {
  const { person, link, form } = await asked();
  const { agree: _agree, ...unticked } = form;
  for (const agree of [undefined, '']) {
    const { status, html } = await submit(link, agree === undefined ? {} : { agree }, unticked);
    expect(status).toBe(422);
    expect(html.indexOf('role="alert"')).toBeLessThan(html.indexOf('<h1'));
    expect(textOf(html)).toContain('To say yes, check the box “I understand”');
    // The page that comes back is answered like the first one.
    expect(answerOn(html, 'accept')).toEqual(form);
  }
  expect(await stateOf(person)).toBe('sent');
});

it('no form agrees that lacks a part of it, whatever else it brings along', async () => {
  const { person, link, form } = await asked();
  const parts = ['decision', 'agree', 'seen'];
  await fc.assert(
    fc.asyncProperty(
      fc.subarray(parts, { maxLength: 2 }),
      fc.dictionary(
        fc.constantFrom('sms', 'channel', 'birthDate', 'x', 'Agree', 'agree[]', '__proto__'),
        fc.constantFrom('yes', 'accept', 'sms', '1', ''),
      ),
      async (kept, more) => {
        const fields = Object.fromEntries(kept.map((name) => [name, form[name]!]));
        const { status } = await submit(link, { ...more, ...fields });
        expect([409, 422]).toContain(status);
      },
    ),
    { numRuns: 60 },
  );
  expect(await stateOf(person)).toBe('sent');
});

it('a field that is there twice is none', async () => {
  const { person, link, form } = await asked();
  for (const name of Object.keys(form)) {
    const body = new URLSearchParams(form);
    body.append(name, form[name]!);
    expect([409, 422]).toContain((await open(link, { method: 'POST', body })).status);
  }
  expect(await stateOf(person)).toBe('sent');
});

it('an answer may come as multipart', async () => {
  const { person, link, form } = await asked();
  const body = new FormData();
  for (const [name, value] of Object.entries(form)) body.append(name, value);
  const { status, html } = await open(link, { method: 'POST', body });
  expect(status).toBe(200);
  expect(textOf(html)).toContain('Thank you!');
  expect(await stateOf(person)).toBe('accepted');
});

it('a body that is no form is answered with the page, and changes nothing', async () => {
  const { person, link, form } = await asked();
  const urlencoded = String(new URLSearchParams(form));
  const bodies: [string, string][] = [
    ['application/json', JSON.stringify(form)],
    ['application/json', '{'],
    ['text/plain', urlencoded],
    ['application/octet-stream', urlencoded],
    ['multipart/form-data', urlencoded],
    ['multipart/form-data; boundary=b', urlencoded],
    ['application/x-www-form-urlencoded', ''],
    ['application/x-www-form-urlencoded', '%%%&=&&seen=%ZZ'],
  ];
  for (const [type, body] of bodies) {
    const page = await open(link, { method: 'POST', headers: { 'content-type': type }, body });
    expect([type, page.status]).toEqual([type, 409]);
    expect(page.html).toContain('name="agree"');
  }
  const body = `${urlencoded}&x=${'x'.repeat(limits.formBytes)}`;
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const long = await open(link, { method: 'POST', headers, body });
  expect(long.status).toBe(413);
  expect(textOf(long.html)).toContain('That did not work');
  expect(await stateOf(person)).toBe('sent');
});

it('a second press of the same answer finds it given; of the other one, changes nothing', async () => {
  const { person, link, form } = await asked();
  expect((await submit(link, {}, form)).status).toBe(200);
  for (const decision of ['accept', 'decline']) {
    const { status, html } = await submit(link, { decision }, form);
    expect(status).toBe(200);
    expect(textOf(html)).toContain('You already agreed');
  }
  expect(await stateOf(person)).toBe('accepted');
});
