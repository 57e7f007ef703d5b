import { methods } from '../../domain/method.ts';
import { contactAddress, Select } from './contacts.tsx';
import { Console, Csrf, Shown, type Frame } from './layout.tsx';
import { methodNames } from './say.ts';

/** As somebody typed it: what was refused is shown again, to be mended. */
export type ContactFields = {
  id: string;
  name: string;
  role: string;
  methods: string[];
  email: string;
  phone: string;
  fax: string;
  timeZone: string;
  locale: string;
  birthDate: string;
  /** Ids, separated by spaces. */
  actsFor: string;
};

const locales: Record<string, string> = { '': 'the practice’s', en: 'English', es: 'Spanish' };

/** A contact from elsewhere may have a finer one, such as `es-MX`: it stays, until somebody chooses another. */
function localesWith(locale: string): Record<string, string> {
  return { ...locales, [locale]: locales[locale] ?? locale };
}

/** `fixedId`: the contact is there already, and the form began with what is `shown`. */
export function contactForm(props: {
  frame: Frame;
  fields: ContactFields;
  fixedId: boolean;
  shown?: unknown;
}): string {
  const { frame, fields, fixedId, shown } = props;
  const action = fixedId ? `${contactAddress(fields.id)}/edit` : '/console/contacts';
  return String(
    <Console title={fixedId ? 'Edit the contact' : 'Add a contact'} frame={frame} here="/console">
      <form method="post" action={action} class="stack">
        <Csrf token={frame.csrf} />
        {fixedId ? <Shown values={shown} /> : ''}
        {fixedId ? (
          ''
        ) : (
          <>
            <label for="id">Id in your own system</label>
            <p class="hint" id="id-hint">
              Letters, digits, dot, dash and underscore. No name: it is shown in Temporal.
            </p>
            <input
              id="id"
              name="id"
              value={fields.id}
              required
              maxlength={64}
              pattern="[A-Za-z0-9._\-]+"
              aria-describedby="id-hint"
            />
          </>
        )}
        <Field name="name" label="Name" value={fields.name} required autocomplete="off" />
        <Select
          name="role"
          label="Who this is"
          value={fields.role}
          options={{ client: 'a client', contact: 'somebody who acts for a client' }}
        />
        <Field
          name="actsFor"
          label="Acts for (ids of clients, with spaces between)"
          value={fields.actsFor}
        />
        <fieldset>
          <legend>Channels to use</legend>
          {methods.map((method) => (
            <label class="box">
              <input
                type="checkbox"
                name="methods"
                value={method}
                checked={fields.methods.includes(method)}
              />
              <span safe>{methodNames[method]}</span>
            </label>
          ))}
        </fieldset>
        <Field name="email" label="Email address" value={fields.email} type="email" />
        <Field name="phone" label="Mobile number" value={fields.phone} type="tel" />
        <Field name="fax" label="Fax number" value={fields.fax} type="tel" />
        <Select
          name="locale"
          label="Language"
          value={fields.locale}
          options={localesWith(fields.locale)}
        />
        <Field name="timeZone" label="Time zone (empty: the practice’s)" value={fields.timeZone} />
        <Field name="birthDate" label="Date of birth" value={fields.birthDate} type="date" />
        <p class="hint">
          A changed address is asked anew before the next message; the old links stop working.
        </p>
        <button class="main">Save</button>
      </form>
      {fixedId ? (
        <p>
          <a href={`${contactAddress(fields.id)}/erase`}>Erase this contact</a>
        </p>
      ) : (
        ''
      )}
    </Console>,
  );
}

function Field(props: {
  name: string;
  label: string;
  value: string;
  type?: string;
  required?: boolean;
  autocomplete?: string;
}): JSX.Element {
  const { name, label, value, type = 'text', required = false, autocomplete = 'off' } = props;
  return (
    <>
      <label for={name} safe>
        {label}
      </label>
      <input
        id={name}
        name={name}
        type={type}
        value={value}
        required={required}
        autocomplete={autocomplete}
      />
    </>
  );
}
