import { methods } from '../../core/method.ts';
import { contactAddress } from './contacts.tsx';
import { Choice, Input } from './fields.tsx';
import type { Contact } from './shapes.ts';
import { timeZones } from './times.ts';
import { Console, type Frame } from './layout.tsx';
import { Csrf, Shown } from './said.tsx';
import { methodNames } from './say.ts';

/** As typed: refused values are shown again, to be corrected. */
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

/** `fixedId`: the contact is there already, and the form began with the `shown` values. */
export function contactForm(props: {
  frame: Frame;
  who?: Contact;
  fields: ContactFields;
  fixedId: boolean;
  shown?: unknown;
}): string {
  const { frame, who, fields, fixedId, shown } = props;
  const problems = frame.problem?.fields;
  const action = fixedId ? `${contactAddress(fields.id)}/edit` : '/console/contacts';
  return String(
    <Console
      title={fixedId ? 'Edit the contact' : 'Add a contact'}
      who={who}
      frame={frame}
      here="/console"
    >
      <form method="post" action={action} class="stack">
        <Csrf token={frame.csrf} />
        {fixedId ? <Shown values={shown} /> : ''}
        {fixedId ? (
          ''
        ) : (
          <>
            <Input
              name="id"
              label="Chart number"
              hint="Use a number or code from your own system, not a name."
              value={fields.id}
              required
              maxlength={64}
              pattern="[A-Za-z0-9._\-]+"
              problems={problems}
            />
          </>
        )}
        <Input problems={problems} name="name" label="Name" value={fields.name} required />
        <Choice
          problems={problems}
          name="role"
          label="Who this is"
          value={fields.role}
          options={{ client: 'a client', contact: 'a contact who acts for a client' }}
        />
        <Input
          problems={problems}
          name="actsFor"
          label="Acts for (chart numbers of clients, with spaces between)"
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
        <Input
          problems={problems}
          name="email"
          label="Email address"
          value={fields.email}
          type="email"
        />
        <Input
          problems={problems}
          name="phone"
          label="Mobile number"
          value={fields.phone}
          type="tel"
        />
        <Input problems={problems} name="fax" label="Fax number" value={fields.fax} type="tel" />
        <Choice
          problems={problems}
          name="locale"
          label="Language"
          value={fields.locale}
          options={localesWith(fields.locale)}
        />
        <Choice
          name="timeZone"
          label="Time zone"
          value={fields.timeZone}
          options={{ '': 'the practice’s', ...timeZones }}
          problems={problems}
        />
        <Input
          problems={problems}
          name="birthDate"
          label="Date of birth"
          value={fields.birthDate}
          type="date"
        />
        <p class="hint">If you change an address, we’ll ask for permission there again.</p>
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
