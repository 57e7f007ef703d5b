import { Type, type Static } from 'typebox';
import { readAddress } from '../../core/address.ts';
import { isCalendarDate } from '../../core/calendar-date.ts';
import { limits } from '../../core/limits.ts';
import { id, method } from '../../core/message/message-schema.ts';
import { addressField, methods, type Addresses } from '../../core/method.ts';
import type { ContactDetails } from './contact-store.ts';
import type { EntryProblem } from '../../platform/http/entries.ts';

const address = Type.String({ minLength: 1, maxLength: 320 });

const fields = {
  name: Type.String({ minLength: 1, maxLength: limits.nameCharacters }),
  role: Type.Enum(['client', 'contact']),
  methods: Type.Array(method, { maxItems: methods.length, uniqueItems: true }),
  email: Type.Optional(address),
  phone: Type.Optional(address),
  fax: Type.Optional(address),
  timeZone: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  locale: Type.Optional(Type.String({ pattern: '^[a-z]{2}(-[A-Z]{2})?$' })),
  birthDate: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })),
  actsFor: Type.Optional(Type.Array(id, { maxItems: 50, uniqueItems: true })),
};

/** `PUT /v1/contacts/{id}`: replaces. */
export const contactSchema = Type.Object(fields, { additionalProperties: false });

/** `PUT /v1/contacts`: an array of these. */
export const contactEntrySchema = Type.Object({ id, ...fields }, { additionalProperties: false });

/** `PATCH`: changes the given fields; `null` removes one. */
export const contactPatchSchema = Type.Object(
  Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [
      name,
      Type.Optional(
        ['name', 'role', 'methods'].includes(name) ? field : Type.Union([field, Type.Null()]),
      ),
    ]),
  ),
  { additionalProperties: false },
);

export type ContactBody = Static<typeof contactSchema>;

/**
 * Normalises, and checks beyond the schema. `problems` name fields, never values. `kept`: stored fields that the call
 * does not set; they passed the rules of their day, and a change of the name is no reason to judge the number again.
 */
export function readContact(
  body: ContactBody,
  defaultCountry: string,
  kept: Partial<ContactDetails> = {},
): { details: ContactDetails; problems: EntryProblem[] } {
  const problems: EntryProblem[] = [];
  const wrong = (field: string, message: string): void => {
    problems.push({ path: `/${field}`, message });
  };
  const addresses: Addresses = {};
  for (const method of methods) {
    const field = addressField(method);
    const [given, stored] = [body[field], kept[field]];
    if (given === undefined && stored === undefined) continue;
    const reading = stored === undefined ? readAddress(method, given!, defaultCountry) : undefined;
    if (reading?.ok === false) wrong(field, reading.problem);
    else addresses[field] = reading?.address ?? stored!;
  }
  const { timeZone, birthDate } = body;
  if (timeZone !== undefined && timeZone !== kept.timeZone && !isTimeZone(timeZone))
    wrong('timeZone', 'is no IANA time zone');
  if (birthDate !== undefined && birthDate !== kept.birthDate && !isCalendarDate(birthDate))
    wrong('birthDate', 'is no date');
  return {
    problems,
    details: {
      name: body.name,
      role: body.role,
      methods: body.methods,
      ...addresses,
      ...(timeZone === undefined ? {} : { timeZone }),
      ...(body.locale === undefined ? {} : { locale: body.locale }),
      ...(birthDate === undefined ? {} : { birthDate }),
      ...(body.actsFor === undefined ? {} : { actsFor: body.actsFor }),
    },
  };
}

export function isTimeZone(zone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch {
    return false;
  }
}
