import { expect } from 'vitest';
import { fieldsOf, open, submit, type Shown } from './pages.ts';
import { someone, type Person } from './people.ts';
import { until, type Stack } from './stack.ts';

/** A booking person's acts: with the page's own forms, and the codes that arrive. */

/** All that can be filled in; what is not wanted is left empty. */
export const both = (person: Person): Record<string, string> => ({
  name: 'Zuleika Quimby',
  byEmail: 'yes',
  email: person.email,
  bySms: 'yes',
  phone: person.phone,
  policy: 'agree',
});

export function byEmail({ email }: Pick<Person, 'email'>): Record<string, string> {
  return { name: 'Zuleika Quimby', byEmail: 'yes', email, policy: 'agree' };
}

export function bySms({ phone }: Pick<Person, 'phone'>): Record<string, string> {
  return { name: 'Zuleika Quimby', bySms: 'yes', phone, policy: 'agree' };
}

/** As the practice's scheduler begins it; the person's link. */
export async function begin(stack: Stack, given: object = {}): Promise<string> {
  const { status, body } = await stack.call<{ url: string; token: string; expiresAt: string }>(
    'POST',
    '/v1/booking-sessions',
    given,
  );
  expect(status).toBe(201);
  expect(body.url).toBe(`${stack.url}/b/${body.token}`);
  return body.url;
}

/** Sends the form of the page that stands at the link. */
export async function choose(link: string, fields: Record<string, string>): Promise<Shown> {
  const { html } = await open(link);
  return submit(link, { do: 'choose', ...fields }, fieldsOf(html));
}

/** On the public page; the booking's link, where the answer leads. */
export async function chooseHosted(
  stack: Stack,
  fields: Record<string, string>,
  practiceId = stack.practiceId,
): Promise<string> {
  const page = `${stack.url}/book/${practiceId}`;
  const { html } = await open(page);
  const body = new URLSearchParams({ ...fieldsOf(html), do: 'choose', ...fields });
  const answer = await fetch(page, { method: 'POST', body, redirect: 'manual' });
  expect(answer.status).toBe(303);
  return new URL(answer.headers.get('location')!, page).href;
}

export async function codesTo(stack: Stack, address: string): Promise<string[]> {
  const entries = await stack.outbox(address);
  return entries.flatMap(({ text }) => /(?:^|code is |clave es )(\d{6})\b/m.exec(text)?.[1] ?? []);
}

/** The nth code that came to an address. */
export async function codeTo(stack: Stack, address: string, nth = 1): Promise<string> {
  return until(
    `code ${nth} to ${address}`,
    async () => (await codesTo(stack, address))[nth - 1] ?? false,
  );
}

/** Enters the newest codes of a person. */
export async function prove(
  stack: Stack,
  link: string,
  { email, phone }: Partial<Person>,
): Promise<Shown> {
  const fields: Record<string, string> = { do: 'prove' };
  if (email !== undefined) fields.codeEmail = await codeTo(stack, email);
  if (phone !== undefined) fields.codeSms = await codeTo(stack, phone);
  return submit(link, fields);
}

/** Another six digits. */
export function otherThan(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0');
}

/** Somebody new whose number ends as everybody's does here: of an address a page shows its end. */
export function someoneAlike(): Person {
  const person = someone();
  return { ...person, phone: `+1213${person.phone.slice(-7, -4)}${person.phone.slice(-2)}43` };
}
