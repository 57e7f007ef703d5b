import type { Contact } from './shapes.ts';
import { Console, LightOf, Live, Table, Time, type Frame } from './layout.tsx';
import { methodNames, redReason, stateNames } from './say.ts';

export type ContactQuery = { query: string; light: string; state: string };

/** The part that keeps itself up to date. */
export type Lists = {
  zone: string;
  /** Red, with something due within two days. */
  atRisk: Contact[];
  /** There are more of them than are shown. */
  moreAtRisk: boolean;
  found: Contact[];
  query: ContactQuery;
  /** Where the list goes on. */
  next?: string;
};

export function contactsPage(frame: Frame, lists: Lists): string {
  const { query } = lists;
  return String(
    <Console title="Contacts" frame={frame} here="/console">
      <p>
        <a class="button" href="/console/contacts/new">
          Add a contact
        </a>
      </p>
      <form method="get" action="/console" class="filter" role="search">
        <label>
          Name, id, email address or number
          <input name="query" value={query.query} maxlength={320} type="search" />
        </label>
        <Select
          name="light"
          label="Light"
          value={query.light}
          options={{ '': 'any', red: 'red', green: 'green' }}
        />
        <Select
          name="state"
          label="State of a channel"
          value={query.state}
          options={{ '': 'any', ...stateNames }}
        />
        <button>Search</button>
      </form>
      <ListsOf lists={lists} />
    </Console>,
  );
}

export function contactLists(lists: Lists): string {
  return String(<ListsOf lists={lists} />);
}

function ListsOf({ lists }: { lists: Lists }): JSX.Element {
  const { atRisk, moreAtRisk, found, query, next, zone } = lists;
  const asked = Object.values(query).some((value) => value !== '');
  const search = new URLSearchParams(query).toString();
  return (
    <Live id="lists" from={`/console/live/contacts?${search}`}>
      {asked ? (
        ''
      ) : (
        <>
          <h2>At risk: red, with something due within 48 hours</h2>
          {atRisk.length === 0 ? (
            <p>Nobody. Everything that is due soon can leave.</p>
          ) : (
            <ContactTable contacts={atRisk} zone={zone} caption="Contacts at risk" />
          )}
          {moreAtRisk ? <p>There are more; as these are solved, the next ones appear.</p> : ''}
          <h2>All contacts</h2>
        </>
      )}
      {found.length === 0 ? (
        <p>{asked ? 'Nobody was found.' : 'There is nobody yet.'}</p>
      ) : (
        <ContactTable
          contacts={found}
          zone={zone}
          caption={asked ? 'Contacts found' : 'All contacts'}
        />
      )}
      {next === undefined ? (
        ''
      ) : (
        <p>
          <a href={`/console?${new URLSearchParams({ ...query, cursor: next }).toString()}`}>
            More
          </a>
        </p>
      )}
    </Live>
  );
}

function ContactTable(props: { contacts: Contact[]; zone: string; caption: string }): JSX.Element {
  const { contacts, zone, caption } = props;
  return (
    <Table caption={caption} columns={['Contact', 'Light', 'Channels', 'Waiting', 'Waiting since']}>
      {contacts.map((contact) => (
        <tr>
          <th scope="row">
            <a href={contactAddress(contact.id)} safe>
              {contact.name ?? contact.id}
            </a>
            <span class="quiet" safe>
              {contact.name === undefined ? '' : ` ${contact.id}`}
            </span>
          </th>
          <td>
            <LightOf light={contact.light} />
            <span class="why" safe>
              {redReason(contact.reason)}
            </span>
          </td>
          <td safe>{channelsOf(contact)}</td>
          <td class="number">{String(contact.queued)}</td>
          <td>
            {contact.oldestQueuedAt === undefined ? (
              ''
            ) : (
              <Time iso={contact.oldestQueuedAt} zone={zone} />
            )}
          </td>
        </tr>
      ))}
    </Table>
  );
}

function channelsOf({ channels }: Contact): string {
  return (['email', 'sms'] as const)
    .flatMap((method) => {
      const channel = channels[method];
      return channel ? [`${methodNames[method]}: ${stateNames[channel.state]}`] : [];
    })
    .join(', ');
}

export function contactAddress(id: string): string {
  return `/console/contacts/${encodeURIComponent(id)}`;
}

export function Select(props: {
  name: string;
  label: string;
  value: string;
  options: Record<string, string>;
  hint?: string;
}): JSX.Element {
  const { name, label, value, options, hint } = props;
  return (
    <label>
      <span safe>{label}</span>
      {hint === undefined ? (
        ''
      ) : (
        <span class="hint" safe>
          {hint}
        </span>
      )}
      <select name={name}>
        {Object.entries(options).map(([option, text]) => (
          <option value={option} selected={option === value} safe>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
