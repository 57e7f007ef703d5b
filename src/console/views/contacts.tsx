import type { Contact } from './shapes.ts';
import { Checklist } from './checklist.tsx';
import { nameOf, Person } from './who.tsx';
import { Console, LightOf, Live, Table, Time, type Frame } from './layout.tsx';
import { Csrf } from './said.tsx';
import { methodNames, redReason, stateNames, waitingCount } from './say.ts';

/** The filter; empty: anything. `cursor`: the start of the shown page. */
export type ContactQuery = { query: string; light: string; state: string; cursor: string };

/** The part that keeps itself up to date. */
export type Lists = {
  zone: string;
  csrf: string;
  /** Red, with something due within two days. */
  atRisk: Contact[];
  /** There are more of them than are shown. */
  moreAtRisk: boolean;
  found: Contact[];
  asked: ContactQuery;
  /** Where the list goes on. */
  next?: string;
};

export function contactsPage(frame: Frame, lists: Lists): string {
  const { asked, csrf } = lists;
  return String(
    <Console title="Contacts" frame={frame} here="/console">
      <Checklist missing={frame.senderMissing} />
      {frame.replies.doubtful === 0 ? (
        ''
      ) : (
        <p class="doubt">
          <a href="/console/replies" safe>
            {frame.replies.doubtful === 1
              ? 'A reply may be a stop. Settle it first.'
              : `${frame.replies.doubtful} replies may be stops. Settle them first.`}
          </a>
        </p>
      )}
      <p>
        <a class="button" href="/console/contacts/new">
          Add a contact
        </a>
      </p>
      <form method="post" action="/console" class="filter" role="search">
        <Csrf token={csrf} />
        <label>
          Name, chart number, email address or phone number
          <input name="query" value={asked.query} maxlength={320} type="search" />
        </label>
        <Select
          name="light"
          label="Light"
          value={asked.light}
          options={{ '': 'any', red: 'red', green: 'green' }}
        />
        <Select
          name="state"
          label="State of a channel"
          value={asked.state}
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
  const { atRisk, moreAtRisk, found, asked, next, zone, csrf } = lists;
  const isWhole = Object.values(asked).every((value) => value === '');
  return (
    <Live id="lists" method="post" from="/console/live/contacts">
      <form id="asked" method="post" action="/console" hidden>
        <Csrf token={csrf} />
        {Object.entries(asked).map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
      </form>
      {!isWhole ? (
        ''
      ) : (
        <>
          <h2>At risk: red, with something due within 48 hours</h2>
          {atRisk.length === 0 ? (
            <p>Nobody: everything that is due soon can be sent.</p>
          ) : (
            <ContactTable contacts={atRisk} zone={zone} caption="Contacts at risk" />
          )}
          {moreAtRisk ? <p>There are more; as these are solved, the next ones appear.</p> : ''}
          <h2>All contacts</h2>
        </>
      )}
      {found.length === 0 ? (
        <p>{isWhole ? 'No contacts yet. Add the first one above.' : 'Nobody was found.'}</p>
      ) : (
        <ContactTable
          contacts={found}
          zone={zone}
          caption={isWhole ? 'All contacts' : 'Contacts found'}
        />
      )}
      {next === undefined ? (
        ''
      ) : (
        <p>
          <button form="asked" name="next" value={next}>
            More
          </button>
        </p>
      )}
    </Live>
  );
}

const columns = {
  contact: 'Contact',
  light: 'Light',
  channels: 'Channels',
  waiting: 'Waiting',
  since: 'Waiting since',
};

function ContactTable(props: { contacts: Contact[]; zone: string; caption: string }): JSX.Element {
  const { contacts, zone, caption } = props;
  return (
    <Table caption={caption} columns={Object.values(columns)} cards>
      {contacts.map((contact) => (
        <tr>
          <th scope="row">
            <a href={contactAddress(contact.id)} safe>
              {nameOf(contact)}
            </a>
            <Person contact={contact} />
          </th>
          <td data-label={columns.light}>
            <LightOf light={contact.light} />
            <span class="why" safe>
              {redReason(contact.reason)}
            </span>
          </td>
          <td data-label={columns.channels} safe>
            {channelsOf(contact)}
          </td>
          <td data-label={columns.waiting} safe>
            {waitingCount(contact)}
          </td>
          <td data-label={columns.since}>
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
