import type { BookingChoice, BookingSession } from '../../record/links/booking-store.ts';
import { isNumberOf, normaliseAddress } from '../../core/address.ts';
import { readBirthDate } from '../../core/birth-date.ts';
import { cleanText } from '../../core/incoming-text.ts';
import { limits } from '../../core/limits.ts';
import { addressField, type ConsentMethod } from '../../core/method.ts';
import type { Settings } from '../../core/settings.ts';
import type { Offer } from './booking-page.ts';

/** The form on which a person chooses how they may be written to, and agrees. */

/** As it came; absent fields are empty. */
export type ChoiceForm = {
  name: string;
  email: string;
  phone: string;
  birthDate: string;
  methods: readonly ConsentMethod[];
  agreed: boolean;
  seen: string;
};

/** The field that has to be filled in otherwise; `changed`: the text is another one than was agreed to. */
export type ChoiceProblem =
  'changed' | 'name' | 'birthDate' | 'methods' | ConsentMethod | 'abroad' | 'policy';

/** The person's entries. */
export type FormChoice = Pick<BookingChoice, 'name' | 'birthDate' | 'addresses'>;

export type ReadChoice =
  { ok: true; choice: FormChoice } | { ok: false; problems: ChoiceProblem[] };

/**
 * The scheduler's values apply where the form is empty or does not ask. `hosted`: the page is open to anybody, and a
 * stranger must not make the practice pay for texts to distant countries, so it takes numbers of the practice's own
 * country and of those it names. Problems are in the order of the page's fields.
 */
export function readChoice(
  form: ChoiceForm,
  offer: Offer,
  { given, hosted }: Pick<BookingSession, 'given' | 'hosted'>,
  {
    defaultCountry: country,
    bookingCountries,
  }: Pick<Settings, 'defaultCountry' | 'bookingCountries'>,
): ReadChoice {
  const problems: ChoiceProblem[] = form.seen === offer.seen ? [] : ['changed'];
  const typed = cleanText(form.name, 'line', limits.nameCharacters);
  const name = given.name ?? (typed.ok ? typed.text : '');
  if (name === '' || name.length > limits.nameCharacters) problems.push('name');
  const birthDate = offer.asksBirthDate ? readBirthDate(form.birthDate, country) : given.birthDate;
  if (offer.asksBirthDate && birthDate === undefined) problems.push('birthDate');
  const methods = offer.methods.filter((method) => form.methods.includes(method));
  if (methods.length === 0) problems.push('methods');
  const addresses: BookingChoice['addresses'] = {};
  for (const method of methods) {
    const field = addressField(method);
    const address = normaliseAddress(method, form[field].trim() || (given[field] ?? ''), country);
    if (address === undefined) problems.push(method);
    else if (hosted && field === 'phone' && !isNumberOf(address, [country, ...bookingCountries]))
      problems.push('abroad');
    else addresses[method] = address;
  }
  if (!form.agreed) problems.push('policy');
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    choice: { name, addresses, ...(birthDate === undefined ? {} : { birthDate }) },
  };
}
