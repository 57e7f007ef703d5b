import { phoneInWords } from './phone.ts';
import { methodNames } from './say.ts';
import type { Contact } from './shapes.ts';

/** Identifies a person: enough to tell two people of one name apart, on every page about one of them. */

const languages: Record<string, string> = { en: 'English', es: 'Spanish' };

/** `Apr 3, 1950`. */
export function dateInWords(date: string): string {
  return new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeZone: 'UTC' }).format(
    new Date(`${date}T00:00:00Z`),
  );
}

export function nameOf({ name, id }: Pick<Contact, 'name' | 'id'>): string {
  return name ?? id;
}

/** `Maria Garcia, born Apr 3, 1950`: in a list or a sentence. */
export function Person({ contact }: { contact: Pick<Contact, 'name' | 'id' | 'birthDate'> }) {
  const { id, name, birthDate } = contact;
  return (
    <span class="quiet" safe>
      {[
        birthDate === undefined ? '' : `born ${dateInWords(birthDate)}`,
        name === undefined ? '' : id,
      ]
        .filter((part) => part !== '')
        .join(' · ')}
    </span>
  );
}

/** The line under the heading of every page about a contact. `named`: the heading is not the name itself. */
export function Who({ contact, named }: { contact: Contact; named: boolean }): JSX.Element {
  const { id, birthDate, locale, role, phone, email, fax } = contact;
  const language = locale === undefined ? undefined : (languages[locale.slice(0, 2)] ?? locale);
  const facts = [
    birthDate === undefined ? 'no date of birth' : `born ${dateInWords(birthDate)}`,
    id,
    ...(language === undefined ? [] : [language]),
    ...(role === 'contact' ? ['acts for a client'] : []),
    ...(fax === undefined ? [] : [`${methodNames.fax} ${phoneInWords(fax)}`]),
  ];
  return (
    <p class="who">
      {named ? <strong safe>{nameOf(contact)}</strong> : ''}
      {facts.map((fact) => (
        <span safe>{fact}</span>
      ))}
      {phone === undefined ? (
        ''
      ) : (
        <a href={`tel:${phone}`} safe>
          {phoneInWords(phone)}
        </a>
      )}
      {email === undefined ? '' : <span safe>{email}</span>}
    </p>
  );
}
